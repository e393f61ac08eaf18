//! What every format asks of a run: masked texts, places for people, rules by id.

use std::borrow::Cow;
use std::sync::OnceLock;

use rustc_hash::FxHashMap;

use crate::finding::Location;
use crate::project::Document;
use crate::rules::Rule;
use crate::source::{FileId, Span, masked};

use super::Run;

/// A run with what is worked out once for all its findings.
pub(super) struct View<'a> {
    pub run: &'a Run<'a>,
    texts: Vec<OnceLock<Cow<'a, str>>>,
    rules: FxHashMap<&'static str, &'static Rule>,
}

/// A location for people: lines and columns from 1, columns in Unicode code points, the end just after the last one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Place<'a> {
    pub path: &'a str,
    pub line: usize,
    pub column: usize,
    pub end_line: usize,
    pub end_column: usize,
}

impl<'a> View<'a> {
    pub fn new(run: &'a Run<'a>) -> Self {
        let rules = run.registry.iter().map(|rule| (rule.id, rule)).collect();
        Self { run, texts: run.project.documents.iter().map(|_| OnceLock::new()).collect(), rules }
    }

    pub fn document(&self, file: FileId) -> &'a Document {
        self.run.project.document(file)
    }

    pub fn rule(&self, id: &str) -> Option<&'static Rule> {
        self.rules.get(id).copied()
    }

    /// The text of a file with its secrets covered; the offsets are those of the file.
    pub fn text(&self, file: FileId) -> &str {
        let document = self.document(file);
        self.texts[file.index()].get_or_init(|| masked(document.source.text(), document.secrets()))
    }

    pub fn place(&self, location: Location) -> Place<'a> {
        let source = &self.document(location.file).source;
        let span = without_line_end(source.text(), location.span);
        let (start, end) = (source.position(span.start()), source.position(span.end()));
        Place { path: &source.path, line: start.line, column: start.column, end_line: end.line, end_column: end.column }
    }

    /// Whether the bytes of a span, or a text, give away a secret of the run.
    pub fn reveals(&self, location: Location, replacement: &str) -> bool {
        let touches = |secret: &Span| secret.start < location.span.end && location.span.start < secret.end;
        let mut documents = self.run.project.documents.iter();
        self.document(location.file).secrets().iter().any(touches)
            || documents.any(|document| {
                let text = document.source.text();
                let mut secrets = document.secrets().iter().map(|secret| secret.slice(text));
                secrets.any(|secret| !secret.is_empty() && replacement.contains(secret))
            })
    }
}

/// A span that ends with its line is shown as ending before the newline, not on the next line.
pub(super) fn without_line_end(text: &str, span: Span) -> Span {
    let kept = span.slice(text).trim_end_matches(['\r', '\n']);
    if kept.is_empty() { span } else { Span::new(span.start(), span.start() + kept.len()) }
}
