//! Rules that are JSON Schemas over facts. A schema is compiled when the first subject for it occurs; a subject is asked
//! `is_valid` first, and only a failing one costs more.

use std::borrow::Cow;
use std::sync::{Arc, OnceLock};

use jsonschema::Validator;
use serde_json::Value;

use super::check::Reporter;
use super::declared_fix::{self, Blocked, Bytes, DeclaredFix, Origins, Written};
use super::rule::{FixWords, Rule};
use crate::compose::{ComposeProject, Ways};
use crate::dockerfile::facts::Facts;
use crate::finding::{Applicability, Edit};
use crate::json_pointer::{Token, find, unescaped};
use crate::live::SnapshotDocument;
use crate::project::Project;
use crate::source::{FileId, Kind, Location, Span};
use crate::yaml::Stream;

/// Facts whose values know where they stand.
pub trait Placed {
    /// The JSON document that schemas judge.
    fn document(&self) -> &Value;

    /// Where the value of a JSON Pointer stands; `None` for one without a place of its own.
    fn place(&self, pointer: &str) -> Option<Location>;

    /// Whether the value, something in it or something around it hangs on what nobody knows: then it is nobody's fault.
    fn is_unknown(&self, _: &str) -> bool {
        false
    }

    /// Which bytes wrote the values; `None` where fixes of documents are not offered.
    fn origins<'o>(&'o self, _: &'o Project) -> Option<Box<dyn Origins + 'o>> {
        None
    }
}

/// The facts of one file.
#[derive(Debug)]
pub struct FileFacts<'a> {
    pub file: FileId,
    pub facts: &'a Facts,
}

impl Placed for FileFacts<'_> {
    fn document(&self) -> &Value {
        &self.facts.document
    }

    fn place(&self, pointer: &str) -> Option<Location> {
        Some(Location { file: self.file, span: self.facts.span(pointer)? })
    }
}

/// The facts of a snapshot.
#[derive(Debug)]
pub struct SnapshotFacts<'a> {
    pub file: FileId,
    pub snapshot: &'a SnapshotDocument,
}

impl Placed for SnapshotFacts<'_> {
    fn document(&self) -> &Value {
        &self.snapshot.facts
    }

    fn place(&self, pointer: &str) -> Option<Location> {
        Some(Location { file: self.file, span: self.snapshot.span(pointer) })
    }
}

/// The facts of a compose project.
#[derive(Debug)]
pub struct ComposeFacts<'a> {
    pub project: &'a ComposeProject,
    pub facts: Arc<Value>,
}

impl Placed for ComposeFacts<'_> {
    fn document(&self) -> &Value {
        &self.facts
    }

    /// Of a mapping the key that it stands under: the whole of a service says nothing.
    fn place(&self, pointer: &str) -> Option<Location> {
        let node = self.project.tree.pointer(pointer)?;
        Some(if node.as_map().is_some() { node.origin.key_location() } else { node.origin.location() })
    }

    fn is_unknown(&self, pointer: &str) -> bool {
        let around = pointer.match_indices('/').map(|(at, _)| &pointer[..at]);
        let around_unknown = around.filter_map(|pointer| self.project.tree.pointer(pointer)).any(|node| node.origin.is_unknown());
        let mut unknown = around_unknown;
        if let Some(node) = self.project.tree.pointer(pointer) {
            node.each(&mut |node| unknown |= node.origin.is_unknown());
        }
        unknown
    }

    fn origins<'o>(&'o self, files: &'o Project) -> Option<Box<dyn Origins + 'o>> {
        Some(Box::new(ComposeOrigins { project: self.project, files }))
    }
}

/// The edits of a fix of a document at a place of a compose project.
///
/// # Errors
/// When a value that is to change has no bytes of its own.
pub fn compose_edits(
    compose: &ComposeProject,
    files: &Project,
    fix: &FixWords,
    subject: &str,
    values: &[(Cow<'static, str>, String)],
) -> Result<Vec<Edit>, Blocked> {
    let fix = DeclaredFix::of(fix).unwrap_or_default();
    declared_fix::edits(&fix, &compose.facts(), subject, values, &ComposeOrigins { project: compose, files })
}

/// Which bytes wrote the values of a compose project.
struct ComposeOrigins<'a> {
    project: &'a ComposeProject,
    files: &'a Project,
}

impl Origins for ComposeOrigins<'_> {
    fn origin(&self, pointer: &str) -> Option<Written> {
        let node = self.project.tree.pointer(pointer)?;
        let origin = node.origin;
        let bytes = match () {
            () if origin.ways.has(Ways::IMPLIED) => Bytes::Implied,
            () if !origin.without_forms().is_own() => Bytes::Foreign,
            // What an override says of a scalar, the file below may say too; a mapping can take another key.
            () if origin.ways.has(Ways::OVERRIDE) && node.as_map().is_none() => Bytes::Foreign,
            () if origin.ways.has(Ways::DERIVED) => Bytes::Part,
            () => Bytes::Own,
        };
        Some(Written { location: origin.location(), key: origin.key, bytes })
    }

    fn yaml(&self, file: FileId) -> Option<(&str, &Stream)> {
        let document = self.files.document(file);
        Some((document.source.text(), &document.compose()?.stream))
    }

    /// What has a name is there even when nothing is said about it.
    fn keeps(&self, path: &[&str]) -> bool {
        matches!(path, [] | ["services"] | [_, _] | ["services", _, "networks" | "depends_on" | "models" | "volumes", _])
    }
}

/// What a schema rule may judge: a place in the facts of a kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Subject {
    pub name: &'static str,
    pub kind: Kind,
    /// Where in the facts: the document itself, or each element of a list or map; `*` on the way stands for each element there.
    elements: Option<&'static str>,
}

impl Subject {
    pub const ALL: &'static [Self] = &[
        Self { name: "dockerfile", kind: Kind::Dockerfile, elements: None },
        Self { name: "dockerfile.stage", kind: Kind::Dockerfile, elements: Some("/stages") },
        Self { name: "dockerfile.instruction", kind: Kind::Dockerfile, elements: Some("/instructions") },
        Self { name: "engine", kind: Kind::Snapshot, elements: Some("/engines") },
        Self { name: "container", kind: Kind::Snapshot, elements: Some("/engines/*/containers") },
        Self { name: "image", kind: Kind::Snapshot, elements: Some("/engines/*/images") },
        Self { name: "compose", kind: Kind::Compose, elements: None },
        Self { name: "compose.service", kind: Kind::Compose, elements: Some("/services") },
        Self { name: "compose.network", kind: Kind::Compose, elements: Some("/networks") },
        Self { name: "compose.volume", kind: Kind::Compose, elements: Some("/volumes") },
        Self { name: "compose.secret", kind: Kind::Compose, elements: Some("/secrets") },
        Self { name: "compose.config", kind: Kind::Compose, elements: Some("/configs") },
    ];

    fn within<'f>(&self, document: &'f Value) -> Vec<(String, &'f Value)> {
        let at = |pointer: &str, elements: Option<&'f Value>| -> Vec<(String, &'f Value)> {
            children(elements).map(|(token, value)| (format!("{pointer}/{token}"), value)).collect()
        };
        match self.elements.map(|pointer| (pointer, pointer.split_once("/*"))) {
            None => vec![(String::new(), document)],
            Some((pointer, None)) => at(pointer, find(document, pointer)),
            Some((_, Some((outer, inner)))) => children(find(document, outer))
                .flat_map(|(token, value)| at(&format!("{outer}/{token}{inner}"), find(value, inner)))
                .collect(),
        }
    }

    /// The subject that documents call so.
    pub fn named(name: &str) -> Option<&'static Self> {
        Self::ALL.iter().find(|subject| subject.name == name)
    }
}

/// The subjects in the facts of one document with their JSON Pointers, looked up once for all rules.
pub struct Subjects<'f> {
    document: &'f Value,
    known: Vec<(&'static str, Vec<(String, &'f Value)>)>,
}

impl<'f> Subjects<'f> {
    pub fn of(facts: &'f dyn Placed) -> Self {
        Self { document: facts.document(), known: Vec::new() }
    }

    /// Those of one kind.
    pub fn named(&mut self, subject: &Subject) -> &[(String, &'f Value)] {
        let place = match self.known.iter().position(|(name, _)| *name == subject.name) {
            Some(place) => place,
            None => {
                self.known.push((subject.name, subject.within(self.document)));
                self.known.len() - 1
            }
        };
        &self.known[place].1
    }
}

/// A schema rule ready to judge; compiled on first use.
#[derive(Debug)]
pub struct SchemaRule {
    pub rule: &'static Rule,
    pub subject: &'static Subject,
    compiled: OnceLock<Option<Compiled>>,
    fix: OnceLock<Option<DeclaredFix>>,
    /// The names in braces in its words: what else a subject says of itself is not asked.
    names: OnceLock<Vec<&'static str>>,
}

#[derive(Debug)]
struct Compiled {
    when: Option<Validator>,
    assert: Validator,
}

impl SchemaRule {
    /// `None` for a rule that is no schema, or whose subject has no facts.
    pub fn of(rule: &'static Rule) -> Option<Self> {
        rule.assert?;
        Some(Self {
            rule,
            subject: Subject::named(rule.subject)?,
            compiled: OnceLock::new(),
            fix: OnceLock::new(),
            names: OnceLock::new(),
        })
    }

    /// Whether some words of the rule ask for a value. Findings that are told together are told by name.
    fn asks_for(&self, name: &str) -> bool {
        let names = self.names.get_or_init(|| {
            let rule = self.rule;
            let fix =
                rule.fix.iter().flat_map(|fix| fix.remove.iter().copied().chain([fix.title]).chain(fix.ensure).chain(fix.append));
            let labels = rule.labels.iter().map(|(_, label)| *label);
            let texts = [rule.message].into_iter().chain(rule.together).chain(labels).chain(fix);
            texts.flat_map(in_braces).chain(["name"]).collect()
        });
        names.contains(&name)
    }

    /// Judges every subject that the facts of a document have for it.
    pub fn judge(&self, facts: &dyn Placed, subjects: &[(String, &Value)], out: &mut Reporter<'_>) {
        subjects.iter().for_each(|(at, subject)| self.judge_subject(facts, at, subject, out));
    }

    fn judge_subject(&self, facts: &dyn Placed, at: &str, subject: &Value, out: &mut Reporter<'_>) {
        let Some(compiled) = self.compiled.get_or_init(|| self.compile()) else { return };
        if compiled.when.as_ref().is_some_and(|when| !when.is_valid(subject)) {
            return;
        }
        let Some(each) = self.rule.each.and_then(|each| each.strip_suffix("/*")) else {
            if !compiled.assert.is_valid(subject) {
                self.report(facts, at, &format!("{at}{}", self.rule.at.unwrap_or_default()), subject, None, out);
            }
            return;
        };
        for (token, element) in children(find(subject, each)) {
            if !compiled.assert.is_valid(element) {
                let place = format!("{at}{each}/{token}{}", self.rule.at.unwrap_or_default());
                self.report(facts, at, &place, subject, Some((token, element)), out);
            }
        }
    }

    fn report(
        &self,
        facts: &dyn Placed,
        at: &str,
        place: &str,
        subject: &Value,
        element: Option<(Token<'_>, &Value)>,
        out: &mut Reporter<'_>,
    ) {
        // Without a place to show, the whole subject is at fault for what it lacks, whatever else is in it.
        if place != at && facts.is_unknown(place) {
            return;
        }
        let mut values: Vec<(Cow<'static, str>, String)> = Vec::new();
        let mut say = |name: &str, value: &dyn Fn() -> Option<String>| {
            if self.asks_for(name) {
                values.extend(value().map(|value| (name.to_owned().into(), value)));
            }
        };
        fields(subject).for_each(|(name, value)| say(name, &|| scalar(value)));
        // Last, so that what the subject says of itself comes first.
        if let Some((_, name)) = at.rsplit_once('/').filter(|_| self.subject.elements.is_some() && subject.get("name").is_none())
        {
            say("name", &|| Some(unescaped(name).into_owned()));
        }
        if let Some((token, element)) = element {
            say("key", &|| Some(token.text()));
            say("value", &|| Some(scalar(element).unwrap_or_default()));
            fields(element).for_each(|(name, value)| say(name, &|| scalar(value)));
        }
        let edits = self.edits(facts, at, &values, out.project);
        let mut draft = match nearest(facts, place) {
            Some(location) => out.report_at(location),
            None => out.report(Span::default()),
        };
        draft = match edits {
            Some(Ok(edits)) => edits.into_iter().fold(draft, |draft, edit| draft.edit(edit)),
            Some(Err(blocked)) => blocked.at.into_iter().fold(draft.by_hand(), |draft, at| draft.related_at(at, blocked.reason)),
            None if self.rule.fix.is_some_and(|fix| fix.safety == Applicability::Manual) => draft.by_hand(),
            None => draft,
        };
        values.into_iter().fold(draft, |draft, (name, value)| draft.value(name, value)).emit();
    }

    /// What the fix of the document does here; `None` when it says nothing.
    fn edits(
        &self,
        facts: &dyn Placed,
        at: &str,
        values: &[(Cow<'static, str>, String)],
        project: &Project,
    ) -> Option<Result<Vec<Edit>, Blocked>> {
        let fix = self.fix.get_or_init(|| DeclaredFix::of(self.rule.fix.as_ref()?)).as_ref()?;
        let origins = facts.origins(project)?;
        Some(declared_fix::edits(fix, facts.document(), at, values, origins.as_ref()))
    }

    fn compile(&self) -> Option<Compiled> {
        let when = match self.rule.when.map(compile) {
            Some(when) => Some(when.ok()?),
            None => None,
        };
        Some(Compiled { when, assert: compile(self.rule.assert?).ok()? })
    }
}

/// Compiles JSON Schema text, draft 2020-12 unless it says otherwise.
pub fn compile(text: &str) -> Result<Validator, String> {
    let schema: Value = serde_json::from_str(text).map_err(|error| error.to_string())?;
    jsonschema::validator_for(&schema).map_err(|error| error.to_string())
}

/// The elements of a list or map.
fn children(value: Option<&Value>) -> impl Iterator<Item = (Token<'_>, &Value)> {
    let items = value.and_then(Value::as_array).into_iter().flatten().enumerate();
    let fields = value.and_then(Value::as_object).into_iter().flatten();
    items.map(|(index, item)| (Token::Index(index), item)).chain(fields.map(|(key, value)| (Token::Key(key), value)))
}

/// The entries of a map.
fn fields(value: &Value) -> impl Iterator<Item = (&str, &Value)> {
    value.as_object().into_iter().flatten().map(|(name, value)| (name.as_str(), value))
}

/// The names that stand in braces in a text.
fn in_braces(text: &'static str) -> impl Iterator<Item = &'static str> {
    text.split('{').skip(1).filter_map(|rest| rest.split_once('}').map(|(name, _)| name))
}

/// The place of a pointer, or of its nearest ancestor that has one.
fn nearest(facts: &dyn Placed, pointer: &str) -> Option<Location> {
    let mut pointer = pointer;
    loop {
        if let Some(place) = facts.place(pointer) {
            return Some(place);
        }
        pointer = &pointer[..pointer.rfind('/')?];
    }
}

fn scalar(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(flag) => Some(flag.to_string()),
        _ => None,
    }
}
