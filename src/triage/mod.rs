//! From what the rules found to what is shown: selection, severity, suppression, the gate.

pub mod fingerprint;
mod selection;
mod settings;
mod suppression;
#[cfg(test)]
mod testing;

pub use selection::{Layer, Selection};
pub use settings::{FileSettings, Settings};

pub use crate::config::FailOn;
use std::cmp::Ordering;
use std::path::Path;

use self::selection::names_finding;
use self::suppression::Suppressions;
use crate::finding::Finding;
use crate::project::{Document, Project};
use crate::rules::Registry;
use crate::source::FileId;

/// What a run has to say, sorted by path, line and rule. Reports are made from this and the project alone.
#[derive(Debug, Default)]
pub struct Outcome {
    pub findings: Vec<Judged>,
    pub suppressed: Vec<Suppressed>,
    pub errors: Vec<FileError>,
    /// Found, but below `--min-severity` or `--min-confidence`.
    pub hidden: usize,
}

/// A finding that is shown.
#[derive(Debug, Clone)]
pub struct Judged {
    pub finding: Finding,
    /// The same for the same fault when lines move: a hash of rule, path, the masked and trimmed text of the line, and
    /// which of several such it is. 32 hexadecimal digits.
    pub fingerprint: String,
    /// The fix as a unified diff with secrets masked; only computed for formats that show it.
    pub diff: Option<String>,
}

/// A finding that a comment, the configuration, a baseline or a waiver silenced.
#[derive(Debug, Clone)]
pub struct Suppressed {
    pub finding: Finding,
    pub fingerprint: String,
    pub by: SuppressedBy,
    pub reason: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum SuppressedBy {
    /// A comment in the file.
    Comment,
    /// `per-file-ignores` of the configuration.
    Configuration,
    Baseline,
    Waiver,
}

/// Why a file could not be read or judged.
#[derive(Debug, Clone)]
pub struct FileError {
    /// As it is shown.
    pub path: String,
    /// In the project, when it got that far.
    pub file: Option<FileId>,
    pub message: String,
}

/// Decides what becomes of every finding.
pub fn triage(project: &Project, registry: &Registry, findings: Vec<Finding>, settings: &Settings) -> Outcome {
    let mut findings = ordered(project, findings);
    let mut suppressions = Suppressions::collect(project, registry, settings);
    let mandatory = |rule: &str| registry.get(rule).is_some_and(|rule| rule.mandatory);
    let mut silenced: Vec<_> = findings.iter().map(|finding| suppressions.silence(project, finding)).collect();
    let broken = |document: &Document| {
        let mut here = findings.iter().filter(|finding| finding.primary.file == document.file);
        here.any(|finding| mandatory(finding.rule))
    };
    let complaints = ordered(project, suppressions.report(project, registry, settings, broken));
    if !complaints.is_empty() {
        silenced.extend(complaints.iter().map(|finding| suppressions.silence(project, finding)));
        findings.extend(complaints);
        let mut both: Vec<_> = findings.into_iter().zip(silenced).collect();
        both.sort_by(|a, b| order(project, &a.0, &b.0));
        (findings, silenced) = both.into_iter().unzip();
    }
    let ignored: Vec<_> = project.documents.iter().map(|document| settings.of(document.file).ignored_in(place(document))).collect();
    let mut outcome = Outcome::default();
    for (mut finding, silenced) in findings.into_iter().zip(silenced) {
        let here = settings.of(finding.primary.file);
        if !here.selection.keeps(&finding) {
            continue;
        }
        finding.severity = here.severity(&finding);
        let fingerprint = String::new();
        let mandatory = mandatory(finding.rule);
        let ignored = ignored.get(finding.primary.file.index()).into_iter().flatten();
        if let Some(reason) = silenced.filter(|_| !mandatory) {
            outcome.suppressed.push(Suppressed { finding, fingerprint, by: SuppressedBy::Comment, reason });
        } else if !mandatory && ignored.into_iter().any(|selector| names_finding(selector, &finding)) {
            outcome.suppressed.push(Suppressed { finding, fingerprint, by: SuppressedBy::Configuration, reason: None });
        } else if !mandatory && !here.shows(&finding) {
            outcome.hidden += 1;
        } else {
            outcome.findings.push(Judged { finding, fingerprint, diff: None });
        }
    }
    outcome
}

/// The exit code: 2 when a file could not be read or judged, 1 when a finding reaches the gate of its file or an input is
/// one that its engine refuses, else 0.
pub fn exit(outcome: &Outcome, registry: &Registry, settings: &Settings) -> u8 {
    let fails = |judged: &Judged| {
        let finding = &judged.finding;
        settings.of(finding.primary.file).fail_on.includes(finding.severity)
            || registry.get(finding.rule).is_some_and(|rule| rule.mandatory)
    };
    match outcome {
        outcome if !outcome.errors.is_empty() => 2,
        outcome if outcome.findings.iter().any(fails) => 1,
        _ => 0,
    }
}

/// Sorted, and each once: a file that several others include may have been judged several times.
fn ordered(project: &Project, mut findings: Vec<Finding>) -> Vec<Finding> {
    findings.sort_by(|a, b| order(project, a, b));
    findings.dedup_by(|a, b| (a.rule, a.primary, &a.message) == (b.rule, b.primary, &b.message));
    findings
}

/// By path, place, rule and words.
fn order(project: &Project, a: &Finding, b: &Finding) -> Ordering {
    let path = |finding: &Finding| project.document(finding.primary.file).source.path.as_str();
    let place = |finding: &Finding| (finding.primary.span.start, finding.primary.file);
    let by_path = if a.primary.file == b.primary.file { Ordering::Equal } else { path(a).cmp(path(b)) };
    by_path.then_with(|| place(a).cmp(&place(b))).then_with(|| (a.rule, &a.message).cmp(&(b.rule, &b.message)))
}

/// Where a document lies, for the globs of the configuration.
fn place(document: &Document) -> &Path {
    document.source.location.as_deref().unwrap_or(Path::new(&document.source.path))
}
