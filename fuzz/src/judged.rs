//! A project of one file, what every rule says of it, and what must hold for that.

use std::sync::LazyLock;

use shipworthy::finding::{Environment, Finding};
use shipworthy::project::Project;
use shipworthy::report::{self, Format, Run, Style, Verbosity};
use shipworthy::rules::{self, Registry, Rule};
use shipworthy::source::{FileId, Kind, SourceFile};
use shipworthy::triage::{FailOn, Outcome};

/// Larger inputs find nothing that smaller ones do not.
const LARGEST: usize = 16 << 10;

const FORMATS: [Format; 12] = [
    Format::Full,
    Format::Concise,
    Format::Json,
    Format::Jsonl,
    Format::Sarif,
    Format::Github,
    Format::Gitlab,
    Format::Junit,
    Format::Checkstyle,
    Format::Rdjson,
    Format::Markdown,
    Format::Html,
];

pub static REGISTRY: LazyLock<Registry> = LazyLock::new(Registry::embedded);

/// The bytes as the only file of a project; `None` when there are too many.
pub fn project_of(kind: Kind, path: &str, bytes: &[u8]) -> Option<Project> {
    if bytes.len() > LARGEST {
        return None;
    }
    let project = Project::load(vec![SourceFile::new(path, kind, bytes.to_vec())], &|_| Environment::Production);
    let document = &project.documents[0];
    document.content();
    document.dockerfile();
    assert!(!document.is_panicked(), "the parser failed");
    Some(project)
}

/// Every rule, which is what the pedantic profile runs.
pub fn judge(project: &Project) -> Vec<Finding> {
    let rules: Vec<&'static Rule> = REGISTRY.iter().collect();
    let judgement = rules::judge(project, &rules);
    assert!(judgement.failures.is_empty(), "rules failed: {:?}", judgement.failures);
    judgement.findings
}

/// Every span of a finding can be shown, and every fix can be made.
pub fn check_finding(project: &Project, finding: &Finding) {
    let inside = |file: FileId, start: usize, end: usize| {
        let text = project.document(file).source.text();
        assert!(start <= end && text.get(start..end).is_some(), "{finding:?}");
    };
    let edits = finding.fix.iter().flat_map(|fix| &fix.edits);
    inside(finding.primary.file, finding.primary.span.start(), finding.primary.span.end());
    for related in &finding.related {
        inside(related.location.file, related.location.span.start(), related.location.span.end());
    }
    let mut at = (FileId(0), 0);
    for edit in edits {
        inside(edit.file, edit.span.start(), edit.span.end());
        assert!(edit.file != at.0 || edit.span.start() >= at.1, "edits overlap: {finding:?}");
        at = (edit.file, edit.span.end());
    }
}

/// Writes the outcome in every format.
pub fn render(project: &Project, outcome: &Outcome) {
    let run = Run {
        project,
        registry: &REGISTRY,
        outcome,
        fail_on: FailOn::Never,
        statistics: false,
        verbosity: Verbosity::Verbose,
        style: Style::plain(),
        record: None,
        checklist: None,
        comparison: None,
    };
    for format in FORMATS {
        let mut out = Vec::new();
        report::write(format, &run, &mut out).expect("memory takes all");
        assert!(std::str::from_utf8(&out).is_ok(), "{format:?} is not UTF-8");
    }
}
