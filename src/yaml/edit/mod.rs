//! Changes to a YAML text as replaced bytes: what is asked for changes, and nothing around it. A text is never written
//! anew, so comments, quotes, indentation and newlines stay as their author left them.
//!
//! An [`Editor`] collects what is to be done to one document and says then which bytes to replace, so that several changes
//! to one mapping or sequence agree with each other. What cannot be done without touching other values is refused with the
//! reason and its place.

mod block;
mod flow;
mod layout;
mod lines;
mod patch;
mod refusal;
mod write;

use std::collections::{BTreeMap, BTreeSet, HashMap};

use serde_json::Value;

pub use patch::{Patch, is_merged, merged};
pub use refusal::{Reason, Refusal};

use super::build::find_indicator;
use super::tree::{NodeId, NodeKind, ScalarStyle, Tree};
use super::{Comment, Stream};
use crate::source::Span;
pub(super) use layout::Layout;
use write::Style;

/// The bytes of a span give way to others. An empty span inserts; an empty text deletes.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Change {
    pub span: Span,
    /// With the newlines of the file.
    pub text: String,
}

/// Where an entry goes. Indexes are those of [`Tree::entries`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Position {
    End,
    Before(usize),
    After(usize),
}

/// Whether a collection that loses its last child stays as `{}` or `[]`; otherwise it goes with its key. It gets the keys
/// and indexes that lead to it.
pub type Keep<'k> = dyn Fn(&[&str]) -> bool + 'k;

/// Collects changes to one document.
pub struct Editor<'t> {
    text: &'t str,
    tree: &'t Tree,
    comments: &'t [Comment],
    keep: &'t Keep<'t>,
    /// The nodes that aliases name, each with the first of those.
    named: &'t HashMap<NodeId, NodeId>,
    plans: BTreeMap<NodeId, Plan>,
    values: BTreeMap<NodeId, Value>,
    keys: BTreeMap<NodeId, String>,
}

/// What is to be done to the children of one collection.
#[derive(Debug, Default, Clone)]
struct Plan {
    removed: BTreeSet<usize>,
    inserted: Vec<Inserted>,
}

#[derive(Debug, Clone)]
struct Inserted {
    position: Position,
    /// `None` in a sequence.
    key: Option<String>,
    value: Value,
}

impl<'t> Editor<'t> {
    /// For a document of a stream, with all collections kept that become empty.
    ///
    /// # Errors
    /// When the text is not YAML: what was read of it may not be what was meant.
    pub fn new(text: &'t str, stream: &'t Stream, tree: &'t Tree) -> Result<Self, Refusal> {
        if let Some(problem) = stream.problems.first() {
            return Err(Refusal::new(Reason::Broken, problem.span));
        }
        Ok(Self {
            text,
            tree,
            comments: &stream.comments,
            keep: &|_| true,
            named: tree.named(),
            plans: BTreeMap::new(),
            values: BTreeMap::new(),
            keys: BTreeMap::new(),
        })
    }

    /// Says which collections stay when they become empty.
    #[must_use]
    pub fn keep(mut self, keep: &'t Keep<'t>) -> Self {
        self.keep = keep;
        self
    }

    /// The tree that is edited.
    pub fn tree(&self) -> &'t Tree {
        self.tree
    }

    /// Gives a node another value. Scalars keep their quotes where the new value allows it, anchors and tags stay.
    ///
    /// # Errors
    /// When aliases name the node, something in it or something around it, or when a key is too long for a line.
    pub fn set(&mut self, node: NodeId, value: Value) -> Result<(), Refusal> {
        self.own(node)?;
        self.unnamed_inside(node)?;
        self.writable(node, None, &value)?;
        self.values.insert(node, value);
        Ok(())
    }

    /// Adds an entry to a mapping.
    ///
    /// # Errors
    /// When the node is no mapping, an alias names it or something around it, or a key is too long for a line.
    pub fn insert(&mut self, mapping: NodeId, key: &str, value: Value, position: Position) -> Result<(), Refusal> {
        self.own(mapping)?;
        if !matches!(self.tree.node(mapping).kind, NodeKind::Mapping { .. }) {
            return Err(self.refusal(Reason::Shape, mapping));
        }
        self.writable(mapping, Some(key), &value)?;
        self.plan(mapping).inserted.push(Inserted { position, key: Some(key.to_owned()), value });
        Ok(())
    }

    /// Adds an item to a sequence.
    ///
    /// # Errors
    /// When the node is no sequence, an alias names it or something around it, or a key is too long for a line.
    pub fn insert_item(&mut self, sequence: NodeId, value: Value, position: Position) -> Result<(), Refusal> {
        self.own(sequence)?;
        if !matches!(self.tree.node(sequence).kind, NodeKind::Sequence { .. }) {
            return Err(self.refusal(Reason::Shape, sequence));
        }
        self.writable(sequence, None, &value)?;
        self.plan(sequence).inserted.push(Inserted { position, key: None, value });
        Ok(())
    }

    /// Removes the entry or the item of which the node is the value, with the comment behind it in its line. Comments above
    /// it stay.
    ///
    /// # Errors
    /// When the node is the root, when aliases name something in it or around it, or when its key would still have a value
    /// by a merge key or a duplicate.
    pub fn remove(&mut self, node: NodeId) -> Result<(), Refusal> {
        let Some(&(parent, index)) = self.tree.ancestors(node).last() else {
            return Err(self.refusal(Reason::Root, node));
        };
        self.own(parent)?;
        self.unnamed_inside(node)?;
        if let NodeKind::Mapping { entries, .. } = &self.tree.node(parent).kind {
            let (key, _) = entries[index];
            self.unnamed_inside(key)?;
            if let Some(name) = self.tree.str(key).filter(|_| !self.tree.is_merge_key(key)) {
                if let Some(&(other, _)) = entries.iter().find(|&&(other, _)| other != key && self.tree.str(other) == Some(name))
                {
                    return Err(self.refusal(Reason::Duplicate, other));
                }
                let merged = self.tree.merged(parent).skip(1).find_map(|source| self.tree.entry(source, name));
                if let Some((other, _)) = merged {
                    return Err(self.refusal(Reason::Merge, other));
                }
            }
        }
        self.plan(parent).removed.insert(index);
        Ok(())
    }

    /// Gives an entry another key.
    ///
    /// # Errors
    /// When an alias names the key or something around it, when the key is not written (`: value`), or when the new one is too long for
    /// a line.
    pub fn rename(&mut self, key: NodeId, name: &str) -> Result<(), Refusal> {
        self.own(key)?;
        let node = self.tree.node(key);
        if !matches!(node.kind, NodeKind::Scalar { .. }) || node.span.is_empty() || !write::is_short_key(name) {
            return Err(self.refusal(Reason::Shape, key));
        }
        self.keys.insert(key, name.to_owned());
        Ok(())
    }

    /// The bytes to replace, sorted and apart.
    ///
    /// # Errors
    /// When the text around would be read differently.
    pub fn finish(mut self) -> Result<Vec<Change>, Refusal> {
        self.collapse();
        let gone = self.gone();
        let stays = |id: NodeId| {
            let start = self.tree.node(id).outer.start;
            !gone.iter().any(|&(first, end)| first <= id && start < end)
        };
        let mut changes = Vec::new();
        for (&id, value) in self.values.iter().filter(|&(&id, _)| stays(id)) {
            self.set_changes(id, value, &mut changes)?;
        }
        for (&id, name) in self.keys.iter().filter(|&(&id, _)| stays(id)) {
            let style = Style { like: self.scalar_style(id), literal: false, ..self.style(id) };
            changes.push(Change { span: self.tree.node(id).span, text: write::key(name, style) });
        }
        for (&id, plan) in self.plans.iter().filter(|&(&id, _)| stays(id) && !self.values.contains_key(&id)) {
            if self.tree.node(id).kind.is_flow() {
                self.flow_changes(id, plan, &mut changes)?;
            } else {
                self.block_changes(id, plan, &mut changes)?;
            }
        }
        let newline = newline(self.text);
        if newline != "\n" {
            changes.iter_mut().for_each(|change| change.text = change.text.replace('\n', newline));
        }
        changes.sort_by_key(|change| change.span);
        let mut end = 0;
        for change in &mut changes {
            // The newline between two lines that go may be named by both.
            if change.text.is_empty() && change.span.start() < end {
                change.span = Span::new(end.min(change.span.end()), change.span.end());
            }
            end = end.max(change.span.end());
            // A `#` right behind a bracket or a quote opens a comment, behind a word it does not.
            if !change.text.ends_with([' ', '\n', '\r'])
                && !change.text.is_empty()
                && self.text[change.span.end()..].starts_with('#')
            {
                change.text.push(' ');
            }
        }
        changes.retain(|change| !(change.span.is_empty() && change.text.is_empty()));
        Ok(changes)
    }

    /// Turns collections that lose all they have into removals of themselves, unless they are to stay.
    fn collapse(&mut self) {
        // Inner collections have higher ids; what empties them may empty those around them.
        let mut open: BTreeSet<NodeId> = self.plans.keys().copied().collect();
        while let Some(id) = open.pop_last() {
            let plan = &self.plans[&id];
            if !plan.inserted.is_empty() || plan.removed.len() < children(self.tree, id) || self.named.contains_key(&id) {
                continue;
            }
            let ancestors = self.tree.ancestors(id);
            let Some(&(parent, index)) = ancestors.last() else { continue };
            let path: Vec<String> = ancestors.iter().map(|&(place, index)| self.step(place, index)).collect();
            if !(self.keep)(&path.iter().map(String::as_str).collect::<Vec<_>>()) {
                self.plans.remove(&id);
                self.plan(parent).removed.insert(index);
                open.insert(parent);
            }
        }
    }

    fn step(&self, place: NodeId, index: usize) -> String {
        match &self.tree.node(place).kind {
            NodeKind::Mapping { entries, .. } => self.tree.str(entries[index].0).unwrap_or_default().to_owned(),
            _ => index.to_string(),
        }
    }

    /// What is removed or gets another value, changes inside going with it: each from its first node to a byte.
    fn gone(&self) -> Vec<(NodeId, u32)> {
        let replaced = self.values.keys().map(|&id| (NodeId(id.0 + 1), self.tree.node(id).span.end));
        let removed = self.plans.iter().flat_map(|(&id, plan)| {
            plan.removed.iter().map(move |&index| match &self.tree.node(id).kind {
                NodeKind::Mapping { entries, .. } => (entries[index].0, self.tree.node(entries[index].1).span.end + 1),
                NodeKind::Sequence { items, .. } => (items[index], self.tree.node(items[index]).span.end + 1),
                _ => (id, 0),
            })
        });
        replaced.chain(removed).collect()
    }

    fn child_span(&self, id: NodeId, index: usize) -> Option<Span> {
        self.tree.entry_span(self.text, id, index).or_else(|| self.tree.item_span(self.text, id, index))
    }

    /// The children of a collection, each from its key or dash to the end of its value.
    fn child_spans(&self, id: NodeId) -> Vec<Span> {
        (0..children(self.tree, id)).filter_map(|index| self.child_span(id, index)).collect()
    }

    fn plan(&mut self, id: NodeId) -> &mut Plan {
        self.plans.entry(id).or_default()
    }

    fn refusal(&self, reason: Reason, at: NodeId) -> Refusal {
        Refusal::new(reason, self.tree.node(at).span)
    }

    /// Refuses keys that are too long for a line.
    fn writable(&self, at: NodeId, key: Option<&str>, value: &Value) -> Result<(), Refusal> {
        let short = key.is_none_or(write::is_short_key) && write::has_short_keys(value);
        if short { Ok(()) } else { Err(self.refusal(Reason::Shape, at)) }
    }

    /// Refuses what aliases read elsewhere too, what `!reset` leaves nothing of, and what stands beside a key that is not written.
    fn own(&self, id: NodeId) -> Result<(), Refusal> {
        let around = self.tree.ancestors(id).into_iter().map(|(around, _)| around);
        for around in around.chain([id]) {
            if let Some(&alias) = self.named.get(&around) {
                return Err(self.refusal(Reason::Shared, alias));
            }
            if self.tree.node(around).tag() == Some("!reset") {
                return Err(self.refusal(Reason::Reset, around));
            }
            // `: value`, a key that is not written: what stands before it would be read as its key.
            if self.tree.entries(around).any(|(key, _)| self.tree.node(key).outer.is_empty()) {
                return Err(self.refusal(Reason::Shape, around));
            }
        }
        if matches!(self.tree.node(id).kind, NodeKind::Alias { .. }) {
            return Err(self.refusal(Reason::Alias, id));
        }
        Ok(())
    }

    /// Refuses to lose an anchor in or on a node that an alias outside of it needs.
    fn unnamed_inside(&self, id: NodeId) -> Result<(), Refusal> {
        let span = self.tree.node(id).outer;
        let inside = |node: NodeId| node == id || (node > id && self.tree.node(node).outer.start < span.end);
        match self.named.iter().find(|&(&target, _)| inside(target)) {
            Some((_, &alias)) => Err(self.refusal(Reason::Anchor, alias)),
            None => Ok(()),
        }
    }

    fn layout(&self) -> Layout {
        *self.tree.layout.get_or_init(|| Layout::of(self.text, self.tree))
    }

    /// How to write within a collection, or in the place of a scalar.
    fn style(&self, id: NodeId) -> Style {
        let around = self.tree.ancestors(id);
        let flow = around.iter().any(|&(around, _)| self.tree.node(around).kind.is_flow());
        Style { layout: self.layout(), flow, literal: false, like: None }
    }

    fn scalar_style(&self, id: NodeId) -> Option<ScalarStyle> {
        match self.tree.node(id).kind {
            NodeKind::Scalar { style, .. } => Some(style),
            _ => None,
        }
    }

    /// The quotes that all texts among the items of a sequence have, or all keys of a mapping between brackets.
    fn like_neighbours(&self, id: NodeId) -> Option<ScalarStyle> {
        let neighbours: Vec<NodeId> = match &self.tree.node(id).kind {
            NodeKind::Sequence { items, .. } => items.clone(),
            NodeKind::Mapping { entries, flow: true } => entries.iter().map(|&(key, _)| key).collect(),
            _ => return None,
        };
        let mut styles = neighbours.into_iter().filter_map(|id| self.scalar_style(id));
        let first = styles.next()?;
        let quoted = matches!(first, ScalarStyle::SingleQuoted | ScalarStyle::DoubleQuoted);
        (quoted && styles.all(|style| style == first)).then_some(first)
    }

    /// Whether a text of several lines can end in the line that ends at `line_end`: nothing may follow that would become a part of
    /// it, and a newline must close it.
    fn literal_fits(&self, line_end: usize) -> bool {
        let (next, blanks) = lines::skip_blank(self.text, lines::next(self.text, line_end));
        // What is removed may take that newline along.
        let stays = self.plans.values().all(|plan| plan.removed.is_empty());
        stays && line_end < self.text.len() && !blanks && !self.text[next..].trim_start_matches(' ').starts_with('#')
    }

    /// Behind the `:`, the `-` or the last tag or anchor that a node follows, where ` {}` can go; `None` for the root and for a
    /// key.
    fn place_of_value(&self, id: NodeId) -> Option<usize> {
        let &(parent, index) = self.tree.ancestors(id).last()?;
        let node = self.tree.node(id);
        let mut place = match &self.tree.node(parent).kind {
            NodeKind::Mapping { entries, .. } => {
                let (key, value) = entries[index];
                let after_key = self.tree.node(key).span.end();
                let colon = find_indicator(self.text, after_key, b":", b"").filter(|_| value == id)?;
                // The `:` of another key further down.
                if colon >= node.outer.start() {
                    return None;
                }
                colon + 1
            }
            NodeKind::Sequence { flow: false, .. } => self.tree.item_span(self.text, parent, index)?.start() + 1,
            _ => return None,
        };
        // Tags and anchors.
        let bytes = self.text.as_bytes();
        if node.outer.start < node.span.start {
            let mut at = node.outer.start();
            while at < node.span.start() && matches!(bytes[at], b'&' | b'!') {
                let length = bytes[at..].iter().position(u8::is_ascii_whitespace).unwrap_or(bytes.len() - at);
                place = (at + length).min(node.span.start());
                at = place + bytes[place..].iter().position(|&byte| !matches!(byte, b' ' | b'\t')).unwrap_or(bytes.len() - place);
            }
        }
        Some(place)
    }

    fn set_changes(&self, id: NodeId, value: &Value, changes: &mut Vec<Change>) -> Result<(), Refusal> {
        let node = self.tree.node(id);
        let style = self.style(id);
        let ancestors = self.tree.ancestors(id);
        let line_end = lines::end(self.text, node.span.end());
        let was_block = layout::is_block(self.tree, id);
        let quotes = self.scalar_style(id).filter(|style| matches!(style, ScalarStyle::SingleQuoted | ScalarStyle::DoubleQuoted));
        let style = Style {
            like: quotes,
            // In the first column `---` would end the document.
            literal: !style.flow && !ancestors.is_empty() && node.span.end() == line_end && self.literal_fits(line_end),
            ..style
        };
        // A tag of the old value's type says nothing about the new one.
        if node.tag().is_some_and(|tag| tag == "!" || tag.starts_with("!!")) {
            return Err(self.refusal(Reason::Tag, id));
        }
        let Some(&(parent, index)) = ancestors.last() else {
            let lines = matches!(value, Value::Array(items) if !items.is_empty())
                || matches!(value, Value::Object(fields) if !fields.is_empty());
            // Neither a tag nor `---` may stand before it in its line.
            let alone = node.outer == node.span && lines::opens(self.text, node.span.start());
            let before = self.text[..node.span.start()].trim_start_matches('\u{feff}');
            let blank = before.is_empty() || before.ends_with([' ', '\t', '\n', '\r']);
            let text = match (lines, alone) {
                (true, false) => format!("\n{}", write::block(value, 0, style)),
                _ if !blank => format!(" {}", write::block(value, 0, style)),
                _ => write::block(value, characters_before(self.text, node.span.start()), style),
            };
            changes.push(Change { span: node.span, text });
            return Ok(());
        };
        let parent_span = self.child_span(parent, index).unwrap_or(node.outer);
        let column = characters_before(self.text, parent_span.start());
        let in_sequence = matches!(self.tree.node(parent).kind, NodeKind::Sequence { .. });
        // `[a]` stays between brackets.
        let brackets = node.kind.is_flow() && children(self.tree, id) > 0 && (value.is_array() || value.is_object());
        if brackets && !style.flow {
            changes.push(Change { span: node.span, text: write::block(value, 0, Style { flow: true, ..style }) });
            return Ok(());
        }
        if style.flow {
            let written = write::block(value, 0, style);
            let text = match (node.span.is_empty(), self.place_of_value(id)) {
                (false, _) => written,
                // `{a}` has a key without a colon; that of `{!t}` is only a tag, which would take the colon.
                (true, None) if !in_sequence && node.outer.is_empty() => {
                    let is_written =
                        self.tree.entries(parent).nth(index).is_some_and(|(key, _)| !self.tree.node(key).span.is_empty());
                    format!("{}: {written}", if is_written { "" } else { " " })
                }
                (true, _) => format!(" {written}"),
            };
            changes.push(Change { span: node.span, text });
            return Ok(());
        }
        let Some(place) = self.place_of_value(id) else { return Err(self.refusal(Reason::Shape, id)) };
        // What stands behind the key, above the value, would end up behind the last line.
        let first_line_end = lines::end(self.text, place);
        // An item without a value counts as standing behind the comment of its line.
        let is_nothing = node.outer.is_empty() && node.span.start() > place;
        let is_alone = if is_nothing {
            self.text[place..first_line_end].trim().is_empty()
        } else {
            node.span.start() <= first_line_end || place == first_line_end
        };
        let style = Style { literal: style.literal && is_alone, ..style };
        let bare = node.outer.start == node.span.start;
        let text = if in_sequence && bare {
            format!(" {}", write::behind_dash(value, column, style))
        } else if in_sequence {
            // Behind a tag or an anchor a collection starts in a line of its own.
            write::behind_key(value, column, Style { layout: Layout { sequence: 2, step: 2, ..style.layout }, ..style })
        } else {
            write::behind_key(value, column, style)
        };
        let many_lines = text.starts_with('\n');
        if is_nothing {
            changes.push(Change { span: Span::empty(if many_lines { first_line_end } else { place }), text });
        } else if was_block && node.span.start() > first_line_end {
            // The comment behind the key stays where it is.
            let rest = Span::new(first_line_end, node.span.end());
            if many_lines {
                changes.push(Change { span: rest, text });
            } else {
                changes.push(Change { span: Span::empty(place), text });
                changes.push(Change { span: rest, text: String::new() });
            }
        } else if node.span.start() > first_line_end && self.has_comment(Span::new(place, node.span.start())) {
            // A scalar in a line of its own, below comments.
            let line = lines::start(self.text, node.span.start());
            let above = lines::above(self.text, line).map_or(line, |above| lines::end(self.text, above));
            let rest = Span::new(above, node.span.end());
            if many_lines {
                changes.push(Change { span: rest, text });
            } else {
                changes.push(Change { span: Span::empty(place), text });
                // The comment behind it gets the line.
                let ends_line = self.text[node.span.end()..line_end].trim().is_empty();
                changes.push(Change { span: if ends_line { rest } else { node.span }, text: String::new() });
            }
        } else if many_lines {
            changes.push(Change { span: Span::new(place, node.span.end().max(place)), text: String::new() });
            changes.push(Change { span: Span::empty(line_end), text });
        } else {
            changes.push(Change { span: Span::new(place, node.span.end().max(place)), text });
        }
        Ok(())
    }
}

fn children(tree: &Tree, id: NodeId) -> usize {
    match &tree.node(id).kind {
        NodeKind::Mapping { entries, .. } => entries.len(),
        NodeKind::Sequence { items, .. } => items.len(),
        _ => 0,
    }
}

/// The characters before a byte in its line.
fn characters_before(text: &str, at: usize) -> usize {
    text[lines::start(text, at)..at].chars().count()
}

/// How the first line of a text ends.
fn newline(text: &str) -> &'static str {
    match text.find(['\n', '\r']) {
        Some(at) if text[at..].starts_with("\r\n") => "\r\n",
        Some(at) if text[at..].starts_with('\r') => "\r",
        _ => "\n",
    }
}
