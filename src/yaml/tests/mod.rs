mod arbitrary;
mod edits;
mod edits_arbitrary;
mod places;
mod problems;
mod spans;
mod values;

use super::*;

/// The only document of a text without problems.
fn tree(text: &str) -> Tree {
    let mut stream = sound(text);
    assert_eq!(stream.problems, [], "{text:?}");
    assert_eq!(stream.documents.len(), 1, "{text:?}");
    stream.documents.remove(0)
}

fn at(tree: &Tree, pointer: &str) -> NodeId {
    tree.pointer(pointer).unwrap_or_else(|| panic!("nothing at {pointer}"))
}

/// The text of the node at a pointer.
fn written<'t>(text: &'t str, tree: &Tree, pointer: &str) -> &'t str {
    tree.node(at(tree, pointer)).span.slice(text)
}

fn json(text: &str) -> serde_json::Value {
    let tree = tree(text);
    tree.to_json(tree.root.unwrap()).unwrap_or_else(|problem| panic!("{problem:?} in {text:?}"))
}

/// Reads a text and holds the tree against what every tree must be.
fn sound(text: &str) -> Stream {
    let stream = parse(text);
    let inside = |span: Span| assert!(text.get(span.range()).is_some(), "{span:?} in {text:?}");
    for tree in &stream.documents {
        for (id, node) in tree.nodes() {
            inside(node.span);
            inside(node.outer);
            assert!(node.outer.contains(node.span), "{node:?} in {text:?}");
            let slice = node.span.slice(text);
            let whole = stream.problems.is_empty();
            let scalar = matches!(node.kind, NodeKind::Scalar { .. });
            assert!(!(whole || scalar) || slice.trim_matches([' ', '\t', '\r', '\n']) == slice, "{node:?} in {text:?}");
            match &node.kind {
                NodeKind::Scalar { value, style: ScalarStyle::Plain } => {
                    assert_eq!(slice.is_empty(), value.is_empty(), "{text:?}")
                }
                NodeKind::Scalar { style: ScalarStyle::SingleQuoted, .. } => assert!(is_between(slice, '\'', '\''), "{text:?}"),
                NodeKind::Scalar { style: ScalarStyle::DoubleQuoted, .. } => assert!(is_between(slice, '"', '"'), "{text:?}"),
                NodeKind::Scalar { style: ScalarStyle::Literal, .. } => assert!(slice.starts_with('|'), "{text:?}"),
                NodeKind::Scalar { style: ScalarStyle::Folded, .. } => assert!(slice.starts_with('>'), "{text:?}"),
                NodeKind::Sequence { flow: true, .. } => assert!(!whole || is_between(slice, '[', ']'), "{text:?}"),
                NodeKind::Sequence { flow: false, .. } => assert!(!whole || slice.starts_with('-'), "{node:?} in {text:?}"),
                NodeKind::Alias { name, .. } => assert_eq!(slice, format!("*{name}")),
                NodeKind::Mapping { .. } => {}
            }
            let children: Vec<NodeId> = match &node.kind {
                NodeKind::Sequence { items, .. } => items.clone(),
                NodeKind::Mapping { entries, .. } => entries.iter().flat_map(|&(key, value)| [key, value]).collect(),
                _ => Vec::new(),
            };
            let mut end = node.span.start;
            for &child in &children {
                assert!(id < child);
                let child = tree.node(child);
                assert!(node.span.contains(child.outer), "{child:?} in {node:?} in {text:?}");
                assert!(end <= child.outer.start, "{child:?} in {text:?}");
                end = child.span.end;
            }
            let parts =
                (0..children.len()).map_while(|index| tree.entry_span(text, id, index).or(tree.item_span(text, id, index)));
            let mut end = node.span.start;
            for part in parts {
                inside(part);
                assert!(node.span.contains(part) && end <= part.start, "{part:?} of {node:?} in {text:?}");
                end = part.end;
            }
            tree.column(text, id);
        }
        if let Some(root) = tree.root {
            let _ = tree.to_json(root);
            tree.effective_entries(root);
        }
        tree.pointer_nearest("/a/0/b");
        tree.duplicate_keys();
    }
    for problem in &stream.problems {
        inside(problem.span);
        assert!(!problem.message.is_empty());
    }
    for comment in &stream.comments {
        inside(comment.span);
        let slice = comment.span.slice(text);
        assert!(slice.starts_with('#') && !slice.contains(['\n', '\r']), "{comment:?} in {text:?}");
    }
    assert!(stream.comments.is_sorted_by_key(|comment| comment.span.start));
    for tree in &stream.documents {
        assert!(tree.nodes().is_sorted_by_key(|(_, node)| node.span.start), "{text:?}");
        tree.nodes()
            .for_each(|(_, node)| assert!(tree.node_at(node.span).is_some_and(|found| tree.node(found).span == node.span)));
    }
    stream
}

fn is_between(slice: &str, open: char, close: char) -> bool {
    slice.chars().count() >= 2 && slice.starts_with(open) && slice.ends_with(close)
}
