//! All fixes together, the unsafe ones too: they come to rest, a file that parsed still does, and a second run has nothing to do.
#![no_main]

use libfuzzer_sys::fuzz_target;
use shipworthy::dockerfile::syntax::{ProblemStage, parse};
use shipworthy::finding::Applicability;
use shipworthy::fix::{ByRules, Judge, Outcome, Request, fix, patch};
use shipworthy::project::Project;
use shipworthy::rules::Registry;
use shipworthy::source::FileId;
use shipworthy::triage::Settings;
use shipworthy_fuzz::project;

fn run(project: &Project, registry: &Registry, settings: &Settings) -> Outcome {
    let judge = ByRules::new(project, registry, settings);
    fix(judge.judge(&[]), &judge, &Request { least: Applicability::Unsafe, ..Request::default() })
}

/// What BuildKit's parser refuses.
fn refused(project: &Project) -> usize {
    let problems = parse(project.document(FileId(0)).source.text()).problems;
    problems.iter().filter(|problem| problem.stage == ProblemStage::Parse).count()
}

fuzz_target!(|bytes: &[u8]| {
    let Some(before) = project(bytes) else { return };
    let (registry, settings) = (Registry::embedded(), Settings::everything());
    let outcome = run(&before, &registry, &settings);
    assert!(outcome.converged, "fixes undo each other");
    let Some(file) = outcome.files.first() else { return };
    patch(&outcome.files, false);
    let Some(after) = project(&file.after) else { return };
    assert!(refused(&after) <= refused(&before), "a fix broke the file");
    let again = run(&after, &registry, &settings);
    assert!(again.files.is_empty(), "a second run changes the file again");
});
