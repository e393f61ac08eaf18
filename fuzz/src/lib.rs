//! What the targets share: a project of one Dockerfile, and what must hold for what is said about it.

use shipworthy::finding::{Environment, Finding};
use shipworthy::project::{Content, Project};
use shipworthy::report::{self, Format, Run, Style, Verbosity};
use shipworthy::rules::{self, Registry, Rule};
use shipworthy::source::{FileId, Kind, SourceFile};
use shipworthy::triage::{FailOn, Outcome};

#[path = "../../tests/common/dockerfile_tree.rs"]
pub mod dockerfile_tree;
#[path = "../../tests/common/nginx_tree.rs"]
pub mod nginx_tree;

/// Larger inputs find nothing that smaller ones do not.
const LARGEST: usize = 16 << 10;

/// The bytes as the only Dockerfile of a project; `None` when there are too many.
pub fn project(bytes: &[u8]) -> Option<Project> {
    project_of(Kind::Dockerfile, "Dockerfile", bytes)
}

/// The bytes as the only file of a project; `None` when there are too many.
pub fn project_of(kind: Kind, path: &str, bytes: &[u8]) -> Option<Project> {
    if bytes.len() > LARGEST {
        return None;
    }
    let project = Project::load(vec![SourceFile::new(path, kind, bytes.to_vec())], &|_| Environment::Production);
    assert!(!matches!(project.documents[0].content, Content::Panicked), "the parser failed");
    Some(project)
}

/// Every rule, which is what the pedantic profile runs.
pub fn judge(project: &Project, registry: &Registry) -> Vec<Finding> {
    let rules: Vec<&'static Rule> = registry.iter().collect();
    let judgement = rules::judge(project, &rules);
    assert!(judgement.failures.is_empty(), "rules failed: {:?}", judgement.failures);
    judgement.findings
}

/// Every span of a finding can be shown, and every fix can be made.
pub fn check_finding(project: &Project, finding: &Finding) {
    let text = project.document(FileId(0)).source.text();
    let edits = finding.fix.iter().flat_map(|fix| &fix.edits);
    let spans = finding.related.iter().map(|related| related.location.span).chain(edits.clone().map(|edit| edit.span));
    for span in spans.chain([finding.primary.span]) {
        assert!(span.start() <= span.end() && span.end() <= text.len(), "{finding:?}");
        assert!(text.is_char_boundary(span.start()) && text.is_char_boundary(span.end()), "{finding:?}");
    }
    let mut at = 0;
    for edit in edits {
        assert!(edit.span.start() >= at, "edits overlap: {finding:?}");
        at = edit.span.end();
    }
}

/// Writes the outcome in every format.
pub fn render(project: &Project, registry: &Registry, outcome: &Outcome) {
    let run = Run {
        project,
        registry,
        outcome,
        fail_on: FailOn::Never,
        statistics: false,
        verbosity: Verbosity::Verbose,
        style: Style::plain(),
    };
    for format in [Format::Full, Format::Concise, Format::Json, Format::Jsonl, Format::Sarif, Format::Github] {
        let mut out = Vec::new();
        report::write(format, &run, &mut out).expect("memory takes all");
        assert!(std::str::from_utf8(&out).is_ok(), "{format:?} is not UTF-8");
    }
}
