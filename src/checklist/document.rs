//! Checklists as they are written: those in the binary, and those of a user, which are the same documents.

use std::fs;
use std::path::Path;
use std::sync::LazyLock;

use jsonschema::Validator;
use serde::Deserialize;

use crate::config::ConfigError;
use crate::finding::Severity;
use crate::source::Span;
use crate::yaml::{self, Tree};

/// The schema that every list fits.
pub const SCHEMA: &str = include_str!("../../schemas/checklist.schema.json");

/// A list holds at most this many bytes; larger ones are refused unread.
const MAX_BYTES: u64 = 1024 * 1024;

static VALIDATOR: LazyLock<Option<Validator>> =
    LazyLock::new(|| serde_json::from_str(SCHEMA).ok().and_then(|schema| jsonschema::validator_for(&schema).ok()));

/// The lists in the binary, as JSON.
mod embedded {
    include!(concat!(env!("OUT_DIR"), "/checklists.rs"));
}

/// A list of controls.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct List {
    pub id: String,
    pub title: String,
    #[serde(default)]
    pub about: String,
    pub controls: Vec<Control>,
}

/// A question that has to be answered with yes, and what decides it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Control {
    /// Within its list.
    pub id: String,
    pub title: String,
    #[serde(default)]
    pub group: String,
    #[serde(default)]
    pub why: String,
    #[serde(default = "usual_severity")]
    pub severity: Severity,
    /// The role that answers for it.
    #[serde(default)]
    pub owner: String,
    /// It applies where one of these is there; empty for everywhere.
    #[serde(default)]
    pub applies: Vec<Thing>,
    #[serde(default)]
    pub rules: Vec<String>,
    #[serde(default)]
    pub columns: Vec<String>,
    #[serde(default)]
    pub live: Vec<String>,
    #[serde(default)]
    pub command: Option<Command>,
    #[serde(default)]
    pub manual: Option<String>,
    #[serde(default)]
    pub binds: Vec<Bound>,
    #[serde(default)]
    pub evidence: Option<String>,
    #[serde(default)]
    pub keywords: Vec<String>,
    #[serde(default)]
    pub references: Vec<String>,
}

const fn usual_severity() -> Severity {
    Severity::Medium
}

/// Something that a system has or has not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Thing {
    Dockerfile,
    Compose,
    Nginx,
    Env,
    Snapshot,
    Database,
    Volume,
    PublishedPort,
}

/// What a sign-off speaks of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Bound {
    Dockerfile,
    Compose,
    Nginx,
    Env,
    Images,
}

/// A program that has to succeed.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Command {
    /// The program and its arguments.
    pub run: Vec<String>,
    #[serde(default)]
    pub expect: i32,
    #[serde(default = "usual_seconds")]
    pub seconds: u64,
}

const fn usual_seconds() -> u64 {
    60
}

impl Control {
    /// Whether nobody but a person decides it.
    pub const fn is_manual(&self) -> bool {
        self.rules.is_empty() && self.columns.is_empty() && self.live.is_empty() && self.command.is_none()
    }
}

/// The names of the lists in the binary.
pub fn embedded_names() -> impl Iterator<Item = &'static str> {
    embedded::LISTS.iter().map(|(name, _)| *name)
}

/// A list in the binary.
pub fn embedded(name: &str) -> Option<List> {
    let (_, text) = embedded::LISTS.iter().find(|(known, _)| *known == name)?;
    serde_json::from_str(text).ok()
}

/// Reads a list of a user. An error shows the place in its text.
pub fn load(path: &Path, shown: &str) -> Result<List, ConfigError> {
    let whole = |message: String| ConfigError::file(shown, message);
    let size = fs::metadata(path).map_err(|error| whole(format!("cannot be read: {error}")))?.len();
    if size > MAX_BYTES {
        return Err(whole(format!("is a checklist of {size} bytes; at most {MAX_BYTES} are read")));
    }
    let text = fs::read_to_string(path).map_err(|error| whole(format!("cannot be read: {error}")))?;
    parse(shown, &text)
}

/// Reads the text of a list.
pub fn parse(shown: &str, text: &str) -> Result<List, ConfigError> {
    let at = |span: Span, message: String| ConfigError::at(shown, text, span, message);
    let stream = yaml::parse(text);
    if let Some(problem) = stream.problems.first() {
        return Err(at(problem.span, problem.message.clone()));
    }
    let found = stream.documents.first().and_then(|tree| Some((tree, tree.root?)));
    let Some((tree, root)) = found else {
        return Err(at(Span::default(), "a checklist needs `id`, `title` and `controls`".into()));
    };
    let json = tree.to_json(root).map_err(|problem| at(problem.span, problem.message))?;
    if let Some(error) = VALIDATOR.as_ref().and_then(|validator| validator.iter_errors(&json).next()) {
        let place = place(tree, error.instance_path().as_str());
        return Err(at(place, error.to_string()));
    }
    let list: List = serde_json::from_value(json).map_err(|error| at(Span::default(), error.to_string()))?;
    for (index, control) in list.controls.iter().enumerate() {
        if list.controls[..index].iter().any(|earlier| earlier.id == control.id) {
            let message = format!("there is a control `{}` already; give this one another id", control.id);
            return Err(at(place(tree, &format!("/controls/{index}/id")), message));
        }
    }
    Ok(list)
}

/// The place of a name in the text of a list.
pub(super) fn place_of(text: &str, pointer: &str) -> Span {
    yaml::parse(text).documents.first().map_or(Span::default(), |tree| place(tree, pointer))
}

fn place(tree: &Tree, pointer: &str) -> Span {
    let (key, value) = tree.pointer_nearest(pointer);
    let place = if tree.str(value).is_some() { value } else { key.unwrap_or(value) };
    tree.node(place).span
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIST: &str = "id: ours\ntitle: Ours\ncontrols:\n  - id: one\n    title: Is it so?\n    rules: [compose/privileged]\n  - id: two\n    title: And that?\n    manual: It was looked at.\n";

    #[test]
    fn a_list_is_read() {
        let list = parse("ours.yaml", LIST).unwrap();
        assert_eq!((list.id.as_str(), list.controls.len()), ("ours", 2));
        assert!(!list.controls[0].is_manual() && list.controls[1].is_manual());
        assert_eq!(list.controls[0].severity, Severity::Medium);
    }

    #[test]
    fn what_is_wrong_is_shown_where_it_stands() {
        let error = |from: &str, to: &str| parse("ours.yaml", &LIST.replace(from, to)).unwrap_err().to_string();
        assert!(error("manual: It", "manuel: It").contains("ours.yaml:7:"), "{}", error("manual: It", "manuel: It"));
        assert!(error("rules: [compose/privileged]", "rules: 3").contains("ours.yaml:6:12"));
        assert!(error("id: two", "id: one").contains("already"));
        assert!(error("    manual: It was looked at.\n", "").contains("ours.yaml:7:"));
        assert!(parse("x", "").unwrap_err().to_string().contains("needs `id`"));
        assert!(parse("x", "a: [").is_err());
    }

    #[test]
    fn the_lists_in_the_binary_fit_the_schema() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("rules/checklists");
        for name in embedded_names() {
            let written = load(&folder.join(format!("{name}.yaml")), name).unwrap_or_else(|error| panic!("{error}"));
            assert!(embedded(name).as_ref() == Some(&written), "{name} is embedded as it is written");
            assert_eq!(written.id, name);
        }
        assert_eq!(embedded_names().collect::<Vec<_>>(), ["cis-docker", "cis-nginx", "pre-production"]);
    }
}
