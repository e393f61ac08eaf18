//! Findings as an editor shows them.

use std::path::PathBuf;

use lsp_types::{
    CodeDescription, Diagnostic, DiagnosticRelatedInformation, DiagnosticSeverity, DiagnosticTag, Location, NumberOrString,
    Position, Range, Uri,
};
use serde_json::json;

use super::buffers::{Buffer, Buffers};
use super::client::Client;
use super::positions::Lines;
use super::uri;
use super::workspace::{Obstacle, Workspace, text_of};
use crate::finding::{self, Finding, Severity};
use crate::project::Document;
use crate::source::{FileId, Span};

/// The name that stands behind each message.
pub const SOURCE: &str = "shipworthy";

/// Rules about what has no effect: editors draw it pale.
const UNNECESSARY: &[&str] = &[
    "compose/obsolete-version",
    "compose/unused-declaration",
    "dockerfile/unused-global-argument",
    "env/unused-variable",
    "nginx/unused-module",
    "project/published-port-unused",
    "shell/unused-variable",
    "suppression/unused",
];

/// Rules about what its maker calls deprecated: editors strike it through.
const DEPRECATED: &[&str] = &["dockerfile/maintainer-deprecated", "nginx/obsolete-header"];

/// What there is to say about an open document.
pub fn of(workspace: &Workspace, file: FileId, buffers: &Buffers, client: &Client) -> Vec<Diagnostic> {
    let document = workspace.project.document(file);
    let lines = Lines::new(document.source.text(), client.encoding);
    workspace.findings(file).map(|judged| one(workspace, &judged.finding, &judged.fingerprint, &lines, buffers, client)).collect()
}

/// One finding; `lines` are those of its file.
pub fn one(
    workspace: &Workspace,
    finding: &Finding,
    fingerprint: &str,
    lines: &Lines<'_>,
    buffers: &Buffers,
    client: &Client,
) -> Diagnostic {
    let related = || {
        let known = finding.related.iter();
        known.filter_map(|related| related_information(workspace, related, buffers, client)).collect::<Vec<_>>()
    };
    let rule = workspace.registry.get(finding.rule).filter(|_| client.code_description);
    Diagnostic {
        range: lines.range(shown(workspace.project.document(finding.primary.file), finding.primary.span)),
        severity: Some(severity(finding.severity)),
        code: Some(NumberOrString::String(finding.rule.to_owned())),
        code_description: rule.and_then(|rule| rule.url().parse().ok()).map(|href| CodeDescription { href }),
        source: Some(SOURCE.to_owned()),
        message: finding.message.clone(),
        related_information: client.related_information.then(related).filter(|related| !related.is_empty()),
        tags: Some(tags(finding.rule, client)).filter(|tags| !tags.is_empty()),
        data: client.diagnostic_data.then(|| json!({ "fingerprint": fingerprint })),
    }
}

/// What is in the way of a judgement, in the files that it is about.
pub fn of_obstacles(obstacles: &[Obstacle], client: &Client) -> Vec<(Uri, Diagnostic)> {
    let here = std::env::current_dir().unwrap_or_default();
    let one = |obstacle: &Obstacle| {
        let (path, range, message): (PathBuf, Range, String) = match obstacle {
            Obstacle::Config(error) => {
                let path = here.join(error.path.as_ref()?);
                let text = text_of(&path);
                let range = Lines::new(&text, client.encoding).range(error.span.unwrap_or(Span::empty(0)));
                let help = error.help.as_ref().map(|help| format!("; {help}")).unwrap_or_default();
                (path, range, format!("{}{help}: nothing is checked until this is mended", error.message))
            }
            Obstacle::Rule(path, line, column, message) => {
                let place = Position::new(line.saturating_sub(1), column.saturating_sub(1));
                (here.join(path), Range::new(place, place), format!("{message}: nothing is checked until this is mended"))
            }
            Obstacle::Other(_) => return None,
        };
        let diagnostic = Diagnostic {
            range,
            severity: Some(DiagnosticSeverity::ERROR),
            source: Some(SOURCE.to_owned()),
            message,
            ..Diagnostic::default()
        };
        Some((uri::of_path(&path)?, diagnostic))
    };
    obstacles.iter().filter_map(one).collect()
}

/// The URI of a file of the project, as the client writes it where it is open there.
pub fn uri_of(document: &Document, buffers: &Buffers) -> Option<Uri> {
    let open = buffer_of(document, buffers).map(|buffer| buffer.uri.clone());
    open.or_else(|| uri::of_path(document.source.location.as_ref()?))
}

/// The open document of a file of the project.
pub fn buffer_of<'b>(document: &Document, buffers: &'b Buffers) -> Option<&'b Buffer> {
    let location = document.source.location.as_ref()?;
    buffers.values().find(|buffer| buffer.path.as_ref() == Some(location))
}

/// The lines of a file of the project. What the editor has not open has a byte order mark that it will not count.
pub fn lines<'d>(document: &'d Document, buffers: &Buffers, client: &Client) -> (Lines<'d>, usize) {
    let text = document.source.text();
    let mark = '\u{feff}'.len_utf8();
    match buffer_of(document, buffers) {
        None if text.starts_with('\u{feff}') => (Lines::new(&text[mark..], client.encoding), mark),
        _ => (Lines::new(text, client.encoding), 0),
    }
}

fn related_information(
    workspace: &Workspace,
    related: &finding::Related,
    buffers: &Buffers,
    client: &Client,
) -> Option<DiagnosticRelatedInformation> {
    let document = workspace.project.document(related.location.file);
    let (lines, skipped) = lines(document, buffers, client);
    let span = shown(document, related.location.span);
    let span = Span::new(span.start().saturating_sub(skipped), span.end().saturating_sub(skipped));
    let location = Location { uri: uri_of(document, buffers)?, range: lines.range(span) };
    Some(DiagnosticRelatedInformation { location, message: related.label.to_string() })
}

/// A span that ends with its line is shown as ending before the newline, not on the next line.
fn shown(document: &Document, span: Span) -> Span {
    let kept = span.slice(document.source.text()).trim_end_matches(['\r', '\n']);
    if kept.is_empty() { span } else { Span::new(span.start(), span.start() + kept.len()) }
}

/// Low is not worth a wavy line under half of the file, hence information and hint.
const fn severity(severity: Severity) -> DiagnosticSeverity {
    match severity {
        Severity::Critical | Severity::High => DiagnosticSeverity::ERROR,
        Severity::Medium => DiagnosticSeverity::WARNING,
        Severity::Low => DiagnosticSeverity::INFORMATION,
        Severity::Info => DiagnosticSeverity::HINT,
    }
}

fn tags(rule: &str, client: &Client) -> Vec<DiagnosticTag> {
    let apt = [(UNNECESSARY, DiagnosticTag::UNNECESSARY), (DEPRECATED, DiagnosticTag::DEPRECATED)];
    let apt = apt.into_iter().filter(|(rules, _)| rules.contains(&rule)).map(|(_, tag)| tag);
    apt.filter(|tag| client.tags.contains(tag)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tagged_rules_exist() {
        let registry = crate::rules::Registry::embedded();
        for rule in UNNECESSARY.iter().chain(DEPRECATED) {
            assert!(registry.get(rule).is_some(), "{rule}");
        }
    }
}
