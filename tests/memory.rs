//! What a run gives back while it judges, and that it says the same as one that keeps all.

use std::borrow::Borrow;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Weak};

use shipworthy::dockerfile::model::Dockerfile;
use shipworthy::finding::{Environment, Finding};
use shipworthy::project::{Project, UnitContent};
use shipworthy::rules::{self, Afterwards, Registry, Rule};
use shipworthy::source::discover::{Request, discover};
use shipworthy::source::{FileId, Location};

const SYSTEMS: [&str; 5] = ["docker-guide", "eas", "sixty", "teamflow", "uk-bot"];

fn read(system: &str) -> Project {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures").join(system);
    let request = Request { paths: vec![PathBuf::from(".")], current_directory: folder, ..Request::default() };
    let mut project = Project::load(discover(&request).files, &|_| Environment::Production);
    project.today = jiff::civil::date(2026, 11, 20);
    project
}

fn rules() -> Vec<&'static Rule> {
    Registry::embedded().iter().collect()
}

/// In one order and with paths for the numbers of files, which hang on which thread was first.
fn told<F: Borrow<Finding>>(project: &Project, findings: &[F]) -> Vec<String> {
    let path = |file: FileId| project.document(file).source.path.as_str();
    let place = |place: Location| format!("{}:{:?}", path(place.file), place.span);
    let tell = |finding: &Finding| {
        let Finding { rule, severity, message, primary, related, aliases, fix, .. } = finding;
        let related: Vec<String> =
            related.iter().map(|related| format!("{} {}", place(related.location), related.label)).collect();
        let edits = fix.iter().flat_map(|fix| &fix.edits);
        let edits: Vec<String> =
            edits.map(|edit| format!("{}:{:?} {:?}", path(edit.file), edit.span, edit.replacement)).collect();
        format!("{} {rule} {severity} {message} {related:?} {aliases:?} {edits:?}", place(*primary))
    };
    let mut told: Vec<String> = findings.iter().map(Borrow::borrow).map(tell).collect();
    told.sort();
    told
}

fn read_dockerfiles(project: &Project) -> Vec<Weak<Dockerfile>> {
    project.documents.iter().filter_map(|document| document.dockerfile()).map(|read| Arc::downgrade(&read)).collect()
}

#[test]
fn nothing_is_lost_by_giving_back() {
    for system in SYSTEMS {
        let project = read(system);
        let kept = told(&project, &rules::judge(&project, &rules()).findings);
        assert!(!kept.is_empty(), "{system}");
        for afterwards in [Afterwards::Anything, Afterwards::Texts] {
            let mut project = read(system);
            let findings = rules::judge_once(&mut project, &rules(), afterwards).findings;
            assert_eq!(told(&project, &findings), kept, "{system}, {afterwards:?}");
            // Who asks afterwards has it read again, and is told the same.
            if afterwards == Afterwards::Anything {
                assert_eq!(told(&project, &rules::judge(&project, &rules()).findings), kept, "{system}, again");
            }
        }
    }
}

#[test]
fn dockerfiles_are_given_back_when_they_were_judged() {
    let mut seen = 0;
    for system in SYSTEMS {
        let mut project = read(system);
        let before = read_dockerfiles(&project);
        seen += before.len();
        assert!(before.iter().all(|read| read.upgrade().is_some()), "{system}: nobody is done with them yet");
        rules::judge_once(&mut project, &rules(), Afterwards::Anything);
        assert!(before.iter().all(|read| read.upgrade().is_none()), "{system}");
    }
    assert!(seen > 10);
}

#[test]
fn facts_are_given_back_with_their_project() {
    let facts = |project: &Project| -> Vec<Weak<serde_json::Value>> {
        let units = project.units.iter();
        let compose = units.filter_map(|unit| match &unit.content {
            UnitContent::Compose(compose) => Some(Arc::downgrade(&compose.facts())),
            UnitContent::Nginx(_) => None,
        });
        compose.collect()
    };
    let mut project = read("sixty");
    let before = facts(&project);
    assert!(before.len() > 3 && before.iter().all(|facts| facts.upgrade().is_some()));
    let nginx = project.units.len() - before.len();
    rules::judge_once(&mut project, &rules(), Afterwards::Anything);
    assert!(before.iter().all(|facts| facts.upgrade().is_none()));
    assert_eq!(project.units.len(), nginx + before.len());
    rules::judge_once(&mut project, &rules(), Afterwards::Texts);
    assert_eq!(project.units.len(), nginx);
    assert!(facts(&project).is_empty());
}

#[test]
fn judging_without_giving_back_keeps_all() {
    let project = read("teamflow");
    let before = read_dockerfiles(&project);
    rules::judge(&project, &rules());
    assert!(!before.is_empty() && before.iter().all(|read| read.upgrade().is_some()));
}
