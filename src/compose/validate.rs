//! Whether a project has the shape that compose takes (its JSON schema, on the merged tree).

use rustc_hash::FxHashSet;

use super::amount::{bytes_of, duration_of};
use super::node::{Node, Value, Ways};
use super::placeholder::has_placeholder;
use super::problem::{Problem, Problems};
use super::shape::{Fields, Names, Shape, Written};
use super::shapes::PROJECT;
use crate::source::Location;

/// The step of a path into a list.
const ITEM: &str = "[]";

/// A mapping with so many fields has them all named in a message.
const FEW: usize = 8;

/// Longer texts are not shown in a message.
const LONGEST_SHOWN: usize = 40;

/// Says what compose would refuse in the shape of a merged tree.
pub(super) fn validate(root: &Node, problems: &mut Problems) {
    if let Some(first) = first_service_of_version_1(root) {
        let message = format!(
            "this file is written for Compose 1, where services such as `{first}` stood at the top; put all of them under `services:`"
        );
        let place = root.get(first).map_or(root.origin.location(), |service| service.origin.key_location());
        problems.push(Problem::new(place, message));
        return;
    }
    Validator { path: Vec::new(), problems }.node(root, &Shape::Map(&PROJECT));
}

/// The first of several services of a file in the form that had nothing but services, all at the top.
fn first_service_of_version_1(root: &Node) -> Option<&str> {
    let runs = |node: &Node| ["image", "build"].iter().any(|key| node.get(key).is_some());
    let is_service = |(key, node): &(&str, &Node)| runs(node) && !PROJECT.fields.iter().any(|(field, _)| field == key);
    let entries: Vec<_> = root.entries().filter(|(key, _)| !key.starts_with("x-")).collect();
    match entries.as_slice() {
        [(first, _), _, ..] if entries.iter().all(is_service) => Some(first),
        _ => None,
    }
}

/// Says what compose would refuse in the shape of a part that is read before the merge.
pub(super) fn validate_part(node: &Node, path: &[&str], shape: Option<&'static Shape>, problems: &mut Problems) {
    if let Some(shape) = shape {
        Validator { path: path.to_vec(), problems }.node(node, shape);
    }
}

struct Validator<'n, 'p> {
    path: Vec<&'n str>,
    problems: &'p mut Problems,
}

impl<'n> Validator<'n, '_> {
    fn refuse_at(&mut self, location: Location, message: String) {
        self.problems.push(Problem::new(location, message));
    }

    /// `ports of service web`, or what the path says.
    fn place(&self) -> String {
        let item = if self.path.last() == Some(&ITEM) { "an item of " } else { "" };
        let path: Vec<_> = self.path.iter().copied().filter(|step| *step != ITEM).collect();
        match path.as_slice() {
            [] => "this file".to_owned(),
            ["services", name] => format!("service `{name}`"),
            ["services", name, rest @ ..] => format!("{item}`{}` of service `{name}`", rest.join(".")),
            path => format!("{item}`{}`", path.join(".")),
        }
    }

    fn refuse(&mut self, node: &Node, shape: &Shape) {
        let location = if node.origin.span.is_empty() { node.origin.key_location() } else { node.origin.location() };
        let remove = if node.is_null() && self.path != ["services"] { ", or remove it" } else { "" };
        let advice = match (shape, &node.value) {
            (Shape::Text, Value::Int(_) | Value::Float(_) | Value::Bool(_)) => "write it in quotes".to_owned(),
            _ => format!("write {}{remove}", shape.expected()),
        };
        self.refuse_at(location, format!("{} is {}; {advice}", self.place(), shown(node, shape)));
    }

    fn node(&mut self, node: &'n Node, shape: &Shape) {
        let placeholder = node.origin.is_unknown() && !node.origin.ways.has(Ways::INTERPOLATED);
        if placeholder && node.as_str().is_some() {
            return;
        }
        let fits = match (shape, &node.value) {
            (Shape::Any, _) | (Shape::Text | Shape::Word, Value::Text(_)) | (Shape::Word, Value::Int(_) | Value::Float(_)) => {
                true
            }
            (Shape::Command, Value::Null | Value::Text(_)) | (Shape::Test | Shape::Texts, Value::Text(_)) => true,
            (Shape::Command | Shape::Test | Shape::Texts, Value::List(items)) => return self.items(items, &Shape::Text),
            (Shape::List(item), Value::List(items)) => return self.items(items, item),
            (Shape::Set(item), Value::List(items)) => {
                self.items(items, item);
                return self.unique(items);
            }
            (Shape::Pairs(_), Value::List(items)) => return self.items(items, &Shape::Text),
            (Shape::Pairs(_), Value::Map(map)) => {
                for (key, value) in &**map {
                    if matches!(value.value, Value::List(_) | Value::Map(_)) {
                        self.path.push(key);
                        self.refuse(value, &SCALAR);
                        self.path.pop();
                    }
                }
                return;
            }
            (Shape::Hosts, Value::List(items)) => return self.items(items, &Shape::Text),
            (Shape::Hosts, Value::Map(map)) => {
                for (key, value) in &**map {
                    self.path.push(key);
                    match &value.value {
                        Value::List(items) => self.items(items, &Shape::Text),
                        _ => self.node(value, &Shape::Text),
                    }
                    self.path.pop();
                }
                return;
            }
            (Shape::Map(fields), Value::Map(map)) => {
                for (key, value) in &**map {
                    self.field(key, value, fields);
                }
                return self.required(node, fields);
            }
            (Shape::Named(value_shape, names), Value::Map(map)) => {
                for (key, value) in &**map {
                    self.name(key, value, *names);
                    self.path.push(key);
                    self.node(value, value_shape);
                    self.path.pop();
                }
                return;
            }
            (Shape::Written(written), value) => {
                let shape = match value {
                    Value::Null if written.null => return,
                    Value::Null => None,
                    Value::List(_) => written.list,
                    Value::Map(_) => written.map,
                    _ => written.scalar,
                };
                match shape {
                    // Where it does not fit, all ways to write it are said.
                    Some(Shape::Text) => matches!(value, Value::Text(_)),
                    Some(Shape::Word) => !matches!(value, Value::Bool(_)),
                    Some(shape) => return self.node(node, shape),
                    None => false,
                }
            }
            (_, Value::Text(_)) if node.origin.is_unknown() && is_scalar(shape) => true,
            (Shape::OneOf(words), Value::Text(text)) => words.contains(&text.as_str()),
            (shape, value) => is_scalar_of(shape, value),
        };
        if !fits {
            self.refuse(node, shape);
        }
    }

    fn items(&mut self, items: &'n [Node], shape: &Shape) {
        self.path.push(ITEM);
        for item in items {
            self.node(item, shape);
        }
        self.path.pop();
    }

    fn unique(&mut self, items: &[Node]) {
        let mut seen = FxHashSet::default();
        for item in items {
            if let Some(text) = item.scalar_text().filter(|_| !item.origin.is_unknown())
                && !seen.insert(text.clone())
            {
                let message = format!("`{text}` stands twice in {}; keep one of them", self.place());
                self.refuse_at(item.origin.location(), message);
            }
        }
    }

    fn field(&mut self, key: &'n str, value: &'n Node, fields: &Fields) {
        if let Some(shape) = fields.get(key) {
            self.path.push(key);
            self.node(value, shape);
            self.path.pop();
            return;
        }
        if (fields.extensions && key.starts_with("x-")) || has_placeholder(key) {
            return;
        }
        let place = if self.path.is_empty() { "a compose file".to_owned() } else { self.place() };
        let meant = match fields.nearest(key) {
            Some(nearest) => format!("; did you mean `{nearest}`?"),
            None if self.path.is_empty() && value.as_map().is_some() => "; services stand under `services:`".to_owned(),
            None if fields.fields.len() <= FEW => format!("; it takes {}", fields.names()),
            None if fields.extensions => "; compose ignores only keys that begin with `x-`".to_owned(),
            None => String::new(),
        };
        self.refuse_at(value.origin.key_location(), format!("{place} has no attribute `{key}`{meant}"));
    }

    fn required(&mut self, node: &Node, fields: &Fields) {
        for name in fields.required {
            if node.get(name).is_none() {
                let message = format!("{} needs `{name}`", self.place());
                self.refuse_at(node.origin.key_location(), message);
            }
        }
    }

    fn name(&mut self, key: &str, value: &Node, names: Names) {
        let fits = !key.is_empty() && key.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"._-".contains(&byte));
        if names == Names::Checked && !fits && !has_placeholder(key) {
            let message = format!("`{key}` is no name in {}; a name has only letters, digits, `.`, `_` and `-`", self.place());
            self.refuse_at(value.origin.key_location(), message);
        }
    }
}

/// A value in words, short enough for a message. Text is shown only where a secret has no place and no variable brought it.
fn shown(node: &Node, shape: &Shape) -> String {
    let open = is_scalar(shape) && !matches!(shape, Shape::Text | Shape::Word) && !node.origin.ways.has(Ways::INTERPOLATED);
    match &node.value {
        Value::Bool(value) => format!("the boolean `{value}`"),
        Value::Int(value) => format!("the number {value}"),
        Value::Float(value) => format!("the number {value}"),
        Value::Text(text) if open && !text.is_empty() && text.len() <= LONGEST_SHOWN && !text.contains(char::is_control) => {
            format!("`{text}`")
        }
        _ => node.kind().to_owned(),
    }
}

/// What a mapping of variables, labels or options holds.
static SCALAR: Shape = Shape::Written(Written {
    scalar: None,
    list: None,
    map: None,
    null: true,
    expected: "text, a number, a boolean, or nothing",
});

/// Whether a shape is that of a single value, which a variable may stand for.
const fn is_scalar(shape: &Shape) -> bool {
    matches!(
        shape,
        Shape::Text
            | Shape::Bool
            | Shape::Int(..)
            | Shape::Number
            | Shape::Word
            | Shape::Duration
            | Shape::Size
            | Shape::SizeText
            | Shape::OneOf(_)
            | Shape::Matching(..)
    )
}

fn is_scalar_of(shape: &Shape, value: &Value) -> bool {
    match (shape, value) {
        (Shape::Bool, Value::Bool(_)) | (Shape::Number, Value::Int(_) | Value::Float(_)) => true,
        (Shape::Bool, Value::Text(text)) => boolean_of(text).is_some(),
        (Shape::Int(least, most), Value::Int(value)) => (least..=most).contains(&value),
        (Shape::Int(least, most), Value::Text(text)) => text.parse().is_ok_and(|value: i64| (*least..=*most).contains(&value)),
        (Shape::Int(least, most), Value::Float(value)) => value.fract() == 0.0 && (*least as f64..=*most as f64).contains(value),
        (Shape::Number, Value::Text(text)) => text.parse::<f64>().is_ok(),
        (Shape::Duration, Value::Text(text)) => duration_of(text).is_some(),
        (Shape::Size, Value::Int(_) | Value::Float(_)) => true,
        (Shape::Size | Shape::SizeText, Value::Text(text)) => bytes_of(text).is_some(),
        (Shape::Matching(rule, _), Value::Text(text)) => rule(text),
        _ => false,
    }
}

/// Text as a boolean, where compose casts it (YAML 1.1).
pub(super) fn boolean_of(text: &str) -> Option<bool> {
    match text.to_ascii_lowercase().as_str() {
        "true" | "yes" | "y" | "on" => Some(true),
        "false" | "no" | "n" | "off" => Some(false),
        _ => None,
    }
}
