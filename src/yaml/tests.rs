use super::*;
#[test]
fn first() {
    let text = "a: &x {b: 1}\nc: *x\nd:\n  <<: [*x]\n  e: 0o17\n";
    let stream = parse(text);
    let tree = &stream.documents[0];
    assert_eq!(tree.to_json(tree.root.unwrap()).unwrap().to_string(), r#"{"a":{"b":1},"c":{"b":1},"d":{"e":15,"b":1}}"#);
    assert_eq!(tree.node(tree.pointer("/d/b").unwrap()).span.slice(text), "1");
}

/// Spans lie in bounds, on characters, children inside parents.
pub(super) fn check(text: &str) -> Stream {
    let stream = parse(text);
    let sound = |span: Span| assert!(text.get(span.range()).is_some(), "{span:?} in {text:?}");
    for tree in &stream.documents {
        for (_, node) in tree.nodes() {
            sound(node.span);
            sound(node.outer);
            assert!(node.outer.contains(node.span), "{node:?}");
            let children: Vec<NodeId> = match &node.kind {
                NodeKind::Sequence { items, .. } => items.clone(),
                NodeKind::Mapping { entries, .. } => entries.iter().flat_map(|&(key, value)| [key, value]).collect(),
                _ => Vec::new(),
            };
            let mut end = node.span.start;
            for child in children {
                let child = tree.node(child);
                assert!(node.span.contains(child.outer), "{child:?} in {node:?} in {text:?}");
                assert!(end <= child.outer.start, "{child:?} in {text:?}");
                end = child.span.end;
            }
        }
        if let Some(root) = tree.root {
            let _ = tree.to_json(root);
        }
        tree.duplicate_keys();
    }
    stream.problems.iter().for_each(|problem| sound(problem.span));
    for comment in &stream.comments {
        sound(comment.span);
        assert!(comment.span.slice(text).starts_with('#'), "{comment:?} in {text:?}");
    }
    stream
}

#[test]
fn broken_texts_keep_what_was_read() {
    for text in ["a:\n  - b\n\t- c\n", "a: [1, 2\nb: 3\n---\nc: 1\n", "a: \"x\n", "a: 1\0b: 2\n"] {
        assert_eq!(check(text).problems.len(), 1, "{text:?}");
    }
}
