//! Walks the rule documents: every bad example fires where it is marked, every good one is silent, every fix of a bad one is
//! right and leaves nothing to find, and every document fits its schema.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use shipworthy::config::{Config, Overrides, Policy};
use shipworthy::finding::{Applicability, Environment, Finding};
use shipworthy::project::Project;
use shipworthy::project::environment::guess;
use shipworthy::rules::rule::Example;
use shipworthy::rules::{Registry, Rule};
use shipworthy::source::{FileId, Kind, SourceFile, discover};

fn registry() -> Registry {
    Registry::embedded()
}

/// The project of an example, its main file, and what the rule says of it.
struct Judged {
    project: Project,
    file: FileId,
    findings: Vec<Finding>,
}

impl Judged {
    fn of(rule: &'static Rule, example: &Example, text: &str) -> Self {
        let main = example.path.unwrap_or(match rule.family() {
            "compose" | "project" => "compose.yaml",
            "nginx" => "nginx.conf",
            "env" => ".env",
            "container" | "image" => "engine.json",
            _ => "Dockerfile",
        });
        let folder = tempfile::tempdir().expect("a temporary folder");
        for (path, content) in example.files.iter().copied().chain([(main, text)]) {
            let path = folder.path().join(path);
            fs::create_dir_all(path.parent().expect("a file has a folder")).expect("folders can be made");
            fs::write(&path, content).expect("files can be written");
            // As most people's umask has it, whatever that of the test is.
            #[cfg(unix)]
            fs::set_permissions(&path, std::os::unix::fs::PermissionsExt::from_mode(0o644)).expect("it is ours");
        }
        let request = discover::Request {
            paths: vec![folder.path().to_owned()],
            current_directory: folder.path().to_owned(),
            ..discover::Request::default()
        };
        let environment = |file: &SourceFile| guess(&file.path).unwrap_or(Environment::Production);
        let mut files = discover::discover(&request).files;
        if main == "engine.json" {
            files.push(SourceFile::new(main, Kind::Snapshot, text.as_bytes().to_vec()));
        }
        let mut project = Project::load(files, &environment);
        // Fixed, so that dates in examples do not age.
        project.today = jiff::civil::date(2026, 1, 1);
        if example.files.iter().map(|(path, _)| *path).chain([main]).any(|path| path == "shipworthy.toml") {
            let config =
                Config::load(&folder.path().join("shipworthy.toml"), folder.path()).expect("the configuration can be read");
            let policy = Arc::new(Policy::of(&config, &Overrides::default()).expect("the policy is right"));
            project.set_policies(&|_| Arc::clone(&policy));
        }
        let document = project.documents.iter().find(|document| document.source.path.ends_with(main));
        let file = document.unwrap_or_else(|| panic!("{}: {main} is of no kind", rule.id)).file;
        let findings = if rule.subject == "suppression" {
            let everything: Vec<_> = registry().iter().collect();
            let found = shipworthy::rules::judge(&project, &everything).findings;
            let settings = shipworthy::triage::Settings::everything();
            let outcome = shipworthy::triage::triage(&project, &registry(), found, &settings);
            outcome.findings.into_iter().map(|judged| *judged.finding).filter(|finding| finding.rule == rule.id).collect()
        } else {
            let judgement = shipworthy::rules::judge(&project, &[rule]);
            assert!(judgement.failures.is_empty(), "{} panics on an example", rule.id);
            judgement.findings
        };
        Self { project, file, findings }
    }

    fn lines(&self) -> Vec<usize> {
        let source = &self.project.document(self.file).source;
        let here = self.findings.iter().filter(|finding| finding.primary.file == self.file);
        let mut lines: Vec<usize> = here.map(|finding| source.line(finding.primary.span.start())).collect();
        lines.sort_unstable();
        lines.dedup();
        lines
    }

    /// The main file with every fix applied that may be, as `fix --unsafe-fixes` would for this rule alone.
    fn fixed(&self, rule: &Rule) -> String {
        let applicable =
            |finding: &'_ &Finding| finding.fix.as_ref().is_some_and(|fix| fix.applicability > Applicability::Manual);
        let fixes = self.findings.iter().filter(applicable).filter_map(|finding| finding.fix.as_ref());
        let mut edits: Vec<_> = fixes.flat_map(|fix| fix.edits.iter().filter(|edit| edit.file == self.file)).collect();
        edits.sort();
        edits.dedup();
        for pair in edits.windows(2) {
            assert!(pair[0].span.end <= pair[1].span.start, "{}: fixes of one example overlap", rule.id);
        }
        let mut text = self.project.document(self.file).source.text().to_owned();
        for edit in edits.iter().rev() {
            text.replace_range(edit.span.range(), &edit.replacement);
        }
        text
    }
}

/// Every example with a text, and what is wrong with it.
fn wrong(text: impl Fn(&Example) -> Option<&'static str>, fault: impl Fn(&'static Rule, &Example, &Judged) -> Option<String>) {
    let mut faults = Vec::new();
    for rule in registry().iter().filter(|rule| rule.is_available()) {
        for example in rule.examples {
            if let Some(text) = text(example) {
                let judged = Judged::of(rule, example, text);
                faults.extend(fault(rule, example, &judged).map(|fault| format!("{}: {fault}\nin\n{text}", rule.id)));
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn bad_examples_fire_where_marked() {
    wrong(
        |example| example.bad,
        |_, example, judged| {
            let lines = judged.lines();
            (lines != example.lines).then(|| format!("marked {:?}, found {lines:?}", example.lines))
        },
    );
}

#[test]
fn messages_have_a_value_for_every_name() {
    wrong(
        |example| example.bad,
        |rule, _, judged| {
            let templates = rule.variants.iter().filter_map(|variant| variant.message).chain([rule.message]);
            let names: Vec<&str> = templates.flat_map(placeholders).collect();
            let unfilled =
                |finding: &Finding| names.iter().find(|name| finding.message.contains(&format!("{{{name}}}"))).copied();
            judged.findings.iter().find_map(unfilled).map(|name| format!("`{{{name}}}` has no value"))
        },
    );
}

fn placeholders(template: &str) -> impl Iterator<Item = &str> {
    template.split('{').skip(1).filter_map(|rest| rest.split_once('}').map(|(name, _)| name))
}

#[test]
fn good_examples_are_silent() {
    wrong(
        |example| example.good,
        |_, _, judged| {
            let lines = judged.lines();
            (!judged.findings.is_empty()).then(|| format!("fires on lines {lines:?}"))
        },
    );
}

#[test]
fn fixes_give_what_is_marked() {
    wrong(
        |example| example.bad,
        |rule, example, judged| {
            let marked = example.fixed.or(example.bad).unwrap_or_default();
            let fixed = judged.fixed(rule);
            (fixed != marked).then(|| format!("the fix gives\n{fixed}\nnot\n{marked}"))
        },
    );
}

#[test]
fn fixed_examples_have_nothing_left_to_fix() {
    wrong(
        |example| example.fixed,
        |_, _, judged| {
            let lines = judged.lines();
            judged
                .findings
                .iter()
                .any(|finding| finding.fix.is_some())
                .then(|| format!("a fix is offered again, lines {lines:?}"))
        },
    );
}

/// What a rule says must not depend on the newline of the file.
#[test]
fn examples_hold_with_carriage_returns() {
    let mut faults = Vec::new();
    for rule in registry().iter().filter(|rule| rule.subject != "suppression" && rule.is_available()) {
        for example in rule.examples {
            let Some(bad) = example.bad.filter(|bad| !bad.contains('\r')) else { continue };
            let judged = Judged::of(rule, example, &bad.replace('\n', "\r\n"));
            let fixed = judged.fixed(rule).replace("\r\n", "\n");
            if judged.lines() != example.lines || fixed != example.fixed.unwrap_or(bad) {
                faults.push(format!("{}: with CRLF lines {:?}, fixed to\n{fixed}", rule.id, judged.lines()));
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

/// What an editor offers: a comment after which the finding is gone, on a line of its own or in a comment that is there.
#[test]
fn every_finding_can_be_silenced_where_it_is() {
    let silenceable = |rule: &Rule| !rule.mandatory && !matches!(rule.family(), "suppression" | "container" | "image");
    wrong(
        |example| example.bad,
        |rule, example, judged| {
            let document = judged.project.document(judged.file);
            let shown = |judged: &Judged| {
                let settings = shipworthy::triage::Settings::everything();
                let outcome = shipworthy::triage::triage(&judged.project, &registry(), judged.findings.clone(), &settings);
                let here = outcome.findings.into_iter().map(|judged| judged.finding);
                here.filter(|finding| finding.rule == rule.id && finding.primary.file == judged.file).collect::<Vec<_>>()
            };
            // Neither a snapshot nor JSON has a place for comments.
            if !silenceable(rule) || document.kind() == Kind::Snapshot || document.source.path.ends_with(".json") {
                return None;
            }
            let before = shown(judged);
            for finding in &before {
                let Some(edit) = shipworthy::triage::ignore(document, finding) else {
                    return Some(format!("line {} cannot be silenced", document.source.line(finding.primary.span.start())));
                };
                let mut text = document.source.text().to_owned();
                text.replace_range(edit.span.range(), &edit.replacement);
                let after = Judged::of(rule, example, &text);
                if shown(&after).len() >= before.len() {
                    return Some(format!("not silenced by\n{text}"));
                }
            }
            None
        },
    );
}

#[test]
fn every_document_fits_its_schema() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let schema = fs::read_to_string(root.join("schemas/rule.schema.json")).expect("the schema is there");
    let schema = serde_json::from_str(&schema).expect("the schema is JSON");
    let validator = jsonschema::validator_for(&schema).expect("the schema is a schema");
    let mut faults = Vec::new();
    for path in documents(&root.join("rules")) {
        let text = fs::read_to_string(&path).expect("documents can be read");
        let stream = shipworthy::yaml::parse(&text);
        let tree = &stream.documents[0];
        let json = tree.to_json(tree.root.expect("no document is empty")).expect("no document is a bomb");
        faults
            .extend(validator.iter_errors(&json).map(|error| format!("{}: {}: {error}", path.display(), error.instance_path())));
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn every_rule_shows_bad_and_good() {
    for rule in registry().iter() {
        let bad = rule.examples.iter().any(|example| example.bad.is_some());
        let good = rule.examples.iter().any(|example| example.good.is_some());
        assert!(bad && good, "{} needs an example of each: bad and good", rule.id);
        if rule.fix_safety().is_some_and(|safety| safety > Applicability::Manual) {
            assert!(rule.examples.iter().any(|example| example.fixed.is_some()), "{} shows no fix", rule.id);
        }
    }
}

#[test]
fn ids_are_unique_and_sorted() {
    let ids: Vec<_> = registry().iter().map(|rule| rule.id).collect();
    assert!(ids.is_sorted_by(|a, b| a < b), "{ids:?}");
}

fn documents(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).expect("rules/ can be read").flatten() {
        let path = entry.path();
        if path.is_dir() {
            if !["catalog", "checklists"].iter().any(|name| path.ends_with(name)) {
                found.extend(documents(&path));
            }
        } else if path.extension().is_some_and(|extension| extension == "yaml") {
            found.push(path);
        }
    }
    found
}
