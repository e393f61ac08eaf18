//! Where entries and items lie in the text, for those who edit it.

use super::build::find_indicator;
use super::tree::{NodeId, NodeKind, Tree};
use crate::source::Span;

impl Tree {
    /// The characters before a node in its line: for a block collection, the indentation of its keys or dashes.
    pub fn column(&self, text: &str, id: NodeId) -> usize {
        let start = self.node(id).span.start();
        let line = text[..start].rfind(['\n', '\r']).map_or(0, |newline| newline + 1);
        text[line..start].trim_start_matches('\u{feff}').chars().count()
    }

    /// The own entry at `index`, from its key (or the `?` before it) to the end of its value (or the `:` without one).
    pub fn entry_span(&self, text: &str, mapping: NodeId, index: usize) -> Option<Span> {
        let mapping = self.resolve(mapping);
        let entries = self.entry_slice(mapping);
        let &(key, value) = entries.get(index)?;
        let key = self.node(key).outer;
        let before = match index.checked_sub(1) {
            Some(before) => self.node(entries[before].1).span.end(),
            None => self.node(mapping).span.start(),
        };
        let question = find_indicator(text, before, b"?", b"{,").filter(|&question| question < key.start());
        let start = question.unwrap_or(key.start());
        Some(Span::new(start, self.node(value).span.end().max(key.end())))
    }

    /// The item at `index`, in block style with its `-`.
    pub fn item_span(&self, text: &str, sequence: NodeId, index: usize) -> Option<Span> {
        let sequence = self.node(self.resolve(sequence));
        let NodeKind::Sequence { items, flow } = &sequence.kind else { return None };
        let item = self.node(*items.get(index)?).outer;
        if *flow {
            return Some(item);
        }
        let before = match index.checked_sub(1) {
            Some(before) => self.node(items[before]).span.end(),
            None => sequence.span.start(),
        };
        let dash = find_indicator(text, before, b"-", b"").filter(|&dash| dash < item.start().max(1));
        Some(Span::new(dash.unwrap_or(item.start()), item.end()))
    }
}
