//! Values of a compose project that know where they were written.

use std::num::NonZeroU32;

use compact_str::CompactString;
use indexmap::IndexMap;
use rustc_hash::FxBuildHasher;
use serde_json::Value as Json;

use crate::json_pointer::{index, unescaped};
use crate::source::{FileId, Location, Span};

/// A value with the place that it came from.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Node {
    pub value: Value,
    pub origin: Origin,
}

#[derive(Debug, Clone, PartialEq, Default)]
pub enum Value {
    #[default]
    Null,
    Bool(bool),
    Int(i64),
    Float(f64),
    Text(CompactString),
    List(Vec<Node>),
    Map(Box<Map>),
}

/// The entries of a mapping in their order; the place of a key is in the [`Origin::key`] of its value.
pub type Map = IndexMap<CompactString, Node, FxBuildHasher>;

/// Where a value was written, and how it came to be where it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Origin {
    pub file: FileId,
    /// The bytes of the value: of a part of a short form (`8080` in `8080:80`), those of the whole short form. For what
    /// compose adds by itself, those of the value that it follows from.
    pub span: Span,
    /// The key that it stands under; `None` for the items of lists and for documents.
    pub key: Option<Span>,
    pub ways: Ways,
    /// The innermost alias, merge key, `extends` or `include` through which it came; an index for [`super::Sites`].
    pub(super) via: Option<SiteId>,
    /// The variables in it; an index for [`super::Sites`].
    pub(super) interpolation: Option<InterpolationId>,
}

/// See [`super::Sites`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SiteId(pub(super) NonZeroU32);

/// See [`super::Sites`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct InterpolationId(pub(super) NonZeroU32);

/// The ways that a value took, as a set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Ways(u16);

impl Ways {
    /// It stands where an alias (`*name`) points.
    pub const ALIAS: Self = Self(1);
    /// It stands in a mapping that a `<<` merges.
    pub const MERGE_KEY: Self = Self(1 << 1);
    /// It stands in a service that another one extends.
    pub const EXTENDS: Self = Self(1 << 2);
    /// It stands in a file that another one includes.
    pub const INCLUDE: Self = Self(1 << 3);
    /// It stands in a file, or document, that overrides an earlier one.
    pub const OVERRIDE: Self = Self(1 << 4);
    /// It has variables in it.
    pub const INTERPOLATED: Self = Self(1 << 5);
    /// It hangs on a variable that is set nowhere, or on a placeholder of a template: nobody knows it.
    pub const UNKNOWN: Self = Self(1 << 6);
    /// Compose adds it: nothing is written for it.
    pub const IMPLIED: Self = Self(1 << 7);
    /// It is a part of a short form, or was rewritten: its bytes are not the value as it stands here.
    pub const DERIVED: Self = Self(1 << 8);
    /// It stands in an env file.
    pub const ENV_FILE: Self = Self(1 << 9);
    /// A path that is relative to the current directory already.
    pub(super) const RESOLVED: Self = Self(1 << 10);

    /// Whether it has all of `other`.
    pub const fn has(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }

    /// Whether it has any of `other`.
    pub const fn has_any(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    #[must_use]
    pub const fn with(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    #[must_use]
    pub const fn without(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }
}

impl Default for Origin {
    fn default() -> Self {
        Self { file: FileId(0), span: Span::default(), key: None, ways: Ways::default(), via: None, interpolation: None }
    }
}

impl Origin {
    /// Where the value is written.
    pub const fn location(&self) -> Location {
        Location { file: self.file, span: self.span }
    }

    /// Where its key is written, else the value.
    pub fn key_location(&self) -> Location {
        Location { file: self.file, span: self.key.unwrap_or(self.span) }
    }

    /// Whether it hangs on a variable that is set nowhere, or on a placeholder.
    pub const fn is_unknown(&self) -> bool {
        self.ways.has(Ways::UNKNOWN)
    }

    /// Whether the bytes of [`Self::span`] are this value's own, so that an edit there changes this value, here and nowhere else.
    pub const fn is_own(&self) -> bool {
        const FOREIGN: Ways = Ways::ALIAS
            .with(Ways::MERGE_KEY)
            .with(Ways::EXTENDS)
            .with(Ways::INTERPOLATED)
            .with(Ways::UNKNOWN)
            .with(Ways::IMPLIED)
            .with(Ways::DERIVED)
            .with(Ways::ENV_FILE);
        !self.ways.has_any(FOREIGN)
    }

    /// As if it were not a part of a short form.
    #[must_use]
    pub const fn without_forms(self) -> Self {
        Self { ways: self.ways.without(Ways::DERIVED), ..self }
    }

    /// As the origin of a part of this value, or of what follows from it.
    #[must_use]
    pub const fn derived(self, way: Ways) -> Self {
        Self { ways: self.ways.with(way), ..self }
    }
}

impl Value {
    pub fn text(text: impl Into<CompactString>) -> Self {
        Self::Text(text.into())
    }
}

impl Node {
    pub const fn new(value: Value, origin: Origin) -> Self {
        Self { value, origin }
    }

    pub fn text(text: impl Into<CompactString>, origin: Origin) -> Self {
        Self::new(Value::text(text), origin)
    }

    pub fn map(map: Map, origin: Origin) -> Self {
        Self::new(Value::Map(Box::new(map)), origin)
    }

    pub const fn list(items: Vec<Self>, origin: Origin) -> Self {
        Self::new(Value::List(items), origin)
    }

    pub const fn is_null(&self) -> bool {
        matches!(self.value, Value::Null)
    }

    pub fn as_str(&self) -> Option<&str> {
        match &self.value {
            Value::Text(text) => Some(text),
            _ => None,
        }
    }

    pub const fn as_bool(&self) -> Option<bool> {
        match self.value {
            Value::Bool(value) => Some(value),
            _ => None,
        }
    }

    pub const fn as_int(&self) -> Option<i64> {
        match self.value {
            Value::Int(value) => Some(value),
            _ => None,
        }
    }

    pub fn as_map(&self) -> Option<&Map> {
        match &self.value {
            Value::Map(map) => Some(map),
            _ => None,
        }
    }

    pub fn as_map_mut(&mut self) -> Option<&mut Map> {
        match &mut self.value {
            Value::Map(map) => Some(map),
            _ => None,
        }
    }

    pub fn as_list(&self) -> Option<&[Self]> {
        match &self.value {
            Value::List(items) => Some(items),
            _ => None,
        }
    }

    /// The items of a list; none for anything else.
    pub fn items(&self) -> &[Self] {
        self.as_list().unwrap_or_default()
    }

    /// The entries of a mapping; none for anything else.
    pub fn entries(&self) -> impl Iterator<Item = (&str, &Self)> {
        self.as_map().into_iter().flat_map(|map| map.iter().map(|(key, value)| (key.as_str(), value)))
    }

    /// The value under a key of a mapping.
    pub fn get(&self, key: &str) -> Option<&Self> {
        self.as_map()?.get(key)
    }

    /// The value at a JSON Pointer (RFC 6901).
    pub fn pointer(&self, pointer: &str) -> Option<&Self> {
        let mut node = self;
        if pointer.is_empty() {
            return Some(node);
        }
        for token in pointer.strip_prefix('/')?.split('/') {
            node = node.step(token)?;
        }
        Some(node)
    }

    /// The value at a JSON Pointer, else its nearest ancestor that exists; and whether it is the value itself.
    pub fn pointer_nearest(&self, pointer: &str) -> (&Self, bool) {
        let mut node = self;
        for token in pointer.split('/').skip(1) {
            match node.step(token) {
                Some(next) => node = next,
                None => return (node, false),
            }
        }
        (node, true)
    }

    fn step(&self, token: &str) -> Option<&Self> {
        match &self.value {
            Value::Map(map) => map.get(&*unescaped(token)),
            Value::List(items) => items.get(index(token)?),
            _ => None,
        }
    }

    /// What it is, for messages: `a list`.
    pub const fn kind(&self) -> &'static str {
        match self.value {
            Value::Null => "empty",
            Value::Bool(_) => "a boolean",
            Value::Int(_) | Value::Float(_) => "a number",
            Value::Text(_) => "text",
            Value::List(_) => "a list",
            Value::Map(_) => "a mapping",
        }
    }

    /// A scalar as text, as Go's `%v` prints it; `None` for null and collections.
    pub fn scalar_text(&self) -> Option<String> {
        match &self.value {
            Value::Text(text) => Some(text.as_str().to_owned()),
            Value::Bool(value) => Some(value.to_string()),
            Value::Int(value) => Some(value.to_string()),
            Value::Float(value) => Some(go_float(*value)),
            Value::Null | Value::List(_) | Value::Map(_) => None,
        }
    }

    /// The value as JSON. Depth is bounded by [`super::decode::DEPTH`].
    pub fn to_json(&self) -> Json {
        match &self.value {
            Value::Null => Json::Null,
            Value::Bool(value) => Json::Bool(*value),
            Value::Int(value) => Json::from(*value),
            Value::Float(value) => serde_json::Number::from_f64(*value).map_or(Json::Null, Json::Number),
            Value::Text(text) => Json::String(text.as_str().to_owned()),
            Value::List(items) => Json::Array(items.iter().map(Self::to_json).collect()),
            Value::Map(map) => Json::Object(map.iter().map(|(key, value)| (key.as_str().to_owned(), value.to_json())).collect()),
        }
    }

    /// Gives back the room that mappings have for more entries.
    pub(super) fn shrink(&mut self) {
        self.each_mut(&mut |node| match &mut node.value {
            Value::Map(map) => map.shrink_to_fit(),
            Value::List(items) => items.shrink_to_fit(),
            _ => {}
        });
    }

    /// Calls `visit` for every node below and at this one.
    pub fn each<'a>(&'a self, visit: &mut dyn FnMut(&'a Self)) {
        let mut waiting = vec![self];
        while let Some(node) = waiting.pop() {
            visit(node);
            match &node.value {
                Value::List(items) => waiting.extend(items.iter().rev()),
                Value::Map(map) => waiting.extend(map.values().rev()),
                _ => {}
            }
        }
    }

    /// As [`Self::each`], and may change the nodes; a node is visited before those in it.
    pub fn each_mut(&mut self, visit: &mut dyn FnMut(&mut Self)) {
        let mut waiting = vec![self];
        while let Some(node) = waiting.pop() {
            visit(node);
            match &mut node.value {
                Value::List(items) => waiting.extend(items.iter_mut().rev()),
                Value::Map(map) => waiting.extend(map.values_mut().rev()),
                _ => {}
            }
        }
    }
}

/// A float as Go prints it with `%v`: the shortest form, with an exponent below 1e-4 and from 1e21 on.
fn go_float(value: f64) -> String {
    let magnitude = value.abs();
    if magnitude != 0.0 && !(1e-4..1e21).contains(&magnitude) {
        let text = format!("{value:e}");
        let (mantissa, exponent) = text.split_once('e').unwrap_or((&text, "0"));
        let (sign, digits) = exponent.strip_prefix('-').map_or(("+", exponent), |digits| ("-", digits));
        return format!("{mantissa}e{sign}{digits:0>2}");
    }
    format!("{value}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn floats_print_as_in_go() {
        for (value, text) in
            [(0.5, "0.5"), (1.0, "1"), (1e21, "1e+21"), (3.8, "3.8"), (1e-5, "1e-05"), (100_000_000.0, "100000000")]
        {
            assert_eq!(go_float(value), text);
        }
    }

    #[test]
    fn pointers_name_the_nearest_ancestor() {
        let inner = Node::map(
            Map::from_iter([("a/b".into(), Node::list(vec![Node::text("x", Origin::default())], Origin::default()))]),
            Origin::default(),
        );
        assert_eq!(inner.pointer("/a~1b/0").and_then(Node::as_str), Some("x"));
        assert!(inner.pointer("/a~1b/1").is_none());
        assert!(!inner.pointer_nearest("/a~1b/1").1);
    }

    #[test]
    fn own_bytes_are_told_from_others() {
        assert!(Origin::default().is_own());
        assert!(!Origin::default().derived(Ways::ALIAS).is_own());
    }
}
