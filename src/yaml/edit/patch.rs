//! What a fix document asks for: entries to remove, a merge patch (RFC 7396), items to append.

use serde_json::{Map, Value};

use super::{Editor, Position, Reason, Refusal};
use crate::json_pointer::{escaped, unescaped};
use crate::yaml::trace::{Borrowed, Trace};
use crate::yaml::tree::{NodeId, NodeKind};

/// Changes to a value, by JSON Pointers that start at it.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Patch {
    /// What is to go; what is absent already is no error.
    pub remove: Vec<String>,
    /// A JSON Merge Patch (RFC 7396).
    pub ensure: Option<Value>,
    /// Items for the ends of lists; a list that is absent is made, an item that is there already is not added again.
    pub append: Vec<(String, Vec<Value>)>,
}

impl Editor<'_> {
    /// Collects what a patch asks for, from the value at `base`.
    ///
    /// # Errors
    /// When a value that is to change has no bytes of its own, or is of another form than the patch expects.
    pub fn patch(&mut self, base: NodeId, patch: &Patch) -> Result<(), Refusal> {
        for pointer in &patch.remove {
            let trace = self.tree.trace(base, pointer);
            if trace.rest.is_empty() {
                self.own_bytes(&trace)?;
                self.remove(trace.value)?;
            }
        }
        if let Some(ensure) = &patch.ensure {
            self.own_bytes(&self.tree.trace(base, ""))?;
            self.ensure(base, ensure)?;
        }
        for (pointer, items) in &patch.append {
            self.append(base, pointer, items)?;
        }
        Ok(())
    }

    fn own_bytes(&self, trace: &Trace<'_>) -> Result<(), Refusal> {
        match trace.borrowed {
            Some(Borrowed::Alias(alias)) => Err(self.refusal(Reason::Alias, alias)),
            Some(Borrowed::Merge(key)) => Err(self.refusal(Reason::Merge, key)),
            None => Ok(()),
        }
    }

    /// Changes a node into what a merge patch makes of it.
    ///
    /// # Errors
    /// As [`Self::patch`].
    pub fn ensure(&mut self, node: NodeId, patch: &Value) -> Result<(), Refusal> {
        if self.tree.to_json(node).is_ok_and(|value| is_merged(&value, patch)) {
            return Ok(());
        }
        if matches!(self.tree.node(node).kind, NodeKind::Alias { .. }) {
            return Err(self.refusal(Reason::Alias, node));
        }
        let Value::Object(fields) = patch else {
            return match (patch, &self.tree.node(node).kind) {
                (Value::Array(wanted), NodeKind::Sequence { items, .. }) if !items.is_empty() => self.ensure_items(node, wanted),
                _ => self.set(node, patch.clone()),
            };
        };
        if !matches!(self.tree.node(node).kind, NodeKind::Mapping { .. }) {
            return self.set(node, merged(None, patch));
        }
        for (key, wanted) in fields {
            let own = self.tree.entry(node, key);
            let pointer = format!("/{}", escaped(key));
            let merge = self.tree.trace(node, &pointer);
            match (own, merge.rest.is_empty()) {
                (Some((_, value)), _) if wanted.is_null() => self.remove(value)?,
                (Some((_, value)), _) => self.ensure(value, wanted)?,
                (None, true) => {
                    let there = self.tree.to_json(merge.value).ok();
                    if wanted.is_null() || there.as_ref().is_none_or(|there| *there != merged(Some(there), wanted)) {
                        self.own_bytes(&merge)?;
                    }
                }
                (None, false) if wanted.is_null() => {}
                (None, false) => self.insert(node, key, merged(None, wanted), Position::End)?,
            }
        }
        Ok(())
    }

    /// Makes a sequence hold the wanted values; those that stay in their order keep their bytes.
    fn ensure_items(&mut self, sequence: NodeId, wanted: &[Value]) -> Result<(), Refusal> {
        let mut rest = wanted.iter().peekable();
        let mut gone = Vec::new();
        for &item in self.tree.items(sequence) {
            let value = self.tree.to_json(item).ok();
            if rest.next_if(|next| value.as_ref() == Some(next)).is_none() {
                gone.push(item);
            }
        }
        if gone.len() == self.tree.items(sequence).len() {
            return self.set(sequence, Value::Array(wanted.to_vec()));
        }
        gone.into_iter().try_for_each(|item| self.remove(item))?;
        rest.try_for_each(|value| self.insert_item(sequence, value.clone(), Position::End))
    }

    fn append(&mut self, base: NodeId, pointer: &str, items: &[Value]) -> Result<(), Refusal> {
        let trace = self.tree.trace(base, pointer);
        self.own_bytes(&trace)?;
        let node = self.tree.node(trace.value);
        let empty =
            matches!(&node.kind, NodeKind::Scalar { .. }) && self.tree.to_json(trace.value).is_ok_and(|value| value.is_null());
        match (&node.kind, trace.rest) {
            (NodeKind::Sequence { items: old, .. }, "") => {
                let there: Vec<Value> = old.iter().filter_map(|&item| self.tree.to_json(item).ok()).collect();
                let new = items.iter().filter(|item| !there.contains(item));
                new.cloned().try_for_each(|item| self.insert_item(trace.value, item, Position::End))
            }
            (NodeKind::Mapping { .. }, rest) if !rest.is_empty() => self.ensure(trace.value, &nested(rest, items)),
            (_, rest) if empty => self.set(trace.value, nested(rest, items)),
            _ => Err(self.refusal(Reason::Shape, trace.value)),
        }
    }
}

/// A list below the keys of a JSON Pointer.
fn nested(pointer: &str, items: &[Value]) -> Value {
    pointer.split('/').skip(1).collect::<Vec<_>>().into_iter().rev().fold(Value::Array(items.to_vec()), |value, token| {
        Value::Object(Map::from_iter([(unescaped(token).into_owned(), value)]))
    })
}

/// Whether a merge patch changes nothing of a value.
pub fn is_merged(value: &Value, patch: &Value) -> bool {
    match (patch, value) {
        (Value::Object(fields), Value::Object(there)) => fields.iter().all(|(key, wanted)| match there.get(key) {
            Some(there) => !wanted.is_null() && is_merged(there, wanted),
            None => wanted.is_null(),
        }),
        (patch, value) => patch == value,
    }
}

/// What a merge patch makes of a value (RFC 7396, 2).
pub fn merged(value: Option<&Value>, patch: &Value) -> Value {
    let Value::Object(fields) = patch else { return patch.clone() };
    let mut result = match value {
        Some(Value::Object(fields)) => fields.clone(),
        _ => Map::new(),
    };
    for (key, wanted) in fields {
        if wanted.is_null() {
            result.shift_remove(key);
        } else {
            let there = result.get(key).cloned();
            result.insert(key.clone(), merged(there.as_ref(), wanted));
        }
    }
    Value::Object(result)
}
