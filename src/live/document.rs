//! A snapshot with its text: every fact knows the bytes that it is written with, so that a finding has a place.

use serde_json::Value;

use super::snapshot::{Container, Engine, Image, SCHEMA_VERSION, Snapshot};
use crate::source::Span;
use crate::yaml::{self, Tree};

/// A snapshot that was read from its text.
#[derive(Debug)]
pub struct SnapshotDocument {
    pub snapshot: Snapshot,
    /// The same as JSON, which schema rules judge.
    pub facts: Value,
    tree: Tree,
}

/// What a fact of a snapshot is a fact of.
#[derive(Debug, Clone, Copy)]
pub struct Subject<'s> {
    pub engine: &'s Engine,
    pub part: Part<'s>,
}

/// The part of an engine that a fact is a fact of.
#[derive(Debug, Clone, Copy)]
pub enum Part<'s> {
    Engine,
    Container(&'s Container),
    Image(&'s Image),
}

/// The item that holds a span; items follow each other in the text as they do in the list.
fn at<T>(items: &[T], whole: impl Fn(&T) -> Span, span: Span) -> Option<&T> {
    let behind = items.partition_point(|item| whole(item).start() <= span.start());
    items[..behind].last().filter(|item| whole(item).contains(span))
}

/// Why a text is no snapshot.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SnapshotError {
    #[error("is no JSON: {0}")]
    Syntax(String),
    #[error("is no snapshot of `shipworthy audit --save`: {0}")]
    Shape(String),
    #[error("has schema version {0}, and this shipworthy reads up to {SCHEMA_VERSION}: use a newer one")]
    Version(u64),
}

impl SnapshotDocument {
    /// Reads the text of a snapshot. YAML is read as well, which is JSON with less to write.
    pub fn read(text: &str) -> Result<Self, SnapshotError> {
        let mut stream = yaml::parse(text);
        if let Some(problem) = stream.problems.first() {
            return Err(SnapshotError::Syntax(problem.message.clone()));
        }
        let shape = |why: &str| Err(SnapshotError::Shape(why.to_owned()));
        let Some(tree) = stream.documents.pop().filter(|_| stream.documents.is_empty()) else {
            return shape("it holds not one document");
        };
        let Some(root) = tree.root else { return shape("it is empty") };
        let facts = tree.to_json(root).map_err(|problem| SnapshotError::Syntax(problem.message))?;
        if facts.get("engines").is_none_or(|engines| !engines.is_array()) {
            return shape("it lists no `engines`");
        }
        let version = facts.get("schema_version").map_or(Some(1), Value::as_u64);
        match version {
            Some(version) if version <= u64::from(SCHEMA_VERSION) => {}
            Some(version) => return Err(SnapshotError::Version(version)),
            None => return shape("`schema_version` is no number"),
        }
        let read: Result<Snapshot, serde_json::Error> = serde::Deserialize::deserialize(&facts);
        let mut snapshot = read.map_err(|error| SnapshotError::Shape(error.to_string()))?;
        snapshot.place();
        Ok(Self { snapshot, facts, tree })
    }

    /// The place of a fact, or of its nearest ancestor, that a JSON Pointer names; the key stands for a collection.
    pub fn span(&self, pointer: &str) -> Span {
        let (key, value) = self.tree.pointer_nearest(pointer);
        let place = match (key, self.tree.str(value)) {
            (Some(key), None) => key,
            _ => value,
        };
        self.tree.node(place).span
    }

    /// Whether there is such a fact.
    pub fn has(&self, pointer: &str) -> bool {
        self.tree.pointer(pointer).is_some()
    }

    /// What the facts in a span are facts of; `None` for those of the snapshot as a whole.
    pub fn subject_at(&self, span: Span) -> Option<Subject<'_>> {
        let engine = at(&self.snapshot.engines, |engine| self.whole(&engine.pointer), span)?;
        let container = at(&engine.containers, |container| self.whole(&container.pointer), span);
        let image = || at(&engine.images, |image| self.whole(&image.pointer), span).map(Part::Image);
        let part = container.map(Part::Container).or_else(image).unwrap_or(Part::Engine);
        Some(Subject { engine, part })
    }

    /// The container that the facts in a span are facts of.
    pub fn container_at(&self, span: Span) -> Option<&Container> {
        match self.subject_at(span)?.part {
            Part::Container(container) => Some(container),
            Part::Image(_) | Part::Engine => None,
        }
    }

    /// All of what a JSON Pointer names.
    pub fn whole(&self, pointer: &str) -> Span {
        self.tree.pointer(pointer).map_or(Span::default(), |node| self.tree.node(node).span)
    }
}

impl Snapshot {
    /// Says of each container and image where it stands.
    fn place(&mut self) {
        for (number, engine) in self.engines.iter_mut().enumerate() {
            for (index, container) in engine.containers.iter_mut().enumerate() {
                container.pointer = format!("/engines/{number}/containers/{index}");
            }
            for (index, image) in engine.images.iter_mut().enumerate() {
                image.pointer = format!("/engines/{number}/images/{index}");
            }
            engine.pointer = format!("/engines/{number}");
        }
    }

    /// As it is saved, and as findings show it.
    pub fn text(&self) -> String {
        // Every field has a text or a number: nothing in it can fail.
        serde_json::to_string_pretty(self).unwrap_or_default() + "\n"
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::live::snapshot::{Container, Engine};

    #[test]
    fn what_is_written_is_read_with_its_places() {
        let web = Container { name: "web".into(), privileged: true, ..Container::default() };
        let engine = Engine { name: "host".into(), containers: vec![Container::default(), web], ..Engine::default() };
        let mut snapshot = Snapshot { engines: vec![engine], ..Snapshot::default() };
        let text = snapshot.text();
        let document = SnapshotDocument::read(&text).unwrap();
        snapshot.place();
        assert_eq!(document.snapshot, snapshot);
        let web = &document.snapshot.engines[0].containers[1];
        assert_eq!(document.span(&format!("{}/privileged", web.pointer)).slice(&text), "true");
        assert_eq!(document.span(&format!("{}/name/none", web.pointer)).slice(&text), "\"web\"");
        assert_eq!(document.span(&format!("{}/limits", web.pointer)).slice(&text), "\"limits\"");
        let name = document.span(&format!("{}/name", web.pointer));
        assert_eq!(document.container_at(name).map(|container| container.name.as_str()), Some("web"));
        let engine = document.span("/engines/0/name");
        assert!(document.container_at(engine).is_none() && document.subject_at(engine).is_some());
    }

    #[test]
    fn what_is_no_snapshot_says_why() {
        let error = |text: &str| SnapshotDocument::read(text).unwrap_err().to_string();
        assert!(error("{").starts_with("is no JSON"));
        assert!(error("[]").contains("lists no `engines`"));
        assert!(error("{\"schema_version\": 7, \"engines\": []}").contains("use a newer one"));
        assert!(error("{\"engines\": [{\"containers\": 3}]}").contains("is no snapshot"));
        assert!(error("").contains("is no snapshot"));
    }
}
