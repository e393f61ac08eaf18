//! What fixes do to compose projects: each changes what it speaks of and nothing else, the project still loads, and no comment is lost.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};

use rayon::prelude::*;
use serde_json::Value;
use shipworthy::finding::{Applicability, Edit, Finding};
use shipworthy::project::environment::guess;
use shipworthy::project::{Project, UnitContent};
use shipworthy::rules::{Registry, Rule};
use shipworthy::source::{Kind, SourceFile, discover};

/// A folder with projects.
struct Folder {
    name: String,
    files: Vec<(PathBuf, Vec<u8>)>,
}

/// Every bad example of a rule that judges compose files, and our own systems.
fn folders() -> Vec<Folder> {
    let mut folders = Vec::new();
    for rule in Registry::embedded().iter() {
        if !matches!(rule.family(), "compose" | "project" | "secret" | "env") {
            continue;
        }
        for (index, example) in rule.examples.iter().enumerate() {
            if let Some(text) = example.bad {
                let main = example.path.unwrap_or(if rule.family() == "env" { ".env" } else { "compose.yaml" });
                let files = example.files.iter().copied().chain([(main, text)]);
                let files = files.map(|(path, text)| (PathBuf::from(path), text.as_bytes().to_vec())).collect();
                folders.push(Folder { name: format!("{} {index}", rule.id), files });
            }
        }
    }
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures");
    for system in ["docker-guide", "eas", "sixty", "teamflow", "uk-bot"] {
        let files = files_below(&root.join(system));
        folders.push(Folder { name: system.to_owned(), files });
    }
    folders
}

fn files_below(root: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    let mut waiting = vec![root.to_owned()];
    let mut files = Vec::new();
    while let Some(folder) = waiting.pop() {
        for entry in fs::read_dir(folder).expect("folders can be listed").flatten() {
            match entry.path() {
                path if path.is_dir() => waiting.push(path),
                path => {
                    files.push((path.strip_prefix(root).expect("it lies below").to_owned(), fs::read(&path).expect("it is ours")))
                }
            }
        }
    }
    files
}

fn load(folder: &Path) -> Project {
    let request = discover::Request {
        paths: vec![folder.to_owned()],
        current_directory: folder.to_owned(),
        ..discover::Request::default()
    };
    let environment = |file: &SourceFile| guess(&file.path).unwrap_or(shipworthy::finding::Environment::Production);
    let mut project = Project::load(discover::discover(&request).files, &environment);
    project.today = jiff::civil::date(2026, 1, 1);
    project
}

/// The canonical form of each compose project, by its root.
fn canonical(project: &Project) -> Vec<(String, Value)> {
    let compose = project.units.iter().filter_map(|unit| match &unit.content {
        UnitContent::Compose(compose) => Some((project.document(unit.root).source.path.clone(), Value::clone(&compose.facts()))),
        UnitContent::Nginx(_) => None,
    });
    compose.collect()
}

/// The pointers at which two values differ, the outermost ones of what was added or removed.
fn differences(before: &Value, after: &Value, at: String, found: &mut BTreeSet<String>) {
    match (before, after) {
        (Value::Object(one), Value::Object(other)) => {
            for key in one.keys().chain(other.keys()) {
                let below = format!("{at}/{}", key.replace('~', "~0").replace('/', "~1"));
                match (one.get(key), other.get(key)) {
                    (Some(one), Some(other)) => differences(one, other, below, found),
                    _ => drop(found.insert(below)),
                }
            }
        }
        (Value::Array(one), Value::Array(other)) if one.len() == other.len() => {
            for (index, (one, other)) in one.iter().zip(other).enumerate() {
                differences(one, other, format!("{at}/{index}"), found);
            }
        }
        _ if before != after => drop(found.insert(at)),
        _ => {}
    }
}

/// `services`, the name of the service, and its attribute.
fn attributes(pointers: &BTreeSet<String>) -> BTreeSet<String> {
    pointers.iter().map(|pointer| pointer.split('/').take(4).collect::<Vec<_>>().join("/")).collect()
}

fn apply(project: &Project, edits: &[Edit]) -> Vec<(String, String)> {
    let mut sorted: Vec<&Edit> = edits.iter().collect();
    sorted.sort();
    sorted.dedup();
    let mut texts: Vec<(String, String)> = Vec::new();
    for edit in sorted.iter().rev() {
        let path = &project.document(edit.file).source.path;
        let at = texts.iter().position(|(known, _)| known == path).unwrap_or_else(|| {
            texts.push((path.clone(), project.document(edit.file).source.text().to_owned()));
            texts.len() - 1
        });
        texts[at].1.replace_range(edit.span.range(), &edit.replacement);
    }
    texts
}

/// Comments of YAML and of env files, but for those behind something in a line: these go with what they stand behind
/// (docs/decisions.md).
fn own_comments(kind: Kind, text: &str) -> Vec<String> {
    match kind {
        Kind::Compose => {
            let comments = shipworthy::yaml::parse(text).comments;
            comments.iter().filter(|comment| comment.own_line).map(|comment| comment.span.slice(text).trim().to_owned()).collect()
        }
        Kind::Env | Kind::Nginx | Kind::Dockerfile => {
            text.lines().map(str::trim).filter(|line| line.starts_with('#')).map(str::to_owned).collect()
        }
        _ => Vec::new(),
    }
}

/// Comments behind something in a line.
fn trailing_comments(kind: Kind, text: &str) -> Vec<String> {
    if kind != Kind::Compose {
        return Vec::new();
    }
    let comments = shipworthy::yaml::parse(text).comments;
    comments.iter().filter(|comment| !comment.own_line).map(|comment| comment.span.slice(text).trim().to_owned()).collect()
}

fn lost(before: Vec<String>, after: &str) -> Vec<String> {
    before.into_iter().filter(|comment| !after.contains(comment.as_str())).collect()
}

/// A fix that takes away whole lines and puts nothing in their place.
fn only_removes(edits: &[Edit]) -> bool {
    edits.iter().all(|edit| edit.replacement.trim().is_empty())
}

fn write(folder: &Path, files: &[(PathBuf, Vec<u8>)]) {
    for (path, content) in files {
        let path = folder.join(path);
        fs::create_dir_all(path.parent().expect("a file has a folder")).expect("folders can be made");
        fs::write(path, content).expect("files can be written");
    }
}

fn rules() -> Vec<&'static Rule> {
    Registry::embedded().iter().collect()
}

#[test]
fn each_fix_changes_what_it_speaks_of_and_keeps_comments() {
    let rules = rules();
    let tried = AtomicUsize::new(0);
    let changing = AtomicUsize::new(0);
    let faults_of = |folder: &Folder| {
        let mut faults = Vec::new();
        let place = tempfile::tempdir().expect("a temporary folder");
        write(place.path(), &folder.files);
        let project = load(place.path());
        let before = canonical(&project);
        let judgement = shipworthy::rules::judge(&project, &rules);
        for finding in &judgement.findings {
            let Some(fix) = finding.fix.as_ref().filter(|fix| fix.applicability > Applicability::Manual) else { continue };
            let texts = apply(&project, &fix.edits);
            tried.fetch_add(1, Ordering::Relaxed);
            for (path, after) in &texts {
                let source =
                    &project.documents.iter().find(|document| document.source.path == *path).expect("it is edited").source;
                let gone = lost(own_comments(source.kind, source.text()), after);
                if !gone.is_empty() {
                    faults.push(format!("{}: {} loses {gone:?}", folder.name, finding.rule));
                }
                let trailing = lost(trailing_comments(source.kind, source.text()), after);
                if !trailing.is_empty() && !only_removes(&fix.edits) {
                    faults.push(format!("{}: {} loses {trailing:?}", folder.name, finding.rule));
                }
            }
            if !texts.iter().any(|(path, _)| is_compose_or_env(&project, path)) {
                continue;
            }
            for (path, after) in &texts {
                fs::write(place.path().join(path), after).expect("files can be written");
            }
            let again = load(place.path());
            let after = canonical(&again);
            changing.fetch_add(usize::from(after != before), Ordering::Relaxed);
            faults.extend(changed_elsewhere(&folder.name, finding, &before, &after));
            for (path, _) in &texts {
                let source =
                    &project.documents.iter().find(|document| document.source.path == *path).expect("it is edited").source;
                fs::write(place.path().join(path), source.bytes()).expect("files can be written");
            }
        }
        faults
    };
    let faults: Vec<String> = folders().par_iter().flat_map_iter(faults_of).collect();
    let (tried, changing) = (tried.into_inner(), changing.into_inner());
    assert!(tried > 300 && changing > 200, "only {tried} fixes, of which {changing} change a project");
    assert!(faults.is_empty(), "{} faults\n{}", faults.len(), faults.join("\n"));
}

fn is_compose_or_env(project: &Project, path: &str) -> bool {
    project.documents.iter().any(|document| document.source.path == path && matches!(document.kind(), Kind::Compose | Kind::Env))
}

/// What one fix changed in projects, where that is more than its finding speaks of: one attribute of one service, else of services that its
/// message names.
fn changed_elsewhere(folder: &str, finding: &Finding, before: &[(String, Value)], after: &[(String, Value)]) -> Vec<String> {
    let mut faults = Vec::new();
    for ((path, before), (_, after)) in before.iter().zip(after) {
        let errors = |form: &Value| form["errors"].as_array().map_or(0, Vec::len);
        if errors(after) > errors(before) {
            faults.push(format!("{folder}: {} breaks {path}: {}", finding.rule, after["errors"]));
            continue;
        }
        let mut found = BTreeSet::new();
        differences(before, after, String::new(), &mut found);
        found.retain(|pointer| pointer.starts_with("/services/"));
        let services: BTreeSet<&str> = found.iter().filter_map(|pointer| pointer.split('/').nth(2)).collect();
        let is_named = |service: &&&str| finding.message.contains(&format!("`{service}`"));
        let foreign: Vec<_> = services.iter().filter(|service| !is_named(service)).collect();
        if services.len() > 1 && foreign.len() > 1 {
            faults.push(format!("{folder}: {} changes {foreign:?} of {path}: {}", finding.rule, finding.message));
        }
        let attributes = attributes(&found);
        let of_one = attributes.len() - services.len();
        if of_one > MOST_ATTRIBUTES {
            faults.push(format!("{folder}: {} changes {attributes:?}", finding.rule));
        }
    }
    faults
}

/// A fix of one service may have to change two of its attributes: `read_only` and `tmpfs`.
const MOST_ATTRIBUTES: usize = 1;

#[test]
fn all_fixes_together_change_what_each_of_them_does() {
    let rules = rules();
    // The first of each rule, so that the test ends in time.
    let folders = folders().into_iter().filter(|folder| !folder.name.contains(' ') || folder.name.ends_with(" 0"));
    let place = tempfile::tempdir().expect("a temporary folder");
    let mut faults = Vec::new();
    let mut files: Vec<(PathBuf, Vec<u8>)> = Vec::new();
    for folder in folders {
        let name = folder.name.replace(['/', ' '], "_");
        // Not side by side, where they might pass for tenants.
        files.extend(folder.files.into_iter().map(|(path, text)| (Path::new(&name).join("deploy").join(&name).join(path), text)));
    }
    write(place.path(), &files);
    let project = load(place.path());
    let before = canonical(&project);
    let output = std::process::Command::new(env!("CARGO_BIN_EXE_shipworthy"))
        .args(["fix", "--isolated", "--profile", "pedantic", "--unsafe-fixes", "--exit-zero", "-q", "--today", "2026-01-01", "."])
        .current_dir(place.path())
        .output()
        .expect("the binary runs");
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    let after = canonical(&load(place.path()));
    let spoken: BTreeSet<String> = shipworthy::rules::judge(&project, &rules)
        .findings
        .iter()
        .flat_map(|finding| finding.message.split('`').skip(1).step_by(2).map(str::to_owned).collect::<Vec<_>>())
        .collect();
    let mut changed = 0;
    for ((path, before), (_, after)) in before.iter().zip(&after) {
        let errors = |form: &Value| form["errors"].as_array().map_or(0, Vec::len);
        if errors(after) > errors(before) {
            faults.push(format!("{path} does not load any more: {}", after["errors"]));
        }
        let mut found = BTreeSet::new();
        differences(before, after, String::new(), &mut found);
        changed += found.len();
        for pointer in attributes(&found).iter().filter(|pointer| pointer.starts_with("/services/")) {
            let service = pointer.split('/').nth(2).unwrap_or_default();
            if !spoken.contains(service) {
                faults.push(format!("{pointer} of {path} changed, and nobody spoke of it"));
            }
        }
    }
    for (path, content) in &files {
        let text = String::from_utf8_lossy(content);
        let document = project.documents.iter().find(|document| Path::new(&document.source.path) == path);
        let Some(kind) = document.map(|document| document.kind()) else { continue };
        let fixed = fs::read_to_string(place.path().join(path)).unwrap_or_default();
        let gone = lost(own_comments(kind, &text), &fixed);
        if !gone.is_empty() {
            faults.push(format!("{} lost {gone:?}", path.display()));
        }
    }
    assert!(changed > 500, "only {changed} values changed");
    assert!(faults.is_empty(), "{} faults\n{}", faults.len(), faults.join("\n"));
}
