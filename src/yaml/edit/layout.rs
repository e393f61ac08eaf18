//! How a file is laid out, so that what is added looks as if its author had typed it.

use std::collections::HashMap;

use crate::yaml::tree::{NodeId, NodeKind, ScalarStyle, Tree};

/// The habits of a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::yaml) struct Layout {
    /// Spaces that a mapping is indented by below its key.
    pub step: usize,
    /// Spaces that a sequence is indented by below its key, often 0.
    pub sequence: usize,
    /// The quotes around texts that need some.
    pub quote: char,
}

impl Layout {
    pub fn of(text: &str, tree: &Tree) -> Self {
        let mut mappings = Votes::default();
        let mut sequences = Votes::default();
        let mut single = 0_usize;
        let mut double = 0_usize;
        for (_, node) in tree.nodes() {
            match &node.kind {
                NodeKind::Scalar { style: ScalarStyle::SingleQuoted, .. } => single += 1,
                NodeKind::Scalar { style: ScalarStyle::DoubleQuoted, .. } => double += 1,
                NodeKind::Mapping { entries, flow: false } => {
                    let Some(&(first, _)) = entries.first() else { continue };
                    let nested = |&&(_, value): &&(NodeId, NodeId)| is_block(tree, value);
                    // A file says the same thing many times over; a few of each mapping are enough.
                    for &(_, value) in entries.iter().filter(nested).take(4) {
                        let Some(deeper) = tree.column(text, value).checked_sub(tree.column(text, first)) else { continue };
                        match &tree.node(value).kind {
                            NodeKind::Mapping { .. } => mappings.add(deeper),
                            _ => sequences.add(deeper),
                        }
                    }
                }
                _ => {}
            }
        }
        let step = mappings.most().or(sequences.most()).filter(|&step| step > 0).unwrap_or(2);
        Self { step, sequence: sequences.most().unwrap_or(step), quote: if single > double { '\'' } else { '"' } }
    }
}

pub(super) fn is_block(tree: &Tree, id: NodeId) -> bool {
    matches!(tree.node(id).kind, NodeKind::Mapping { flow: false, .. } | NodeKind::Sequence { flow: false, .. })
}

#[derive(Default)]
struct Votes(HashMap<usize, usize>);

impl Votes {
    fn add(&mut self, width: usize) {
        *self.0.entry(width).or_default() += 1;
    }

    /// The width with the most votes, of several the smallest.
    fn most(&self) -> Option<usize> {
        self.0.iter().max_by_key(|&(&width, &votes)| (votes, std::cmp::Reverse(width))).map(|(&width, _)| width)
    }
}
