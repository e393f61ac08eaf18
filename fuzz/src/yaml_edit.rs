//! Edits of YAML: the edited text means the edited value, every other node is written as it was, and comments stay.

use std::collections::HashMap;

use serde_json::Value;
use shipworthy::source::Span;
use shipworthy::yaml::edit::{Change, Editor, Position, Refusal, merged};
use shipworthy::yaml::{NodeId, NodeKind, ScalarStyle, Stream, Tree, parse};

use super::pieces;

/// Nobody changes more at once here.
const MOST_EDITS: usize = 3;

/// One thing that is done to a document.
struct Edit<'b> {
    /// Which node, in the order of its value.
    place: usize,
    work: u8,
    rest: &'b str,
}

impl<'b> Edit<'b> {
    fn read(piece: &'b [u8]) -> Option<Self> {
        let [place, work, rest @ ..] = piece else { return None };
        Some(Self { place: usize::from(*place), work: work % 6, rest: std::str::from_utf8(rest).ok()? })
    }

    /// JSON where the text is that, else the text.
    fn value(&self) -> Value {
        serde_json::from_str(self.rest).unwrap_or_else(|_| self.rest.into())
    }
}

/// A NUL behind the document, then the edits, with NULs between: a byte for the place, a byte for the work, JSON or text.
pub fn check(bytes: &[u8]) {
    let mut pieces = pieces(bytes);
    let Some(text) = pieces.next().and_then(|text| std::str::from_utf8(text).ok()) else { return };
    let stream = parse(text);
    let [tree] = stream.documents.as_slice() else { return };
    let (Ok(mut editor), Some(root)) = (Editor::new(text, &stream, tree), tree.root) else { return };
    let (Ok(mut expected), true) = (tree.to_json(root), tree.duplicate_keys().is_empty()) else { return };
    let mut all = Vec::new();
    pointers(&expected, "", &mut all);
    let mut done = Vec::new();
    for edit in pieces.filter_map(Edit::read).take(MOST_EDITS) {
        let pointer = &all[edit.place % all.len()];
        // Each in a place of its own: what an edit moves or takes away is not where it was.
        let beside = |other: &Done| other.holds(pointer) || pointer.is_empty() || other.pointer.starts_with(pointer.as_str());
        if done.iter().any(beside) {
            continue;
        }
        match one(text, &mut editor, &mut expected, pointer, &edit) {
            Some(Ok(edited)) => done.push(edited),
            Some(Err(_)) => return,
            None => {}
        }
    }
    let Ok(changes) = editor.finish() else { return };
    let edited = applied(text, &changes);
    let after = parse(&edited);
    assert!(after.problems.is_empty(), "{text:?} became {edited:?}, which is no YAML: {:?}", after.problems);
    let new = &after.documents[0];
    let found = new.root.map(|root| new.to_json(root));
    assert_eq!(found, Some(Ok(expected)), "{text:?} became {edited:?}");
    check_nodes(text, tree, &edited, new, &done);
    check_comments(text, &stream, &edited, &after, &done);
    assert_eq!(text.starts_with('\u{feff}'), edited.starts_with('\u{feff}'));
    if text.contains("\r\n") && !text.replace("\r\n", "").contains(['\n', '\r']) {
        assert!(!edited.replace("\r\n", "").contains('\n'), "{text:?} became {edited:?}");
    }
}

/// What an edit may touch.
struct Done {
    pointer: String,
    /// Where the place is a sequence's item that went, the pointer of the sequence and the index.
    removed_item: Option<(String, usize)>,
    /// The bytes that it may take comments from; none when it only adds or renames.
    region: Option<Span>,
}

impl Done {
    /// Whether a pointer leads into what is edited, or to a place that has moved.
    fn holds(&self, pointer: &str) -> bool {
        let of = self.removed_item.as_ref().map_or(self.pointer.as_str(), |(sequence, _)| sequence);
        pointer == of || pointer.strip_prefix(of).is_some_and(|rest| rest.starts_with('/'))
    }
}

/// Does one edit to the tree and to its value alike; `None` where it makes no sense.
fn one(text: &str, editor: &mut Editor<'_>, value: &mut Value, pointer: &str, edit: &Edit<'_>) -> Option<Result<Done, Refusal>> {
    let tree = editor.tree();
    let node = tree.pointer(pointer)?;
    let split = pointer.rsplit_once('/').map(|(parent, token)| (parent, token.replace("~1", "/").replace("~0", "~")));
    let at = tree.ancestors(node).last().copied();
    let key = at.and_then(|(around, index)| Some(tree.node(tree.entries(around).nth(index)?.0).span.end()));
    // What stands between a key and its first line goes with the lines.
    let outer = tree.node(node).outer;
    let lines = !tree.node(node).kind.is_flow() && !matches!(tree.node(node).kind, NodeKind::Scalar { .. });
    let region = Span::new(key.filter(|_| lines).unwrap_or(outer.start()), outer.end());
    let mut done = Done { pointer: pointer.to_owned(), removed_item: None, region: Some(region) };
    let place = value.pointer_mut(pointer)?;
    let result = match edit.work {
        0 => {
            *place = edit.value();
            editor.set(node, edit.value())
        }
        1 => {
            *place = merged(Some(place), &edit.value());
            editor.ensure(node, &edit.value())
        }
        2 | 3 => {
            done.region = None;
            match place {
                Value::Array(items) => {
                    items.push(edit.value());
                    editor.insert_item(node, edit.value(), Position::End)
                }
                Value::Object(fields) => {
                    let (key, value) = edit.rest.split_once('=').unwrap_or((edit.rest, edit.rest));
                    let value: Value = serde_json::from_str(value).unwrap_or_else(|_| value.into());
                    if fields.contains_key(key) {
                        return None;
                    }
                    fields.insert(key.to_owned(), value.clone());
                    let position = match edit.work {
                        2 => Position::End,
                        _ if key.len() % 2 == 0 => Position::Before(key.len() % 3),
                        _ => Position::After(key.len() % 3),
                    };
                    editor.insert(node, key, value, position)
                }
                _ => return None,
            }
        }
        4 => {
            let (parent, token) = split?;
            match value.pointer_mut(parent)? {
                Value::Array(items) => {
                    let index = token.parse().ok()?;
                    items.remove(index);
                    done.removed_item = Some((parent.to_owned(), index));
                }
                Value::Object(fields) => drop(fields.shift_remove(&token)),
                _ => return None,
            }
            let (around, index) = at?;
            let first = match &tree.node(around).kind {
                NodeKind::Mapping { entries, .. } => entries.get(index)?.0,
                _ => node,
            };
            // An item goes with its dash, and with what stands behind that.
            let start = tree.item_span(text, around, index).map_or(tree.node(first).outer.start(), Span::start);
            done.region = Some(Span::new(start, tree.node(node).outer.end()));
            editor.remove(node)
        }
        _ => {
            let (parent, token) = split?;
            let Value::Object(fields) = value.pointer_mut(parent)? else { return None };
            if fields.contains_key(edit.rest) {
                return None;
            }
            let there = fields.shift_remove(&token)?;
            fields.insert(edit.rest.to_owned(), there);
            done.region = None;
            editor.rename(tree.entry(tree.pointer(parent)?, &token)?.0, edit.rest)
        }
    };
    Some(result.map(|()| done))
}

/// The JSON Pointers of a value, outermost first.
fn pointers(value: &Value, at: &str, all: &mut Vec<String>) {
    all.push(at.to_owned());
    match value {
        Value::Array(items) => items.iter().enumerate().for_each(|(index, item)| pointers(item, &format!("{at}/{index}"), all)),
        Value::Object(fields) => fields.iter().for_each(|(key, item)| pointers(item, &format!("{at}/{}", token(key)), all)),
        _ => {}
    }
}

fn token(key: &str) -> String {
    key.replace('~', "~0").replace('/', "~1")
}

fn applied(text: &str, changes: &[Change]) -> String {
    let mut edited = String::new();
    let mut from = 0;
    for change in changes {
        assert!(from <= change.span.start(), "changes overlap: {changes:?}");
        edited.push_str(&text[from..change.span.start()]);
        edited.push_str(&change.text);
        from = change.span.end();
    }
    edited + &text[from..]
}

/// The nodes that are written below a document's root, by their pointers, each with what stands in the places of aliases left out.
fn written(tree: &Tree) -> HashMap<String, NodeId> {
    let mut found = HashMap::new();
    let mut open: Vec<(String, NodeId)> = tree.root.map(|root| (String::new(), root)).into_iter().collect();
    while let Some((at, id)) = open.pop() {
        match &tree.node(id).kind {
            NodeKind::Sequence { items, .. } => {
                open.extend(items.iter().enumerate().map(|(index, item)| (format!("{at}/{index}"), *item)));
            }
            NodeKind::Mapping { entries, .. } => {
                let key = |key: NodeId| tree.str(key).filter(|_| !tree.is_merge_key(key));
                open.extend(entries.iter().filter_map(|&(name, value)| Some((format!("{at}/{}", token(key(name)?)), value))));
            }
            _ => {}
        }
        found.insert(at, id);
    }
    found
}

/// Every node that is not edited, and around no node that is, is written as it was.
fn check_nodes(text: &str, tree: &Tree, edited: &str, new: &Tree, done: &[Done]) {
    let after = written(new);
    for (pointer, id) in written(tree) {
        let within = |other: &Done| {
            other.pointer.starts_with(&pointer)
                || pointer == other.pointer
                || pointer.strip_prefix(&other.pointer).is_some_and(|rest| rest.starts_with('/'))
                    && (other.region.is_some() || other.removed_item.is_none() && !after.contains_key(&pointer))
        };
        if done.iter().any(within) {
            continue;
        }
        let moved =
            done.iter().filter_map(|done| done.removed_item.as_ref()).fold(pointer.clone(), |pointer, (sequence, gone)| {
                let moved = pointer.strip_prefix(sequence.as_str()).and_then(|rest| rest.strip_prefix('/')).and_then(|rest| {
                    let (index, below) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
                    let index: usize = index.parse().ok().filter(|index| index > gone)?;
                    Some(format!("{sequence}/{}{below}", index - 1))
                });
                moved.unwrap_or(pointer)
            });
        let Some(&there) = after.get(&moved) else { panic!("{pointer} is gone: {text:?} became {edited:?}") };
        let (before, after) = (tree.node(id), new.node(there));
        let same = match (&before.kind, &after.kind) {
            // What ends a text of several lines may have to be said anew.
            (
                NodeKind::Scalar { style: ScalarStyle::Literal | ScalarStyle::Folded, .. },
                NodeKind::Scalar { style: ScalarStyle::Literal | ScalarStyle::Folded, .. },
            ) => true,
            (NodeKind::Scalar { .. }, NodeKind::Scalar { .. }) | (NodeKind::Alias { .. }, NodeKind::Alias { .. }) => {
                before.span.slice(text) == after.span.slice(edited)
            }
            (NodeKind::Sequence { flow, .. }, NodeKind::Sequence { flow: now, .. })
            | (NodeKind::Mapping { flow, .. }, NodeKind::Mapping { flow: now, .. }) => flow == now,
            _ => false,
        };
        let same = same && before.tag() == after.tag() && before.anchor() == after.anchor();
        assert!(same, "{pointer} is written otherwise: {text:?} became {edited:?}");
    }
}

/// Comments go only with what they stand in or behind, and none comes.
fn check_comments(text: &str, before: &Stream, edited: &str, after: &Stream, done: &[Done]) {
    let mut left: Vec<&str> = after.comments.iter().map(|comment| comment.span.slice(edited).trim_end()).collect();
    let may_go = |span: Span| {
        done.iter().filter_map(|done| done.region).any(|region| {
            // Behind it in its line, or behind its comma.
            let rest = &text[region.end()..span.start().max(region.end())];
            let behind = !rest.contains(['\n', '\r']) || (rest.trim() == "," && rest.trim_end().ends_with(','));
            span.start() >= region.start() && (span.end() <= region.end() || behind)
        })
    };
    let (free, bound): (Vec<Span>, Vec<Span>) =
        before.comments.iter().map(|comment| comment.span).partition(|span| may_go(*span));
    for (span, bound) in bound.into_iter().map(|span| (span, true)).chain(free.into_iter().map(|span| (span, false))) {
        let slice = span.slice(text).trim_end();
        match left.iter().position(|other| *other == slice) {
            Some(at) => drop(left.swap_remove(at)),
            None => assert!(!bound, "{slice:?} is gone: {text:?} became {edited:?}"),
        }
    }
    assert!(left.is_empty(), "{left:?} came: {text:?} became {edited:?}");
}
