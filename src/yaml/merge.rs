//! Merge keys: `<<: *base` (<https://yaml.org/type/merge.html>, YAML 1.1).

use std::collections::HashSet;

use super::tree::{NodeId, NodeKind, ScalarStyle, Tree};

impl Tree {
    /// The value of a key: of the last own entry with it, else of the first merged mapping that has it.
    pub fn get(&self, mapping: NodeId, key: &str) -> Option<NodeId> {
        self.get_entry(mapping, key).map(|(_, value)| value)
    }

    /// As [`Self::get`], with the key node; both may lie in a merged mapping.
    pub fn get_entry(&self, mapping: NodeId, key: &str) -> Option<(NodeId, NodeId)> {
        if let Some(entry) = self.entry(mapping, key) {
            return Some(entry);
        }
        self.merged(mapping).skip(1).find_map(|source| self.entry(source, key))
    }

    /// The entries that a mapping has after its merge keys: its own in their order, then the merged ones that no earlier
    /// key hides. `<<` is not among them; of duplicate keys the last own one counts.
    pub fn effective_entries(&self, mapping: NodeId) -> Vec<(NodeId, NodeId)> {
        let mut seen = HashSet::new();
        let mut entries = Vec::new();
        for source in self.merged(mapping) {
            let at = entries.len();
            for (key, value) in self.entries(source).rev() {
                if !self.is_merge_key(key) && self.str(key).is_none_or(|key| seen.insert(key)) {
                    entries.push((key, value));
                }
            }
            entries[at..].reverse();
        }
        entries
    }

    /// Whether this key merges: `<<` without quotes, as go-yaml decides it.
    pub fn is_merge_key(&self, key: NodeId) -> bool {
        let node = self.node(key);
        match &node.kind {
            NodeKind::Scalar { value, style: ScalarStyle::Plain } => {
                value == "<<" && matches!(node.tag(), None | Some("!" | "!!merge"))
            }
            _ => false,
        }
    }

    /// The mapping, then those merged into it, the one that wins first; each once, so a cycle ends.
    pub(super) fn merged(&self, mapping: NodeId) -> Merged<'_> {
        Merged { tree: self, waiting: vec![mapping], seen: HashSet::new(), invalid: None }
    }
}

pub(super) struct Merged<'a> {
    tree: &'a Tree,
    /// The next one last.
    waiting: Vec<NodeId>,
    seen: HashSet<NodeId>,
    /// The last value of a merge key met so far that is neither a mapping nor a sequence of mappings.
    pub(super) invalid: Option<NodeId>,
}

impl Merged<'_> {
    fn wait(&mut self, source: NodeId) {
        match self.tree.node(self.tree.resolve(source)).kind {
            NodeKind::Mapping { .. } => self.waiting.push(source),
            _ => self.invalid = Some(source),
        }
    }
}

impl Iterator for Merged<'_> {
    type Item = NodeId;

    fn next(&mut self) -> Option<NodeId> {
        let mapping = loop {
            let mapping = self.tree.resolve(self.waiting.pop()?);
            // Most mappings merge nothing and are asked for once: no set for them.
            if self.seen.is_empty() && self.waiting.is_empty() && !self.merges(mapping) {
                return Some(mapping);
            }
            if self.seen.insert(mapping) {
                break mapping;
            }
        };
        for (key, value) in self.tree.entries(mapping).rev() {
            if !self.tree.is_merge_key(key) {
                continue;
            }
            let source = self.tree.resolve(value);
            if let NodeKind::Sequence { items, .. } = &self.tree.node(source).kind {
                items.iter().rev().for_each(|&item| self.wait(item));
            } else {
                self.wait(value);
            }
        }
        Some(mapping)
    }
}

impl Merged<'_> {
    fn merges(&self, mapping: NodeId) -> bool {
        self.tree.entries(mapping).any(|(key, _)| self.tree.is_merge_key(key))
    }
}
