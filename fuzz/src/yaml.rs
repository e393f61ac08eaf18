//! YAML: any text is read, and the tree lies in it.

use shipworthy::source::Span;
use shipworthy::yaml::{NodeId, NodeKind, ScalarStyle, Tree, parse as read};

/// Any text is read as YAML: nodes lie in those around them, in order, and look as they are said to be written.
pub fn parse(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let stream = read(text);
    let inside = |span: Span| assert!(text.get(span.range()).is_some(), "{span:?}");
    stream.problems.iter().for_each(|problem| inside(problem.span));
    for comment in &stream.comments {
        inside(comment.span);
        let slice = comment.span.slice(text);
        assert!(slice.starts_with('#') && !slice.contains(['\n', '\r']), "{comment:?}");
    }
    assert!(stream.comments.is_sorted_by_key(|comment| comment.span.start()));
    let whole = stream.problems.is_empty();
    for tree in &stream.documents {
        for (id, node) in tree.nodes() {
            inside(node.span);
            inside(node.outer);
            assert!(node.outer.contains(node.span), "{node:?}");
            check_children(tree, id);
            if whole {
                check_style(text, tree, id);
            }
            tree.column(text, id);
        }
        tree.duplicate_keys();
        tree.pointer_nearest("/a/0/b");
        if let Some(root) = tree.root {
            let _ = tree.to_json(root);
            tree.effective_entries(root);
        }
    }
}

fn check_children(tree: &Tree, id: NodeId) {
    let node = tree.node(id);
    let children: Vec<NodeId> = match &node.kind {
        NodeKind::Sequence { items, .. } => items.clone(),
        NodeKind::Mapping { entries, .. } => entries.iter().flat_map(|&(key, value)| [key, value]).collect(),
        _ => Vec::new(),
    };
    let mut end = node.span.start();
    for &child in &children {
        assert!(id < child);
        let child = tree.node(child);
        assert!(node.span.contains(child.outer) && end <= child.outer.start(), "{child:?} in {node:?}");
        end = child.span.end();
    }
}

fn check_style(text: &str, tree: &Tree, id: NodeId) {
    let node = tree.node(id);
    let slice = node.span.slice(text);
    let is_between = |open: char, close: char| slice.len() >= 2 && slice.starts_with(open) && slice.ends_with(close);
    assert_eq!(slice, slice.trim_matches([' ', '\t', '\r', '\n']), "{node:?}");
    let right = match &node.kind {
        NodeKind::Scalar { value, style: ScalarStyle::Plain } => slice.is_empty() == value.is_empty(),
        NodeKind::Scalar { style: ScalarStyle::SingleQuoted, .. } => is_between('\'', '\''),
        NodeKind::Scalar { style: ScalarStyle::DoubleQuoted, .. } => is_between('"', '"'),
        NodeKind::Scalar { style: ScalarStyle::Literal, .. } => slice.starts_with('|'),
        NodeKind::Scalar { style: ScalarStyle::Folded, .. } => slice.starts_with('>'),
        NodeKind::Sequence { flow: true, .. } => is_between('[', ']'),
        NodeKind::Sequence { flow: false, .. } => slice.starts_with('-'),
        NodeKind::Alias { name, .. } => slice.strip_prefix('*') == Some(name),
        NodeKind::Mapping { .. } => true,
    };
    assert!(right, "{node:?} is written {slice:?}");
}
