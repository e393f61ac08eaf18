//! The comment that silences one finding: where it goes, and how it is written.

use super::comments::{self, NeighbourComments};
use super::own;
use crate::dockerfile;
use crate::finding::{Edit, Finding};
use crate::nginx;
use crate::project::{Content, Document};
use crate::source::{Kind, Span};
use crate::yaml;

/// An edit after which a comment silences the finding: a name more in the comment that is there, else a comment above the smallest
/// statement around it. `None` in a file that has no comments.
pub fn ignore(document: &Document, finding: &Finding) -> Option<Edit> {
    let source = &document.source;
    let text = source.text();
    let line = source.line(finding.primary.span.start());
    let mut heads: Vec<usize> =
        comments::blocks(document).into_iter().filter(|block| block.contains(line)).map(|block| block.first).collect();
    heads.sort_unstable_by(|a, b| b.cmp(a));
    heads.dedup();
    if let Some(edit) = beside_others(document, finding, line, heads.first().copied()) {
        return Some(edit);
    }
    let comment = |words: &str, at: usize| {
        let start = source.line_span(at).start();
        let start = if at == 1 && text.starts_with('\u{feff}') { start + '\u{feff}'.len_utf8() } else { start };
        let rest = &text[start..];
        let indent = &rest[..rest.len() - rest.trim_start_matches([' ', '\t']).len()];
        let comment = format!("# shipworthy: {words}[{}]", finding.rule);
        let comment = if is_markdown(document) { format!("<!-- {comment} -->") } else { comment };
        let replacement = format!("{indent}{comment}{}", source.newline());
        Edit { file: document.file, span: Span::empty(start), replacement }
    };
    let above = heads.into_iter().map(|head| comment("ignore", head));
    // What stands in no statement, a directive of a parser for instance, is silenced in the whole file.
    let whole_file = first_line(document).map(|line| comment("ignore-file", line));
    above.chain(whole_file).find(|edit| is_comment(document, edit))
}

fn is_markdown(document: &Document) -> bool {
    comments::neighbour_comments(&document.source.path) == Some(NeighbourComments::Html) && document.kind() == Kind::Neighbour
}

/// A name more in a comment of ours that is about the line, or stands above the statement that begins at `head`. One above a whole
/// block is not: it would silence more than the finding.
fn beside_others(document: &Document, finding: &Finding, line: usize, head: Option<usize>) -> Option<Edit> {
    let text = document.source.text();
    comments::comments(document).iter().find_map(|comment| {
        let pragma = own::parse(comment.span.slice(text), comment.span.start())?.ok()?;
        let statement = comment.statement?;
        let speaks = statement.contains(line) || Some(statement.first) == head;
        let last = pragma.names.last().filter(|_| speaks && !pragma.whole_file && pragma.until.is_none())?.span.end();
        Some(Edit { file: document.file, span: Span::empty(last), replacement: format!(", {}", finding.rule) })
    })
}

/// The line above which a comment for the whole file goes: behind the directives of a Dockerfile, which have to come first.
fn first_line(document: &Document) -> Option<usize> {
    match document.content() {
        Content::Dockerfile => {
            let dockerfile = document.dockerfile()?;
            let last = dockerfile.tree.directives.last().map(|directive| document.source.line(directive.span.start()));
            let line = last.map_or(1, |line| line + 1);
            (line <= document.source.line_starts().len()).then_some(line)
        }
        Content::Compose(_) | Content::Env(_) | Content::Nginx(_) => Some(1),
        Content::Neighbour => comments::neighbour_comments(&document.source.path).map(|_| 1),
        Content::Snapshot(_) | Content::Unread | Content::Panicked => None,
    }
}

/// Whether the file, edited, has the comment as a comment: not within a text of several lines.
fn is_comment(document: &Document, edit: &Edit) -> bool {
    let mut text = document.source.text().to_owned();
    text.insert_str(edit.span.start(), &edit.replacement);
    let hash = edit.span.start() + edit.replacement.find('#').unwrap_or_default();
    match document.kind() {
        Kind::Dockerfile => {
            let tree = dockerfile::syntax::parse(&text);
            let is_comment = |item: &dockerfile::syntax::Item| {
                matches!(item.kind, dockerfile::syntax::ItemKind::Comment) && item.span.start() <= hash && hash < item.span.end()
            };
            tree.items.iter().any(is_comment)
        }
        Kind::Compose => yaml::parse(&text).comments.iter().any(|comment| comment.span.start() == hash),
        Kind::Nginx => nginx::syntax::parse(&text).comments.iter().any(|comment| comment.start() == hash),
        Kind::Env => true,
        Kind::Neighbour if document.source.path.ends_with(".yml") || document.source.path.ends_with(".yaml") => {
            yaml::parse(&text).comments.iter().any(|comment| comment.span.start() == hash)
        }
        Kind::Neighbour => true,
        Kind::Snapshot | Kind::Kubernetes | Kind::Terraform => false,
    }
}
