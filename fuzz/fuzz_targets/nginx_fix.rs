//! All fixes of a configuration together, the unsafe ones too: they come to rest, a file that parsed still does, and a second run has nothing to do.
#![no_main]

use libfuzzer_sys::fuzz_target;
use shipworthy::finding::Applicability;
use shipworthy::fix::{ByRules, Judge, Outcome, Request, fix, patch};
use shipworthy::nginx::syntax::parse;
use shipworthy::project::Project;
use shipworthy::rules::Registry;
use shipworthy::source::{FileId, Kind};
use shipworthy::triage::Settings;
use shipworthy_fuzz::project_of;

fn run(project: &Project, registry: &Registry, settings: &Settings) -> Outcome {
    let judge = ByRules::new(project, registry, settings);
    fix(judge.judge(&[]), &judge, &Request { least: Applicability::Unsafe, ..Request::default() })
}

/// What nginx's reader refuses.
fn refused(project: &Project) -> usize {
    parse(project.document(FileId(0)).source.text()).problems.len()
}

fuzz_target!(|bytes: &[u8]| {
    let Some(before) = project_of(Kind::Nginx, "nginx.conf", bytes) else { return };
    let (registry, settings) = (Registry::embedded(), Settings::everything());
    let outcome = run(&before, &registry, &settings);
    assert!(outcome.converged, "fixes undo each other");
    let Some(file) = outcome.files.first() else { return };
    patch(&outcome.files, false);
    let Some(after) = project_of(Kind::Nginx, "nginx.conf", &file.after) else { return };
    assert!(refused(&after) <= refused(&before), "a fix broke the file");
    let again = run(&after, &registry, &settings);
    assert!(again.files.is_empty(), "a second run changes the file again");
});
