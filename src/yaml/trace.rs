//! Where the value at a pointer comes from: whether the bytes that write it are its own.

use super::tree::{NodeId, NodeKind, Tree};
use crate::json_pointer::{index, unescaped};

/// How a value came to stand where its bytes do not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Borrowed {
    /// By an alias: the node `*name`.
    Alias(NodeId),
    /// By a merge key: the node `<<`.
    Merge(NodeId),
}

/// The way of a JSON Pointer into a tree.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Trace<'p> {
    /// The key of [`Self::value`] when it is the value of one.
    pub key: Option<NodeId>,
    /// The deepest node on the way, as written: perhaps an alias.
    pub value: NodeId,
    /// What of the pointer leads to nothing; empty when it names a node.
    pub rest: &'p str,
    /// The first place on the way where the bytes are those of another.
    pub borrowed: Option<Borrowed>,
}

impl Tree {
    /// Follows a JSON Pointer (RFC 6901) from a node as far as it leads.
    pub fn trace<'p>(&self, from: NodeId, pointer: &'p str) -> Trace<'p> {
        let mut trace = Trace { key: None, value: from, rest: pointer, borrowed: self.alias(from) };
        while let Some(rest) = trace.rest.strip_prefix('/') {
            let end = rest.find('/').unwrap_or(rest.len());
            let token = unescaped(&rest[..end]);
            let (key, value, merge) = match &self.node(self.resolve(trace.value)).kind {
                NodeKind::Mapping { .. } => match (self.entry(trace.value, &token), self.get_entry(trace.value, &token)) {
                    (Some((key, value)), _) => (Some(key), value, None),
                    (None, Some((key, value))) => (Some(key), value, self.merge_key(trace.value).map(Borrowed::Merge)),
                    (None, None) => break,
                },
                NodeKind::Sequence { items, .. } => match index(&token).and_then(|index| items.get(index)) {
                    Some(&item) => (None, item, None),
                    None => break,
                },
                _ => break,
            };
            let borrowed = trace.borrowed.or(merge).or(self.alias(value));
            trace = Trace { key, value, rest: &rest[end..], borrowed };
        }
        trace
    }

    /// The collections around a node, outermost first, each with the index of the entry or item that leads to it.
    pub fn ancestors(&self, id: NodeId) -> Vec<(NodeId, usize)> {
        let mut ancestors = Vec::new();
        let Some(mut place) = self.root else { return ancestors };
        // Ids follow the text: the last child that does not come after the node leads to it.
        while place != id {
            let child = match &self.node(place).kind {
                NodeKind::Mapping { entries, .. } => {
                    let index = entries.partition_point(|&(key, _)| key <= id).checked_sub(1);
                    index.map(|index| (index, if entries[index].1 <= id { entries[index].1 } else { entries[index].0 }))
                }
                NodeKind::Sequence { items, .. } => {
                    items.partition_point(|&item| item <= id).checked_sub(1).map(|index| (index, items[index]))
                }
                _ => None,
            };
            let Some((index, child)) = child else { return Vec::new() };
            ancestors.push((place, index));
            place = child;
        }
        ancestors
    }

    fn alias(&self, id: NodeId) -> Option<Borrowed> {
        matches!(self.node(id).kind, NodeKind::Alias { .. }).then_some(Borrowed::Alias(id))
    }

    fn merge_key(&self, mapping: NodeId) -> Option<NodeId> {
        self.entries(mapping).map(|(key, _)| key).find(|&key| self.is_merge_key(key))
    }
}
