//! JSON Pointers (RFC 6901) into a tree.

use super::tree::{NodeId, NodeKind, Tree};
use crate::json_pointer::{index, unescaped};

impl Tree {
    /// The node at a JSON Pointer, on the way through aliases and merge keys. An alias at its end is given as written.
    pub fn pointer(&self, pointer: &str) -> Option<NodeId> {
        let mut place = self.root?;
        if pointer.is_empty() {
            return Some(place);
        }
        for token in pointer.strip_prefix('/')?.split('/') {
            place = self.step(place, token)?.1;
        }
        Some(place)
    }

    /// The deepest node on the way of a JSON Pointer, with its key when it is the value of one: where to show what a
    /// rule says about something that is absent.
    pub fn pointer_nearest(&self, pointer: &str) -> (Option<NodeId>, NodeId) {
        let mut place = (None, self.root.unwrap_or(NodeId(0)));
        for token in pointer.split('/').skip(1) {
            match self.step(place.1, token) {
                Some(next) => place = next,
                None => break,
            }
        }
        place
    }

    fn step(&self, from: NodeId, token: &str) -> Option<(Option<NodeId>, NodeId)> {
        match &self.node(self.resolve(from)).kind {
            NodeKind::Mapping { .. } => {
                let (key, value) = self.get_entry(from, &unescaped(token))?;
                Some((Some(key), value))
            }
            NodeKind::Sequence { items, .. } => Some((None, *items.get(index(token)?)?)),
            _ => None,
        }
    }
}
