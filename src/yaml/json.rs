//! A tree as the JSON value that it means.

use std::borrow::Cow;

use serde_json::{Map, Value};

use super::Problem;
use super::tree::{NodeId, NodeKind, Tree};

/// What aliases and merge keys may add to what is written, in nodes: a bomb of nested aliases ends here.
const BUDGET: usize = 100_000;

/// A scalar costs another node for each so many bytes, so aliases to one huge text are bounded too.
const BYTES_A_NODE: usize = 64;

/// Values nest no deeper: those who read them recurse.
const DEPTH: usize = 256;

enum Open<'a> {
    Sequence { node: NodeId, rest: std::slice::Iter<'a, NodeId>, values: Vec<Value> },
    Mapping { node: NodeId, entries: Cow<'a, [(NodeId, NodeId)]>, next: usize, key: &'a str, values: Map<String, Value> },
}

impl Open<'_> {
    fn node(&self) -> NodeId {
        match self {
            Self::Sequence { node, .. } | Self::Mapping { node, .. } => *node,
        }
    }
}

impl Tree {
    /// The value of a node, with aliases and merge keys resolved. Keys stay text as written; of duplicate keys the last
    /// one counts. Tags of other families than `!!` change nothing.
    ///
    /// # Errors
    /// An alias that names nothing or leads back into itself, a merge of what is no mapping, a key that is a collection,
    /// more than 100,000 nodes beyond those that are written, or more than 256 levels.
    pub fn to_json(&self, id: NodeId) -> Result<Value, Problem> {
        let mut stack: Vec<Open<'_>> = Vec::new();
        // Without aliases each node is read once, and no text is twice as long as it is written (`\\L` is three bytes).
        let written = self.node(self.root.unwrap_or(id)).span.len();
        let mut budget = BUDGET + self.nodes.len() * 2 + written * 2 / BYTES_A_NODE;
        let mut next = id;
        loop {
            let mut value = match self.enter(next, &stack, &mut budget)? {
                Entered::Leaf(value) => value,
                Entered::Open(open) => {
                    stack.push(open);
                    match self.advance(&mut stack)? {
                        Advanced::Into(child) => {
                            next = child;
                            continue;
                        }
                        Advanced::Done(value) => value,
                    }
                }
            };
            loop {
                let Some(open) = stack.last_mut() else { return Ok(value) };
                match open {
                    Open::Sequence { values, .. } => values.push(value),
                    Open::Mapping { key, values, .. } => {
                        values.insert((*key).to_owned(), value);
                    }
                }
                match self.advance(&mut stack)? {
                    Advanced::Into(child) => {
                        next = child;
                        break;
                    }
                    Advanced::Done(done) => value = done,
                }
            }
        }
    }

    fn enter<'a>(&'a self, written: NodeId, stack: &[Open<'a>], budget: &mut usize) -> Result<Entered<'a>, Problem> {
        let problem = |message: String| Err(Problem { message, span: self.node(written).span });
        let id = self.resolve(written);
        let node = self.node(id);
        let cost = match &node.kind {
            NodeKind::Scalar { value, .. } => 1 + value.len() / BYTES_A_NODE,
            // What merge keys hide is read all the same.
            NodeKind::Mapping { entries, .. } => 1 + entries.len(),
            _ => 1,
        };
        *budget = match budget.checked_sub(cost) {
            Some(rest) => rest,
            None => return problem(format!("with its aliases written out this is more than {BUDGET} nodes longer")),
        };
        if stack.len() == DEPTH && !matches!(node.kind, NodeKind::Scalar { .. }) {
            return problem(format!("this lies more than {DEPTH} levels deep"));
        }
        if id != written && stack.iter().any(|open| open.node() == id) {
            return problem("this alias stands inside the node that it names".to_owned());
        }
        match &node.kind {
            NodeKind::Scalar { .. } => Ok(Entered::Leaf(self.scalar(id).map_or(Value::Null, |scalar| scalar.to_json()))),
            NodeKind::Sequence { items, .. } => {
                Ok(Entered::Open(Open::Sequence { node: id, rest: items.iter(), values: Vec::with_capacity(items.len()) }))
            }
            NodeKind::Mapping { entries, .. } => {
                let entries = if entries.iter().any(|&(key, _)| self.is_merge_key(key)) {
                    let mut merged = self.merged(id);
                    let read: usize = merged.by_ref().map(|source| self.entry_slice(source).len()).sum();
                    if let Some(invalid) = merged.invalid {
                        let message = "`<<` takes a mapping or a list of mappings".to_owned();
                        return Err(Problem { message, span: self.node(invalid).span });
                    }
                    *budget = budget.saturating_sub(read);
                    Cow::Owned(self.effective_entries(id))
                } else {
                    Cow::Borrowed(entries.as_slice())
                };
                let values = Map::with_capacity(entries.len());
                Ok(Entered::Open(Open::Mapping { node: id, entries, next: 0, key: "", values }))
            }
            NodeKind::Alias { name, .. } => problem(no_anchor(name)),
        }
    }

    /// Moves the innermost open collection on, or closes it.
    fn advance<'a>(&'a self, stack: &mut Vec<Open<'a>>) -> Result<Advanced, Problem> {
        match stack.last_mut() {
            Some(Open::Sequence { rest, .. }) => {
                if let Some(&item) = rest.next() {
                    return Ok(Advanced::Into(item));
                }
            }
            Some(Open::Mapping { entries, next, key, .. }) => {
                if let Some(&(key_node, value)) = entries.get(*next) {
                    *next += 1;
                    *key = self.str(key_node).ok_or_else(|| Problem {
                        message: "this key is not text; JSON has no other keys".to_owned(),
                        span: self.node(key_node).span,
                    })?;
                    return Ok(Advanced::Into(value));
                }
            }
            None => {}
        }
        Ok(Advanced::Done(match stack.pop() {
            Some(Open::Sequence { values, .. }) => Value::Array(values),
            Some(Open::Mapping { values, .. }) => Value::Object(values),
            None => Value::Null,
        }))
    }
}

enum Entered<'a> {
    Leaf(Value),
    Open(Open<'a>),
}

enum Advanced {
    Into(NodeId),
    Done(Value),
}

/// What an alias without a target is told, here and while parsing.
pub(super) fn no_anchor(name: &str) -> String {
    format!("`*{name}` names an anchor that is not defined before it in this document")
}
