//! nginx configurations: the tree, the fixes.

use shipworthy::nginx::syntax;
use shipworthy::source::Kind;

use super::fixes::Subject;
use super::nginx_tree::check_tree;

/// Any text is read as nginx reads it: the words, comments and marks tile it, and every span lies on its characters.
pub fn parse(bytes: &[u8]) {
    if let Ok(text) = std::str::from_utf8(bytes) {
        check_tree(text);
    }
}

/// All fixes together.
pub fn fix(bytes: &[u8]) {
    let refused = |text: &str| syntax::parse(text).problems.len();
    Subject { kind: Kind::Nginx, path: "nginx.conf", refused, comments }.check(bytes);
}

/// Comments in lines of their own.
fn comments(text: &str) -> Vec<String> {
    let tree = syntax::parse(text);
    let own_line = |start: usize| text[..start].rsplit('\n').next().is_some_and(|before| before.trim().is_empty());
    let comments = tree.comments.iter().filter(|span| own_line(span.start()));
    comments.map(|span| span.slice(text).trim().to_owned()).collect()
}
