//! What the `fix` of a rule document does to a file: `remove`, `ensure` and `append` as edits of the bytes that wrote the
//! values. A value whose bytes are not its own is left to its author, and the place that it comes from is shown.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::check::fill;
use super::rule::FixWords;
use crate::finding::Edit;
use crate::json_pointer::{self, escaped, unescaped};
use crate::source::{FileId, Location, Span};
use crate::yaml::edit::{Editor, Position, Refusal, is_merged, merged};
use crate::yaml::{NodeId, NodeKind, Stream, Tree};

/// Where the values of facts are written.
pub trait Origins {
    /// Where the value at a JSON Pointer of the facts is written; `None` when there is no such value.
    fn origin(&self, pointer: &str) -> Option<Written>;

    /// The text of a file and its YAML, both with the same offsets.
    fn yaml(&self, file: FileId) -> Option<(&str, &Stream)>;

    /// Whether a collection means something even when it is empty. It gets the keys and indexes that lead to it in its file.
    fn keeps(&self, path: &[&str]) -> bool;
}

/// How one value of facts is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Written {
    /// The bytes of the value, or of what it was made from.
    pub location: Location,
    /// The key that it stands under.
    pub key: Option<Span>,
    pub bytes: Bytes,
}

/// Whose bytes those are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Bytes {
    /// The value's own: an edit there changes this value.
    Own,
    /// A short form, of which this value is a part, or all.
    Part,
    /// Nobody wrote it; it is what an absent value means.
    Implied,
    /// Those of another value, by alias, merge key, `extends`, override or interpolation.
    Foreign,
}

/// Why there are no edits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Blocked {
    /// The place that is in the way, where there is one to show.
    pub at: Option<Location>,
    pub reason: &'static str,
}

const FOREIGN: &str = "the value is written here; change it here, or write one of its own";
const ALIASED: &str = "this shares the value, and would change with it";
const EXTENDED: &str = "lists are put together with those of the service that this extends; add it there";
const SHORT: &str = "this is written in a form that has no place for the change";

/// The fix of a document, read.
#[derive(Debug, Default)]
pub struct DeclaredFix {
    remove: &'static [&'static str],
    ensure: Option<Value>,
    append: Map<String, Value>,
    /// Some text of it has a `{name}`.
    names: bool,
}

impl DeclaredFix {
    /// Reads the words of a document; `None` for a fix that it does not tell.
    pub fn of(fix: &FixWords) -> Option<Self> {
        if fix.remove.is_empty() && fix.ensure.is_none() && fix.append.is_none() {
            return None;
        }
        Some(Self {
            remove: fix.remove,
            ensure: fix.ensure.and_then(|text| serde_json::from_str(text).ok()),
            append: fix.append.and_then(|text| serde_json::from_str(text).ok()).unwrap_or_default(),
            names: [fix.ensure, fix.append].into_iter().flatten().any(has_names),
        })
    }

    fn filled<'v>(&self, value: &'v Value, values: &[(Cow<'static, str>, String)]) -> Cow<'v, Value> {
        if self.names { Cow::Owned(fill_value(value, values)) } else { Cow::Borrowed(value) }
    }
}

/// Whether JSON text has a `{name}` in a key or a text.
fn has_names(json: &str) -> bool {
    json.match_indices('{').any(|(at, _)| json[at + 1..].starts_with(|next: char| next.is_ascii_alphabetic()))
}

/// The edits of a fix.
///
/// `subject` is the JSON Pointer of the judged subject in `facts`; the pointers of the fix start there. `values` fill `{name}`
/// in pointers, keys and texts.
///
/// # Errors
/// When a value that is to change has no bytes of its own; the fix is then one by hand.
pub fn edits(
    fix: &DeclaredFix,
    facts: &Value,
    subject: &str,
    values: &[(Cow<'static, str>, String)],
    origins: &dyn Origins,
) -> Result<Vec<Edit>, Blocked> {
    let keeps = |path: &[&str]| origins.keeps(path);
    let mut work = Work { facts, origins, keeps: &keeps, editors: BTreeMap::new() };
    for pointer in fix.remove {
        work.remove(&format!("{subject}{}", fill_pointer(pointer, values)))?;
    }
    if let Some(patch) = &fix.ensure {
        work.ensure(subject, &fix.filled(patch, values))?;
    }
    for (pointer, items) in &fix.append {
        let items: Vec<Value> =
            items.as_array().into_iter().flatten().map(|item| fix.filled(item, values).into_owned()).collect();
        work.append(&format!("{subject}{}", fill_pointer(pointer, values)), items)?;
    }
    work.finish()
}

/// A node of a document of a file.
#[derive(Clone, Copy)]
struct Place {
    document: (FileId, usize),
    node: NodeId,
}

struct Work<'a> {
    facts: &'a Value,
    origins: &'a dyn Origins,
    keeps: &'a dyn Fn(&[&str]) -> bool,
    editors: BTreeMap<(FileId, usize), Editor<'a>>,
}

impl<'a> Work<'a> {
    fn remove(&mut self, pointer: &str) -> Result<(), Blocked> {
        let Some(written) = self.origins.origin(pointer) else { return Ok(()) };
        match written.bytes {
            Bytes::Implied => return Ok(()),
            Bytes::Foreign => return Err(foreign(written)),
            // The whole of an item, such as `A=b`, can go; a part of one cannot.
            Bytes::Part if self.is_part_of_parent(pointer, written) => return Err(short(written)),
            Bytes::Own | Bytes::Part => {}
        }
        let place = self.locate(written)?;
        self.edit(place, |editor| editor.remove(place.node))
    }

    fn is_part_of_parent(&self, pointer: &str, written: Written) -> bool {
        let parent = pointer.rsplit_once('/').and_then(|(parent, _)| self.origins.origin(parent));
        parent.is_some_and(|parent| parent.location == written.location)
    }

    fn ensure(&mut self, pointer: &str, patch: &Value) -> Result<(), Blocked> {
        let now = json_pointer::find(self.facts, pointer);
        if now.is_some_and(|now| is_merged(now, patch)) {
            return Ok(());
        }
        let Some(written) = self.origins.origin(pointer) else {
            return Err(Blocked { at: None, reason: SHORT });
        };
        match written.bytes {
            Bytes::Own => {}
            Bytes::Foreign => return Err(foreign(written)),
            Bytes::Part | Bytes::Implied => return Err(short(written)),
        }
        let place = self.locate(written)?;
        let kind = &self.tree(place)?.node(place.node).kind;
        match (patch, kind) {
            (Value::Object(fields), NodeKind::Mapping { .. }) => {
                fields.iter().try_for_each(|(key, wanted)| self.ensure_entry(place, pointer, key, wanted))
            }
            (Value::Object(_), _) if self.is_null(place) => {
                self.edit(place, |editor| editor.set(place.node, merged(None, patch)))
            }
            (Value::Object(_), _) => Err(short(written)),
            (Value::Array(_), NodeKind::Sequence { .. }) => self.edit(place, |editor| editor.ensure(place.node, patch)),
            (_, NodeKind::Scalar { .. }) => self.edit(place, |editor| editor.set(place.node, patch.clone())),
            _ => Err(short(written)),
        }
    }

    /// One key of a merge patch.
    fn ensure_entry(&mut self, parent: Place, pointer: &str, key: &str, wanted: &Value) -> Result<(), Blocked> {
        let child = format!("{pointer}/{}", escaped(key));
        let origin = self.origins.origin(&child);
        match origin.map(|written| written.bytes) {
            Some(Bytes::Own | Bytes::Part | Bytes::Foreign) if wanted.is_null() => return self.remove(&child),
            Some(Bytes::Own | Bytes::Part | Bytes::Foreign) => return self.ensure(&child, wanted),
            Some(Bytes::Implied) | None if wanted.is_null() => return Ok(()),
            Some(Bytes::Implied) | None => {}
        }
        let value = merged(None, wanted);
        // `key:` without a value is written and yet absent.
        let there = self.tree(parent)?.entry(parent.node, key).map(|(_, node)| Place { node, ..parent });
        match there {
            Some(there) if self.is_null(there) => self.edit(there, |editor| editor.set(there.node, value)),
            Some(there) => Err(Blocked { at: Some(self.location(there)), reason: SHORT }),
            None => self.edit(parent, |editor| editor.insert(parent.node, key, value, Position::End)),
        }
    }

    fn append(&mut self, pointer: &str, items: Vec<Value>) -> Result<(), Blocked> {
        let now = json_pointer::find(self.facts, pointer).and_then(Value::as_array);
        let items: Vec<Value> = items.into_iter().filter(|item| now.is_none_or(|now| !now.contains(item))).collect();
        if items.is_empty() {
            return Ok(());
        }
        let written = self.origins.origin(pointer).filter(|written| written.bytes != Bytes::Implied);
        let Some(written) = written else {
            // The list is absent, perhaps with what it stands in: the nearest ancestor that is written gets it.
            let (mut above, mut patch) = (pointer, Value::Array(items));
            while let Some((parent, key)) = above.rsplit_once('/') {
                patch = Value::Object(Map::from_iter([(unescaped(key).into_owned(), patch)]));
                above = parent;
                if self.origins.origin(above).is_some_and(|written| written.bytes != Bytes::Implied) {
                    break;
                }
            }
            self.allow_list(above)?;
            return self.ensure(above, &patch);
        };
        if written.bytes == Bytes::Foreign {
            return Err(foreign(written));
        }
        let place = self.locate(written)?;
        let tree = self.tree(place)?;
        match &tree.node(place.node).kind {
            NodeKind::Sequence { .. } => self
                .edit(place, |editor| items.into_iter().try_for_each(|item| editor.insert_item(place.node, item, Position::End))),
            // One text where a list may stand: it becomes the first item.
            NodeKind::Scalar { .. } => {
                let first = tree.to_json(place.node).unwrap_or_default();
                let all = Some(first).filter(|first| !first.is_null()).into_iter().chain(items).collect();
                self.edit(place, |editor| editor.set(place.node, Value::Array(all)))
            }
            _ => Err(short(written)),
        }
    }

    /// A service that extends another one would get the item twice, once that one has it too.
    fn allow_list(&self, pointer: &str) -> Result<(), Blocked> {
        let Some(written) = self.origins.origin(pointer) else { return Ok(()) };
        let place = self.locate(written)?;
        let extends = self.tree(place)?.entry(place.node, "extends");
        extends.map_or(Ok(()), |(_, node)| Err(Blocked { at: Some(self.location(Place { node, ..place })), reason: EXTENDED }))
    }

    fn finish(self) -> Result<Vec<Edit>, Blocked> {
        let mut edits = Vec::new();
        for ((file, _), editor) in self.editors {
            let changes = editor.finish().map_err(|refusal| refused(file, refusal))?;
            edits.extend(changes.into_iter().map(|change| Edit { file, span: change.span, replacement: change.text }));
        }
        edits.sort();
        Ok(edits)
    }

    /// The node that wrote a value.
    fn locate(&self, written: Written) -> Result<Place, Blocked> {
        let file = written.location.file;
        let nothing = || Blocked { at: Some(written.location), reason: SHORT };
        let (_, stream) = self.origins.yaml(file).ok_or_else(nothing)?;
        let found = stream.documents.iter().enumerate().find_map(|(document, tree)| {
            let node = match written.key {
                // The items of a list may stand for keys.
                Some(key) => tree.node_at(key).map(|id| value_of(tree, id).unwrap_or(id)),
                None => tree.node_at(written.location.span),
            }?;
            Some(Place { document: (file, document), node })
        });
        found.ok_or_else(nothing)
    }

    fn tree(&self, place: Place) -> Result<&'a Tree, Blocked> {
        let stream = self.origins.yaml(place.document.0).map(|(_, stream)| stream);
        stream.and_then(|stream| stream.documents.get(place.document.1)).ok_or(Blocked { at: None, reason: SHORT })
    }

    fn is_null(&self, place: Place) -> bool {
        self.tree(place).is_ok_and(|tree| tree.to_json(place.node).is_ok_and(|value| value.is_null()))
    }

    fn location(&self, place: Place) -> Location {
        let span = self.tree(place).map_or(Span::default(), |tree| tree.node(place.node).span);
        Location { file: place.document.0, span }
    }

    fn edit(&mut self, place: Place, work: impl FnOnce(&mut Editor<'a>) -> Result<(), Refusal>) -> Result<(), Blocked> {
        let file = place.document.0;
        if !self.editors.contains_key(&place.document) {
            let tree = self.tree(place)?;
            let (text, stream) = self.origins.yaml(file).ok_or(Blocked { at: None, reason: SHORT })?;
            let editor = Editor::new(text, stream, tree).map_err(|refusal| refused(file, refusal))?;
            self.editors.insert(place.document, editor.keep(self.keeps));
        }
        match self.editors.get_mut(&place.document) {
            Some(editor) => work(editor).map_err(|refusal| refused(file, refusal)),
            None => Ok(()),
        }
    }
}

/// The value of an entry by its key.
fn value_of(tree: &Tree, key: NodeId) -> Option<NodeId> {
    let &(mapping, index) = tree.ancestors(key).last()?;
    tree.entries(mapping).nth(index).filter(|entry| entry.0 == key).map(|(_, value)| value)
}

fn foreign(written: Written) -> Blocked {
    Blocked { at: Some(written.location), reason: FOREIGN }
}

fn short(written: Written) -> Blocked {
    Blocked { at: Some(written.location), reason: SHORT }
}

fn refused(file: FileId, refusal: Refusal) -> Blocked {
    use crate::yaml::edit::Reason;
    let reason = match refusal.reason {
        Reason::Shared | Reason::Anchor => ALIASED,
        Reason::Alias | Reason::Merge => FOREIGN,
        _ => SHORT,
    };
    Blocked { at: Some(Location { file, span: refusal.at }), reason }
}

/// A pointer with values in the place of `{name}`, each as one token.
fn fill_pointer(pointer: &str, values: &[(Cow<'static, str>, String)]) -> String {
    if !pointer.contains('{') {
        return pointer.to_owned();
    }
    let values: Vec<_> = values.iter().map(|(name, value)| (name.clone(), escaped(value).into_owned())).collect();
    fill(pointer, &values)
}

/// A value with values in the place of `{name}`, in keys and texts.
fn fill_value(value: &Value, values: &[(Cow<'static, str>, String)]) -> Value {
    match value {
        Value::String(text) => Value::String(fill(text, values)),
        Value::Array(items) => items.iter().map(|item| fill_value(item, values)).collect(),
        Value::Object(fields) => {
            Value::Object(fields.iter().map(|(key, value)| (fill(key, values), fill_value(value, values))).collect())
        }
        other => other.clone(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::finding::Applicability;
    use crate::yaml::{self, Borrowed};

    /// A file whose facts are its own values; `short` are written in a short form, `implied` nowhere.
    struct Plain<'t> {
        text: &'t str,
        stream: Stream,
        facts: Value,
        short: &'t [&'t str],
    }

    impl<'t> Plain<'t> {
        fn new(text: &'t str) -> Self {
            let stream = yaml::parse(text);
            let tree = &stream.documents[0];
            let facts = tree.to_json(tree.root.unwrap()).unwrap();
            Self { text, stream, facts, short: &[] }
        }
    }

    impl Origins for Plain<'_> {
        fn origin(&self, pointer: &str) -> Option<Written> {
            json_pointer::find(&self.facts, pointer)?;
            let tree = &self.stream.documents[0];
            let trace = tree.trace(tree.root?, pointer);
            let location = |span| Location { file: FileId(0), span };
            let written = Written {
                location: location(tree.node(trace.value).span),
                key: trace.key.map(|key| tree.node(key).span),
                bytes: Bytes::Own,
            };
            Some(match trace.borrowed {
                _ if !trace.rest.is_empty() => Written { bytes: Bytes::Implied, ..written },
                Some(Borrowed::Alias(at) | Borrowed::Merge(at)) => {
                    Written { location: location(tree.node(at).span), key: None, bytes: Bytes::Foreign }
                }
                None if self.short.contains(&pointer) => Written { bytes: Bytes::Part, ..written },
                None => written,
            })
        }

        fn yaml(&self, _: FileId) -> Option<(&str, &Stream)> {
            Some((self.text, &self.stream))
        }

        fn keeps(&self, path: &[&str]) -> bool {
            path.len() < 3
        }
    }

    fn words(remove: &'static [&'static str], ensure: Option<&'static str>, append: Option<&'static str>) -> FixWords {
        FixWords { safety: Applicability::Safe, title: "mend it", remove, ensure, append }
    }

    fn mended(file: &Plain<'_>, subject: &str, fix: &FixWords, values: &[(&'static str, &str)]) -> Result<String, &'static str> {
        let values: Vec<_> = values.iter().map(|(name, value)| (Cow::Borrowed(*name), (*value).to_owned())).collect();
        let edits = edits(&DeclaredFix::of(fix).unwrap(), &file.facts, subject, &values, file).map_err(|blocked| {
            assert!(blocked.at.is_some());
            blocked.reason
        })?;
        let mut text = String::new();
        let mut from = 0;
        for edit in edits {
            text += &file.text[from..edit.span.start()];
            text += &edit.replacement;
            from = edit.span.end();
        }
        Ok(text + &file.text[from..])
    }

    const TEXT: &str = "\
x-base: &base
  privileged: true
  security_opt: [a]
services:
  web:
    image: nginx # pinned by CI
    privileged: true  # for dind
    deploy:
      resources:
        limits: {cpus: '1'}
  api:
    <<: *base
    image: api
    tmpfs: /run
    logging:
";

    #[test]
    fn entries_go_with_what_they_empty() {
        let file = Plain::new(TEXT);
        let fix = words(&["/privileged", "/deploy/resources/limits/{what}", "/absent"], None, None);
        let text = mended(&file, "/services/web", &fix, &[("what", "cpus")]).unwrap();
        assert_eq!(
            text,
            TEXT.replacen(
                "    privileged: true  # for dind\n    deploy:\n      resources:\n        limits: {cpus: '1'}\n",
                "",
                1
            )
        );
    }

    #[test]
    fn a_merge_patch_reaches_what_is_there() {
        let file = Plain::new(TEXT);
        let fix = words(
            &[],
            Some(r#"{"read_only": true, "image": "{name}:1", "deploy": {"resources": {"limits": {"pids": 200}}}}"#),
            None,
        );
        let text = mended(&file, "/services/web", &fix, &[("name", "web")]).unwrap();
        let expected = TEXT.replace("nginx #", "web:1 #").replace("{cpus: '1'}", "{cpus: '1', pids: 200}\n    read_only: true");
        assert_eq!(text, expected);
        let fix = words(&[], Some(r#"{"logging": {"options": {"max-size": "10m"}}}"#), None);
        let text = mended(&file, "/services/api", &fix, &[]).unwrap();
        assert_eq!(text, TEXT.replace("logging:\n", "logging:\n      options:\n        max-size: 10m\n"));
    }

    #[test]
    fn items_are_appended_once_and_lists_are_made() {
        let file = Plain::new(TEXT);
        let fix = words(&[], None, Some(r#"{"/security_opt": ["no-new-privileges:true"]}"#));
        let text = mended(&file, "/services/web", &fix, &[]).unwrap();
        assert_eq!(
            text,
            TEXT.replace("limits: {cpus: '1'}\n", "limits: {cpus: '1'}\n    security_opt:\n      - no-new-privileges:true\n")
        );
        let fix = words(&[], None, Some(r#"{"/build/args/list": ["x"]}"#));
        assert!(
            mended(&file, "/services/web", &fix, &[])
                .unwrap()
                .contains("    build:\n      args:\n        list:\n          - x\n")
        );
        let fix = words(&[], None, Some(r#"{"/tmpfs": ["/tmp"]}"#));
        assert!(mended(&file, "/services/api", &fix, &[]).unwrap().contains("    tmpfs:\n      - /run\n      - /tmp\n"));
        let fix = words(&[], None, Some(r#"{"/security_opt": ["a"]}"#));
        assert_eq!(mended(&file, "/services/api", &fix, &[]).unwrap(), TEXT);
    }

    #[test]
    fn what_is_written_elsewhere_is_left_to_its_author() {
        let file = Plain::new(TEXT);
        assert_eq!(mended(&file, "/services/api", &words(&["/privileged"], None, None), &[]), Err(FOREIGN));
        assert_eq!(mended(&file, "/services/api", &words(&[], Some(r#"{"privileged": false}"#), None), &[]), Err(FOREIGN));
        assert_eq!(mended(&file, "/services/api", &words(&[], None, Some(r#"{"/security_opt": ["b"]}"#)), &[]), Err(FOREIGN));
        assert_eq!(mended(&file, "/x-base", &words(&["/privileged"], None, None), &[]), Err(ALIASED));
        assert_eq!(mended(&file, "/services/web", &words(&[], Some(r#"{"image": {"name": "x"}}"#), None), &[]), Err(SHORT));
        let file = Plain { short: &["/services/web/image"], ..Plain::new(TEXT) };
        assert_eq!(mended(&file, "/services/web", &words(&[], Some(r#"{"image": "x"}"#), None), &[]), Err(SHORT));
    }

    #[test]
    fn values_stay_one_token_of_a_pointer() {
        let values = [(Cow::Borrowed("key"), "a/b~c".to_owned())];
        assert_eq!(fill_pointer("/labels/{key}", &values), "/labels/a~1b~0c");
        assert_eq!(fill_value(&json!({"{key}": ["x{key}", 1]}), &values), json!({"a/b~c": ["xa/b~c", 1]}));
    }
}
