//! The edited text means the edited value: a new value is set somewhere, something else is removed, an entry is added.
#![no_main]

use libfuzzer_sys::fuzz_target;
use shipworthy::yaml::edit::{Editor, Position};
use shipworthy::yaml::{NodeId, NodeKind, parse};

fuzz_target!(|input: (&str, u16, u8, &str)| {
    let (text, place, work, new) = input;
    let stream = parse(text);
    let [tree] = stream.documents.as_slice() else { return };
    let Ok(mut editor) = Editor::new(text, &stream, tree) else { return };
    let Some(root) = tree.root else { return };
    let (Ok(mut expected), true) = (tree.to_json(root), tree.duplicate_keys().is_empty()) else { return };
    // A node by its number, and the pointer that leads to it.
    let count = tree.nodes().count();
    let node = NodeId((usize::from(place) % count) as u32);
    let mut pointer = String::new();
    for (around, index) in tree.ancestors(node) {
        let token = match &tree.node(around).kind {
            NodeKind::Mapping { entries, .. } if entries[index].1 <= node => {
                tree.str(entries[index].0).unwrap_or_default().to_owned()
            }
            NodeKind::Sequence { .. } => index.to_string(),
            _ => return,
        };
        pointer += &format!("/{}", token.replace('~', "~0").replace('/', "~1"));
    }
    let Some(value) = expected.pointer_mut(&pointer) else { return };
    let asked = match work % 3 {
        0 => {
            *value = new.into();
            editor.set(node, new.into())
        }
        1 => match value {
            serde_json::Value::Object(fields) => {
                fields.insert(new.to_owned(), new.into());
                if tree.get(node, new).is_some() {
                    return;
                }
                editor.insert(node, new, new.into(), Position::End)
            }
            serde_json::Value::Array(items) => {
                items.push(new.into());
                editor.insert_item(node, new.into(), Position::End)
            }
            _ => return,
        },
        _ => {
            let Some((parent, token)) = pointer.rsplit_once('/') else { return };
            let token = token.replace("~1", "/").replace("~0", "~");
            match expected.pointer_mut(parent) {
                Some(serde_json::Value::Object(fields)) => drop(fields.shift_remove(&token)),
                Some(serde_json::Value::Array(items)) => drop(items.remove(token.parse().expect("an index"))),
                _ => return,
            }
            editor.remove(node)
        }
    };
    let (Ok(()), Ok(changes)) = (asked, editor.finish()) else { return };
    let mut edited = String::new();
    let mut from = 0;
    for change in &changes {
        edited.push_str(&text[from..change.span.start()]);
        edited.push_str(&change.text);
        from = change.span.end();
    }
    edited.push_str(&text[from..]);
    let after = parse(&edited);
    assert!(after.problems.is_empty(), "{text:?} became {edited:?}");
    let tree = &after.documents[0];
    assert_eq!(tree.to_json(tree.root.expect("a root")), Ok(expected), "{text:?} became {edited:?}");
});
