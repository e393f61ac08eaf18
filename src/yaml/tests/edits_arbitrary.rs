//! Whatever is edited, the edited text means the edited value, and nothing else has changed.

use proptest::prelude::*;
use serde_json::{Map, Value};

use super::edits::applied;
use super::*;
use crate::yaml::edit::{Editor, Position, Reason, Refusal, merged};

/// A document as its lines are written, with all that stands between them.
#[derive(Debug, Clone)]
enum Written {
    Scalar(String),
    Block(Vec<(String, Self)>, Vec<usize>),
    List(Vec<Self>, Vec<usize>, bool),
    Flow(String),
}

fn scalar() -> impl Strategy<Value = String> {
    prop::sample::select(vec![
        "a",
        "true",
        "5",
        "'b c'",
        "\"d\\te\"",
        "f g",
        "|\n",
        "|-\n",
        "|+\n",
        ">\n",
        "",
        "~",
        "x:y",
        "&n h",
        "'i''j'",
        "k\\n",
        "!x l",
        "\"m\n",
        "null",
        "1.5",
    ])
    .prop_map(str::to_owned)
}

fn flow() -> impl Strategy<Value = String> {
    prop::sample::select(vec![
        "[]",
        "{}",
        "[a, b]",
        "{a: 1, b: 'c'}",
        "[ \"x\", ]",
        "{ k: [1, {m: 2}], l }",
        "[\n  a,\n  b # c\n]",
        "[\n  a, # c\n  b,\n]",
        "{\"a\": 1}",
        "[a, [b, c], {d: e}]",
        "{a: {}, b: []}",
        "[\n  a\n  , b\n]",
        "[ # c\n  a ]",
    ])
    .prop_map(str::to_owned)
}

/// What stands above a line: nothing, a blank line, comments.
fn above() -> impl Strategy<Value = Vec<usize>> {
    prop::collection::vec(0_usize..12, 8)
}

fn written() -> impl Strategy<Value = Written> {
    let leaf = prop_oneof![3 => scalar().prop_map(Written::Scalar), 1 => flow().prop_map(Written::Flow)];
    leaf.prop_recursive(4, 24, 4, |inner| {
        prop_oneof![
            3 => (prop::collection::vec(inner.clone(), 1..4), above(), 0_usize..5).prop_map(|(values, above, keys)| {
                let names = ["k", "'l'", "m n", "\"o\"", "p", "q", "r", "s", "t"];
                Written::Block(values.into_iter().enumerate().map(|(index, value)| (names[index + keys].to_owned(), value)).collect(), above)
            }),
            1 => (prop::collection::vec(inner, 1..4), above(), any::<bool>()).prop_map(|(items, above, flat)| Written::List(items, above, flat)),
        ]
    })
}

struct Printer {
    text: String,
    step: usize,
}

impl Printer {
    fn between(&mut self, what: usize, column: usize) {
        match what {
            1 => self.text.push('\n'),
            2 => self.text += &format!("{}# above\n", " ".repeat(column)),
            3 => self.text += &format!("\n{}# above\n", " ".repeat(column)),
            4 => self.text += "# left\n",
            5 => self.text += &format!("{}# deep\n", " ".repeat(column + 3)),
            _ => {}
        }
    }

    fn behind(&mut self, what: usize) {
        if what == 6 || what == 2 {
            self.text += " # behind";
        }
        self.text.push('\n');
    }

    /// What follows `key:` or `-` at a column, with the newline behind it.
    fn value(&mut self, value: &Written, column: usize, in_list: bool, what: usize) {
        match value {
            Written::Scalar(scalar) if scalar.ends_with('\n') => {
                let lines = if scalar.starts_with('"') { "  n\"" } else { "  x\n\n    # y\n  z\n" };
                self.text += &format!(" {}", scalar.trim_end());
                for line in lines.lines() {
                    self.text += "\n";
                    if !line.is_empty() {
                        self.text += &format!("{}{line}", " ".repeat(column));
                    }
                }
                self.text.push('\n');
            }
            Written::Scalar(scalar) | Written::Flow(scalar) => {
                if !scalar.is_empty() {
                    self.text.push(' ');
                }
                self.text += &scalar.replace('\n', &format!("\n{}", " ".repeat(column + 2)));
                self.behind(what);
            }
            Written::Block(entries, above) if in_list => {
                self.text.push(' ');
                self.entries(entries, above, column + 2, true);
            }
            Written::Block(entries, above) => {
                self.behind(what);
                self.entries(entries, above, column + self.step, false);
            }
            Written::List(items, above, _) if in_list => {
                self.text.push(' ');
                self.items(items, above, column + 2, true);
            }
            Written::List(items, above, flat) => {
                self.behind(what);
                self.items(items, above, if *flat { column } else { column + self.step }, false);
            }
        }
    }

    fn entries(&mut self, entries: &[(String, Written)], above: &[usize], column: usize, mut inline: bool) {
        for ((key, value), what) in entries.iter().zip(above.iter().cycle()) {
            if !std::mem::take(&mut inline) {
                self.between(*what, column);
                self.text += &" ".repeat(column);
            }
            self.text += &format!("{key}:");
            self.value(value, column, false, *what);
        }
    }

    fn items(&mut self, items: &[Written], above: &[usize], column: usize, mut inline: bool) {
        for (value, what) in items.iter().zip(above.iter().cycle()) {
            if !std::mem::take(&mut inline) {
                self.between(*what, column);
                self.text += &" ".repeat(column);
            }
            self.text.push('-');
            self.value(value, column, true, *what);
        }
    }
}

fn document() -> impl Strategy<Value = String> {
    (written(), 1_usize..5, any::<bool>(), 0_usize..3, any::<bool>(), any::<bool>()).prop_map(
        |(written, step, crlf, end, mark, alias)| {
            let mut printer = Printer { text: String::new(), step: step.max(1) };
            match &written {
                Written::Block(entries, above) => printer.entries(entries, above, 0, false),
                Written::List(items, above, _) => printer.items(items, above, 0, false),
                Written::Scalar(scalar) | Written::Flow(scalar) => printer.text += scalar,
            }
            let mut text = printer.text;
            if alias && text.contains("&n") && matches!(written, Written::Block(..)) {
                text += "zz: *n\n";
            }
            match end {
                0 => text.truncate(text.trim_end_matches('\n').len()),
                1 => text += "\n# end\n",
                _ => {}
            }
            if crlf {
                text = text.replace('\n', "\r\n");
            }
            if mark { format!("\u{feff}{text}") } else { text }
        },
    )
}

fn value() -> impl Strategy<Value = Value> {
    let text = prop_oneof![
        "[a-z]{1,6}",
        "[ -~]{0,12}",
        "\\PC{0,6}",
        any::<String>().prop_map(|text| text.chars().take(8).collect()),
        "[a-z \n]{0,12}",
        Just("line\nline\n".to_owned()),
    ];
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        (0_u32..4000).prop_map(|number| Value::from(f64::from(number) / 8.0)),
        text.clone().prop_map(Value::from),
        text.prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 10, 3, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..3).prop_map(Value::from),
            prop::collection::vec(("[a-z~/ ]{1,4}", inner), 0..3).prop_map(|entries| Value::Object(Map::from_iter(entries))),
        ]
    })
}

#[derive(Debug, Clone)]
enum Work {
    Set(Value),
    Insert(Value, usize),
    Remove,
    Rename(String),
    Ensure(Value),
}

fn work() -> impl Strategy<Value = Work> {
    prop_oneof![
        value().prop_map(Work::Set),
        (value(), 0_usize..5).prop_map(|(value, place)| Work::Insert(value, place)),
        (value(), 0_usize..5).prop_map(|(value, place)| Work::Insert(value, place)),
        Just(Work::Remove),
        Just(Work::Remove),
        "[ -~]{1,6}".prop_map(Work::Rename),
        value().prop_map(Work::Ensure),
    ]
}

/// The JSON Pointers of a value, outermost first.
fn pointers(value: &Value, at: &str, all: &mut Vec<String>) {
    all.push(at.to_owned());
    match value {
        Value::Array(items) => items.iter().enumerate().for_each(|(index, item)| pointers(item, &format!("{at}/{index}"), all)),
        Value::Object(fields) => fields.iter().for_each(|(key, item)| {
            pointers(item, &format!("{at}/{}", key.replace('~', "~0").replace('/', "~1")), all);
        }),
        _ => {}
    }
}

/// Does the work on the tree and on its value alike; `None` where it makes no sense.
fn asked(editor: &mut Editor<'_>, value: &mut Value, pointer: &str, work: &Work) -> Option<Result<(), Refusal>> {
    let node = editor.tree().pointer(pointer)?;
    let place = value.pointer_mut(pointer)?;
    Some(match work {
        Work::Set(new) => {
            *place = new.clone();
            editor.set(node, new.clone())
        }
        Work::Ensure(patch) => {
            *place = merged(Some(place), patch);
            editor.ensure(node, patch)
        }
        Work::Insert(new, at) => match place {
            Value::Array(items) => {
                items.push(new.clone());
                editor.insert_item(node, new.clone(), Position::End)
            }
            Value::Object(fields) => {
                fields.insert("new key".into(), new.clone());
                let position =
                    [Position::End, Position::After(0), Position::Before(0), Position::Before(1), Position::After(9)][*at];
                editor.insert(node, "new key", new.clone(), position)
            }
            _ => return None,
        },
        Work::Remove | Work::Rename(_) => {
            let (parent, token) = pointer.rsplit_once('/')?;
            let token = token.replace("~1", "/").replace("~0", "~");
            let parent_node = editor.tree().pointer(parent)?;
            match (value.pointer_mut(parent)?, work) {
                (Value::Array(items), Work::Remove) => {
                    items.remove(token.parse().ok()?);
                    editor.remove(node)
                }
                (Value::Object(fields), Work::Remove) => {
                    fields.shift_remove(&token);
                    editor.remove(node)
                }
                (Value::Object(fields), Work::Rename(name)) if !fields.contains_key(name) => {
                    let there = fields.shift_remove(&token)?;
                    fields.insert(name.clone(), there);
                    editor.rename(editor.tree().entry(parent_node, &token)?.0, name)
                }
                _ => return None,
            }
        }
    })
}

fn check(text: &str, works: &[(prop::sample::Index, Work)]) -> Result<(), TestCaseError> {
    let stream = sound(text);
    prop_assume!(stream.problems.is_empty() && stream.documents.len() == 1 && stream.documents[0].duplicate_keys().is_empty());
    let tree = &stream.documents[0];
    let Some(root) = tree.root else { return Ok(()) };
    let Ok(before) = tree.to_json(root) else { return Ok(()) };
    let mut all = Vec::new();
    pointers(&before, "", &mut all);
    let mut expected = before;
    let mut editor = Editor::new(text, &stream, tree).unwrap();
    let mut done: Vec<String> = Vec::new();
    for (index, work) in works {
        let pointer = index.get(&all);
        // Each change at a place of its own; indexes behind a removed item are no longer what they were.
        if done.iter().any(|other| {
            other.starts_with(pointer.as_str()) || pointer.starts_with(other.as_str()) || (other.matches('/').count() > 0)
        }) {
            continue;
        }
        done.push(pointer.clone());
        let kept = expected.clone();
        match asked(&mut editor, &mut expected, pointer, work) {
            Some(Ok(())) => {}
            Some(Err(refusal)) => {
                let allowed = [Reason::Alias, Reason::Shared, Reason::Anchor, Reason::Root, Reason::Shape, Reason::Tag];
                prop_assert!(allowed.contains(&refusal.reason), "{refusal:?}");
                return Ok(());
            }
            None => expected = kept,
        }
    }
    let changes = match editor.finish() {
        Ok(changes) => changes,
        Err(refusal) => {
            prop_assert!(matches!(refusal.reason, Reason::Absorbed | Reason::Shape | Reason::Tag), "{refusal:?}");
            return Ok(());
        }
    };
    let edited = applied(text, &changes);
    let after = parse(&edited);
    prop_assert_eq!(&after.problems, &[], "{:?} became {:?}", text, edited);
    let tree = &after.documents[0];
    let found = tree.to_json(tree.root.unwrap());
    prop_assert_eq!(found.as_ref(), Ok(&expected), "{:?} became {:?}", text, edited);
    let mark = |text: &str| text.matches('\u{feff}').count();
    if edited.starts_with('\u{feff}') != text.starts_with('\u{feff}') {
        prop_assert!(false, "the mark of {text:?} ({}) went", mark(text));
    }
    if text.contains("\r\n") {
        prop_assert!(!edited.replace("\r\n", "").contains('\n'), "{:?} became {:?}", text, edited);
    }
    // Comments in lines of their own go only with what they stand in.
    if works.iter().all(|(_, work)| matches!(work, Work::Insert(..) | Work::Rename(_))) {
        let count = |text: &str, stream: &Stream| {
            stream.comments.iter().map(|comment| comment.span.slice(text).to_owned()).collect::<Vec<_>>()
        };
        prop_assert_eq!(count(text, &stream), count(&edited, &after), "{:?} became {:?}", text, edited);
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1500, failure_persistence: None, max_global_rejects: 100_000, ..ProptestConfig::default() })]

    #[test]
    fn the_edited_text_means_the_edited_value(text in document(), works in prop::collection::vec((any::<prop::sample::Index>(), work()), 1..3)) {
        check(&text, &works)?;
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, failure_persistence: None, max_global_rejects: 100_000, ..ProptestConfig::default() })]

    /// The same of lines that are put together without a plan.
    #[test]
    fn any_edited_text_means_the_edited_value(text in super::arbitrary::document(), works in prop::collection::vec((any::<prop::sample::Index>(), work()), 1..3)) {
        check(&text, &works)?;
    }
}
