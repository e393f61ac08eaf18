//! The nodes of one document.

use std::collections::HashMap;
use std::sync::OnceLock;

use compact_str::CompactString;

use super::edit::Layout;
use crate::source::Span;

/// The place of a node in its [`Tree`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct NodeId(pub u32);

/// One document. A node precedes its children, and those precede the next sibling, so ids follow the text.
#[derive(Debug, Clone, PartialEq)]
pub struct Tree {
    /// Never empty: a document that broke before its first node holds an empty scalar that is not its root.
    pub(super) nodes: Vec<Node>,
    /// `None` when the document broke before its first node.
    pub root: Option<NodeId>,
    /// How its text is laid out, once an edit has asked.
    pub(super) layout: OnceLock<Layout>,
    /// The nodes that aliases name, each with the first of those, once an edit has asked.
    pub(super) named: OnceLock<HashMap<NodeId, NodeId>>,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Node {
    pub kind: NodeKind,
    /// The content: a quoted scalar with its quotes, a block scalar from its `|` or `>`, a flow collection with its
    /// brackets, a block collection from its first key or `-`. Block scalars and block collections end after their last
    /// non-blank byte, comments behind it left out. A node without content (`key:`) is empty and lies behind its `:`,
    /// `-`, tag or anchor.
    pub span: Span,
    /// [`Self::span`] with the tag and the anchor before it.
    pub outer: Span,
    /// `None` for nearly all.
    pub(super) properties: Option<Box<Properties>>,
}

/// What may stand before the content of a node (YAML 1.2.2, 6.9).
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Properties {
    pub tag: Option<String>,
    pub anchor: Option<String>,
}

impl Node {
    /// The tag with its handle resolved, `tag:yaml.org,2002:` written `!!`: `!reset`, `!!str` (YAML 1.2.2, 6.9.1).
    pub fn tag(&self) -> Option<&str> {
        self.properties.as_ref()?.tag.as_deref()
    }

    /// The name that aliases call this node by, without `&` (YAML 1.2.2, 6.9.2).
    pub fn anchor(&self) -> Option<&str> {
        self.properties.as_ref()?.anchor.as_deref()
    }
}

#[derive(Debug, Clone, PartialEq)]
pub enum NodeKind {
    Scalar {
        /// Unescaped and folded; empty when nothing is written.
        value: CompactString,
        style: ScalarStyle,
    },
    Sequence {
        items: Vec<NodeId>,
        /// Written `[a, b]`.
        flow: bool,
    },
    Mapping {
        /// Keys with their values, merge keys and duplicates among them.
        entries: Vec<(NodeId, NodeId)>,
        /// Written `{a: 1}`, or a single pair within `[a: 1]`.
        flow: bool,
    },
    /// `*name` (YAML 1.2.2, 7.1).
    Alias {
        name: String,
        /// `None` when no anchor of that name stands before it; a [`super::Problem`] says so.
        target: Option<NodeId>,
    },
}

/// How a scalar is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ScalarStyle {
    /// Without quotes (YAML 1.2.2, 7.3.3).
    Plain,
    /// `'…'` (7.3.2)
    SingleQuoted,
    /// `"…"` (7.3.1)
    DoubleQuoted,
    /// `|` (8.1.2)
    Literal,
    /// `>` (8.1.3)
    Folded,
}

impl NodeKind {
    /// A collection in flow style (YAML 1.2.2, 7.4).
    pub fn is_flow(&self) -> bool {
        matches!(self, Self::Sequence { flow: true, .. } | Self::Mapping { flow: true, .. })
    }
}

impl Tree {
    /// The node of an id that this tree gave.
    pub fn node(&self, id: NodeId) -> &Node {
        &self.nodes[id.0 as usize]
    }

    /// Every node, in the order of the text.
    pub fn nodes(&self) -> impl Iterator<Item = (NodeId, &Node)> {
        self.nodes.iter().enumerate().map(|(index, node)| (NodeId(index as u32), node))
    }

    /// The first node with this content.
    pub fn node_at(&self, span: Span) -> Option<NodeId> {
        let first = self.nodes.partition_point(|node| node.span.start < span.start);
        let mut here = self.nodes[first..].iter().take_while(|node| node.span.start == span.start);
        here.position(|node| node.span == span).map(|at| NodeId((first + at) as u32))
    }

    /// The last node that begins before a byte.
    pub(super) fn last_before(&self, end: usize) -> Option<&Node> {
        self.nodes[..self.nodes.partition_point(|node| node.span.start() < end)].last()
    }

    /// The nodes that aliases name, each with the first of those.
    pub(super) fn named(&self) -> &HashMap<NodeId, NodeId> {
        self.named.get_or_init(|| {
            let mut named = HashMap::new();
            for (id, node) in self.nodes() {
                if let NodeKind::Alias { target: Some(target), .. } = node.kind {
                    named.entry(target).or_insert(id);
                }
            }
            named
        })
    }

    /// The node that an alias stands for; any other node itself, and an alias that names nothing.
    pub fn resolve(&self, id: NodeId) -> NodeId {
        match &self.node(id).kind {
            NodeKind::Alias { target: Some(target), .. } => *target,
            _ => id,
        }
    }

    /// The own entries of a mapping, as written; none for other nodes.
    pub fn entries(&self, mapping: NodeId) -> impl DoubleEndedIterator<Item = (NodeId, NodeId)> + ExactSizeIterator + '_ {
        self.entry_slice(mapping).iter().copied()
    }

    pub(super) fn entry_slice(&self, mapping: NodeId) -> &[(NodeId, NodeId)] {
        match &self.node(self.resolve(mapping)).kind {
            NodeKind::Mapping { entries, .. } => entries,
            _ => &[],
        }
    }

    /// The items of a sequence; none for other nodes.
    pub fn items(&self, sequence: NodeId) -> &[NodeId] {
        match &self.node(self.resolve(sequence)).kind {
            NodeKind::Sequence { items, .. } => items,
            _ => &[],
        }
    }

    /// Key and value of the last own entry with this key.
    pub fn entry(&self, mapping: NodeId, key: &str) -> Option<(NodeId, NodeId)> {
        self.entries(mapping).rev().find(|&(candidate, _)| self.str(candidate) == Some(key))
    }

    /// The value of a scalar, unescaped but with no type read into it; `None` for collections.
    pub fn str(&self, id: NodeId) -> Option<&str> {
        match &self.node(self.resolve(id)).kind {
            NodeKind::Scalar { value, .. } => Some(value),
            _ => None,
        }
    }

    /// Each entry whose key stood in its mapping before, after the first entry with that key. YAML 1.2.2, 3.2.1.3
    /// forbids them and go-yaml refuses them; scalars are compared as written, so `1` and `"1"` are one key.
    pub fn duplicate_keys(&self) -> Vec<(NodeId, NodeId)> {
        /// Up to here comparing every pair is cheaper than hashing.
        const FEW: usize = 12;

        let scalar = |id: NodeId| match &self.node(id).kind {
            NodeKind::Scalar { value, .. } => Some(value.as_str()),
            _ => None,
        };
        let mut duplicates = Vec::new();
        for node in &self.nodes {
            let NodeKind::Mapping { entries, .. } = &node.kind else { continue };
            if entries.len() <= FEW {
                for (index, &(second, _)) in entries.iter().enumerate() {
                    let Some(value) = scalar(second) else { continue };
                    let first = entries[..index].iter().find(|&&(key, _)| scalar(key) == Some(value));
                    duplicates.extend(first.map(|&(first, _)| (first, second)));
                }
            } else {
                let mut seen = HashMap::with_capacity(entries.len());
                for &(key, _) in entries {
                    let Some(value) = scalar(key) else { continue };
                    let first = *seen.entry(value).or_insert(key);
                    if first != key {
                        duplicates.push((first, key));
                    }
                }
            }
        }
        duplicates
    }
}
