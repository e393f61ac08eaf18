//! All fixes of a file together: they come to rest, what parsed still does, nothing of the default profile is new, comments
//! stay, and a second run has nothing to do.

use std::collections::BTreeMap;

use shipworthy::finding::{Applicability, Finding};
use shipworthy::fix::{ByRules, Judge, Outcome, Request, fix, patch};
use shipworthy::project::Project;
use shipworthy::source::{FileId, Kind};
use shipworthy::triage::Settings;

use super::judged::{REGISTRY, check_finding, project_of};

/// What differs between kinds of files.
pub struct Subject {
    pub kind: Kind,
    pub path: &'static str,
    /// How many things the reader of the kind refuses.
    pub refused: fn(&str) -> usize,
    /// The comments in lines of their own.
    pub comments: fn(&str) -> Vec<String>,
}

impl Subject {
    pub fn check(&self, bytes: &[u8]) {
        let least = [Applicability::Safe, Applicability::Unsafe][bytes.iter().filter(|byte| **byte == b' ').count() % 2];
        let Some(before) = project_of(self.kind, self.path, bytes) else { return };
        let settings = Settings::everything();
        let judge = ByRules::new(&before, &REGISTRY, &settings);
        let first = judge.judge(&[]);
        first.findings.iter().for_each(|finding| check_finding(&before, finding));
        let counted = by_rule(&first.default_findings);
        let outcome = fix(first, &judge, &Request { least, ..Request::default() });
        assert!(outcome.converged, "fixes undo each other");
        let Some(file) = outcome.files.first() else { return };
        patch(&outcome.files, false);
        for (rule, count) in by_rule(&outcome.last.default_findings) {
            assert!(count <= counted.get(rule).copied().unwrap_or_default(), "the fixes bring {rule}");
        }
        let Some(after) = project_of(self.kind, self.path, &file.after) else { return };
        let (text, fixed) = (text(&before), text(&after));
        assert!((self.refused)(fixed) <= (self.refused)(text), "a fix broke the file");
        if least == Applicability::Safe {
            let mut left = (self.comments)(fixed);
            for comment in (self.comments)(text) {
                let found = left.iter().position(|other| *other == comment);
                left.swap_remove(found.unwrap_or_else(|| panic!("{comment:?} is gone")));
            }
        }
        assert!(run(&after, &settings, least).files.is_empty(), "a second run changes the file again");
    }
}

fn run(project: &Project, settings: &Settings, least: Applicability) -> Outcome {
    let judge = ByRules::new(project, &REGISTRY, settings);
    fix(judge.judge(&[]), &judge, &Request { least, ..Request::default() })
}

fn text(project: &Project) -> &str {
    project.document(FileId(0)).source.text()
}

fn by_rule(findings: &[Finding]) -> BTreeMap<&'static str, usize> {
    let mut counts = BTreeMap::new();
    for finding in findings {
        *counts.entry(finding.rule).or_default() += 1;
    }
    counts
}
