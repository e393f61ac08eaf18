//! Any text is read as YAML, with spans that lie on its characters.
#![no_main]

use libfuzzer_sys::fuzz_target;
use shipworthy::source::Span;
use shipworthy::yaml::parse;

fuzz_target!(|text: &str| {
    let stream = parse(text);
    let check = |span: Span| assert!(text.get(span.start()..span.end()).is_some(), "{span:?}");
    stream.problems.iter().for_each(|problem| check(problem.span));
    for comment in &stream.comments {
        check(comment.span);
        assert!(comment.span.slice(text).starts_with('#'));
    }
    for tree in &stream.documents {
        for (_, node) in tree.nodes() {
            check(node.span);
            check(node.outer);
            assert!(node.outer.contains(node.span), "{node:?}");
        }
        tree.duplicate_keys();
        if let Some(root) = tree.root {
            let _ = tree.to_json(root);
        }
    }
});
