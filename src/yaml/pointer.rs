//! JSON Pointers (RFC 6901) into a tree.

use std::borrow::Cow;

use super::tree::{NodeId, NodeKind, Tree};

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

/// `~1` is `/` and `~0` is `~` (RFC 6901, 4).
pub(super) fn unescaped(token: &str) -> Cow<'_, str> {
    if token.contains('~') { Cow::Owned(token.replace("~1", "/").replace("~0", "~")) } else { Cow::Borrowed(token) }
}

/// An array index: digits without a leading zero (RFC 6901, 4).
pub(super) fn index(token: &str) -> Option<usize> {
    let digits = token.bytes().all(|byte| byte.is_ascii_digit());
    if digits && (token == "0" || !token.starts_with('0')) { token.parse().ok() } else { None }
}
