//! A peer's YAML or JSON file with the places of what it says.

use super::Note;
use crate::config::ConfigError;
use crate::source::Span;
use crate::yaml::{self, NodeId, NodeKind, Scalar, Tree};

/// The file, and the notes that reading it gives.
pub(super) struct PeerFile<'t> {
    path: &'t str,
    text: &'t str,
    tree: Option<Tree>,
    notes: Vec<Note>,
}

/// An entry of a mapping.
pub(super) struct Entry {
    pub key: String,
    pub at: NodeId,
    pub value: NodeId,
}

impl<'t> PeerFile<'t> {
    pub fn read(path: &'t str, text: &'t str) -> Result<Self, ConfigError> {
        let mut stream = yaml::parse(text);
        if let Some(problem) = stream.problems.first() {
            return Err(ConfigError::at(path, text, problem.span, format!("cannot be read: {}", problem.message)));
        }
        let tree = (!stream.documents.is_empty()).then(|| stream.documents.swap_remove(0));
        Ok(Self { path, text, tree, notes: Vec::new() })
    }

    /// In the order of the file.
    pub fn notes(mut self) -> Vec<Note> {
        self.notes.sort_by_key(|note| note.line);
        self.notes
    }

    /// Says that something at a place is not as it was.
    pub fn note(&mut self, at: NodeId, text: impl Into<String>) {
        let line = self.text.as_bytes()[..self.span(at).start()].iter().filter(|byte| **byte == b'\n').count() + 1;
        self.notes.push(Note { path: self.path.to_owned(), line, text: text.into() });
    }

    /// The entries of the file; none where it is empty.
    pub fn root(&self) -> Result<Vec<Entry>, ConfigError> {
        match self.tree.as_ref().and_then(|tree| tree.root) {
            Some(root) if self.is_empty(root) => Ok(Vec::new()),
            Some(root) => self.entries(root),
            None => Ok(Vec::new()),
        }
    }

    pub fn entries(&self, mapping: NodeId) -> Result<Vec<Entry>, ConfigError> {
        let Some(tree) = &self.tree else { return Ok(Vec::new()) };
        if !matches!(tree.node(tree.resolve(mapping)).kind, NodeKind::Mapping { .. }) {
            return Err(self.error(mapping, "a mapping is expected here"));
        }
        let entries = tree.entries(mapping);
        Ok(entries.map(|(key, value)| Entry { key: tree.str(key).unwrap_or_default().to_owned(), at: key, value }).collect())
    }

    pub fn items(&self, sequence: NodeId) -> Result<Vec<NodeId>, ConfigError> {
        let Some(tree) = &self.tree else { return Ok(Vec::new()) };
        match &tree.node(tree.resolve(sequence)).kind {
            NodeKind::Sequence { items, .. } => Ok(items.clone()),
            _ => Err(self.error(sequence, "a list is expected here")),
        }
    }

    /// The items of a list of texts with their places; none where nothing is written.
    pub fn texts(&self, sequence: NodeId) -> Result<Vec<(NodeId, String)>, ConfigError> {
        if self.is_empty(sequence) {
            return Ok(Vec::new());
        }
        self.items(sequence)?.into_iter().map(|item| Ok((item, self.text(item)?))).collect()
    }

    pub fn text(&self, at: NodeId) -> Result<String, ConfigError> {
        let text = self.tree.as_ref().and_then(|tree| tree.str(at));
        text.map(str::to_owned).ok_or_else(|| self.error(at, "a text is expected here"))
    }

    pub fn boolean(&self, at: NodeId) -> Result<bool, ConfigError> {
        match self.text(at).as_deref().map(Scalar::of_plain) {
            Ok(Scalar::Bool(value)) => Ok(value),
            _ => Err(self.error(at, "true or false is expected here")),
        }
    }

    pub fn is_sequence(&self, at: NodeId) -> bool {
        self.tree.as_ref().is_some_and(|tree| matches!(tree.node(tree.resolve(at)).kind, NodeKind::Sequence { .. }))
    }

    fn is_empty(&self, at: NodeId) -> bool {
        self.span(at).is_empty()
    }

    pub fn error(&self, at: NodeId, message: impl Into<String>) -> ConfigError {
        ConfigError::at(self.path, self.text, self.span(at), message)
    }

    fn span(&self, at: NodeId) -> Span {
        self.tree.as_ref().map_or(Span::empty(0), |tree| tree.node(at).span)
    }
}
