//! `rdjson`: the Reviewdog Diagnostic Format, which turns fixes into suggestions on a pull request
//! (reviewdog, proto/rdf/reviewdog.proto). Lines are from 1, columns from 1 in bytes of UTF-8.

use std::io::{self, Write};

use serde::Serialize;

use crate::finding::{Applicability, Edit, Finding};
use crate::source::{FileId, Span};
use crate::triage::{FileError, Judged};

use super::severity::mapped;
use super::stream::{self, Each};
use super::view::View;

#[derive(Serialize)]
struct Report<'v, 'a> {
    source: Source,
    diagnostics: Diagnostics<'v, 'a>,
}

#[derive(Serialize)]
struct Source {
    name: &'static str,
    url: &'static str,
}

struct Diagnostics<'v, 'a> {
    errors: Each<'v, 'a, FileError, Diagnostic<'a>>,
    findings: Each<'v, 'a, Judged, Diagnostic<'a>>,
}

#[derive(Serialize)]
struct Diagnostic<'a> {
    message: &'a str,
    location: Location<'a>,
    severity: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<Code<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    suggestions: Vec<Suggestion>,
}

#[derive(Serialize)]
struct Location<'a> {
    path: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    range: Option<Range>,
}

#[derive(Serialize)]
struct Code<'a> {
    value: &'a str,
    url: String,
}

#[derive(Serialize)]
struct Suggestion {
    range: Range,
    text: String,
}

#[derive(Serialize)]
struct Range {
    start: Position,
    end: Position,
}

#[derive(Serialize)]
struct Position {
    line: usize,
    column: usize,
}

impl Serialize for Diagnostics<'_, '_> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let errors = self.errors.items.iter().map(|error| (self.errors.record)(self.errors.view, error));
        let findings = self.findings.items.iter().map(|judged| (self.findings.record)(self.findings.view, judged));
        serializer.collect_seq(errors.chain(findings))
    }
}

pub(super) fn write(view: &View<'_>, out: &mut dyn Write) -> io::Result<()> {
    let outcome = view.run.outcome;
    let report = Report {
        source: Source { name: env!("CARGO_PKG_NAME"), url: env!("CARGO_PKG_REPOSITORY") },
        diagnostics: Diagnostics {
            errors: Each { view, items: &outcome.errors, record: of_error },
            findings: Each { view, items: &outcome.findings, record: |view, judged| of_finding(view, &judged.finding) },
        },
    };
    stream::write_pretty(out, &report)
}

fn of_error<'a>(_: &View<'a>, error: &'a FileError) -> Diagnostic<'a> {
    Diagnostic {
        message: &error.message,
        location: Location { path: &error.path, range: None },
        severity: "ERROR",
        code: None,
        suggestions: Vec::new(),
    }
}

fn of_finding<'a>(view: &View<'a>, finding: &'a Finding) -> Diagnostic<'a> {
    let place = view.place(finding.primary);
    Diagnostic {
        message: &finding.message,
        location: Location { path: place.path, range: Some(range(view, finding.primary.file, finding.primary.span)) },
        severity: mapped(finding.severity).rdjson,
        code: view.rule(finding.rule).map(|rule| Code { value: rule.id, url: rule.url() }),
        suggestions: suggestions(view, finding),
    }
}

/// A suggestion is one range of the file that the finding is in; a fix that is more, or that would show a secret, is none.
fn suggestions(view: &View<'_>, finding: &Finding) -> Vec<Suggestion> {
    let Some(fix) = finding.fix.as_ref().filter(|fix| fix.applicability > Applicability::Manual) else { return Vec::new() };
    let [edit] = fix.edits.as_slice() else { return Vec::new() };
    let Edit { file, span, replacement } = edit;
    let location = crate::finding::Location { file: *file, span: *span };
    if *file != finding.primary.file || view.reveals(location, replacement) {
        return Vec::new();
    }
    vec![Suggestion { range: range(view, *file, *span), text: replacement.clone() }]
}

fn range(view: &View<'_>, file: FileId, span: Span) -> Range {
    let source = &view.document(file).source;
    let position = |offset: usize| {
        let line = source.line(offset);
        Position { line, column: offset - source.line_starts()[line - 1] as usize + 1 }
    };
    Range { start: position(span.start()), end: position(span.end()) }
}
