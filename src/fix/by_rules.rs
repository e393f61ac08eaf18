//! The judge of real runs: the rules of the settings, with what is suppressed left out.

use std::cell::RefCell;
use std::rc::Rc;
use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHashSet};

use super::prove::{Judge, Judgement};
use crate::finding::{Finding, Profile};
use crate::project::{Document, Project, groups};
use crate::rules::{self, Registry, Rule};
use crate::source::FileId;
use crate::triage::{self, Settings};

/// Judges a project as `check` would, with files replaced. A trial changes few files, and a search for the culprit comes back to
/// the same contents: what was said about a file is kept, and said again as long as it hangs on no other file.
pub struct ByRules<'a> {
    project: &'a Project,
    registry: &'a Registry,
    settings: &'a Settings,
    /// Those that are to be fixed and those of the default profile: both are judged in one pass.
    rules: Vec<&'static Rule>,
    selected: FxHashSet<&'static str>,
    default: FxHashSet<&'static str>,
    /// Of each file what it was when it was read, then the latest other contents, the oldest first.
    known: RefCell<FxHashMap<FileId, Vec<Rc<Known>>>>,
}

/// A file with certain contents, and what there is to say about it.
struct Known {
    document: Arc<Document>,
    findings: Vec<Finding>,
    default_findings: Vec<Finding>,
    failed: bool,
    /// A rule looked at other files: what it said holds only beside these.
    linked: bool,
}

/// How many contents of a file are kept: its settled ones and the two halves of a search.
const CONTENTS_KEPT: usize = 4;

impl<'a> ByRules<'a> {
    pub fn new(project: &'a Project, registry: &'a Registry, settings: &'a Settings) -> Self {
        let mut rules = settings.rules(registry);
        let selected: FxHashSet<_> = rules.iter().map(|rule| rule.id).collect();
        let default: Vec<_> = registry.iter().filter(|rule| rule.profile == Profile::Default || rule.mandatory).collect();
        rules.extend(default.iter().filter(|rule| !selected.contains(rule.id)));
        // How tenants differ hangs on the fixes of the others, which a search for the culprit takes apart: no fix answers for it.
        let default = default.iter().filter(|rule| rule.subject != "fleet").map(|rule| rule.id).collect();
        Self { project, registry, settings, rules, selected, default, known: RefCell::default() }
    }

    /// The project with the contents in place, and what is known of each of its files.
    fn place(&self, replaced: &[(FileId, Vec<u8>)]) -> (Project, Vec<Option<Rc<Known>>>) {
        let known = self.known.borrow();
        let first = |document: &Arc<Document>| known.get(&document.file).and_then(|contents| contents.first()).cloned();
        let mut judged: Vec<Option<Rc<Known>>> = self.project.documents.iter().map(first).collect();
        let mut unknown = Vec::new();
        let mut found = Vec::new();
        for (file, bytes) in replaced {
            let contents = known.get(file).into_iter().flatten();
            let same = contents.into_iter().find(|known| known.document.source.bytes() == bytes).cloned();
            match &same {
                Some(same) => found.push(Arc::clone(&same.document)),
                None => unknown.push((*file, bytes.clone())),
            }
            judged[file.index()] = same;
        }
        (self.project.replaced(&unknown, found), judged)
    }

    /// Judges some files of a project.
    fn judge_files(&self, project: &Project, files: &[FileId]) -> Vec<Rc<Known>> {
        let judged = rules::judge_files(project, &self.rules, files);
        let mut known: FxHashMap<FileId, Known> = FxHashMap::default();
        for file in files {
            let document = Arc::clone(&project.documents[file.index()]);
            let linked = judged.linked.contains(file);
            let failed = judged.failures.iter().any(|failure| failure.file == *file);
            known.insert(*file, Known { document, findings: Vec::new(), default_findings: Vec::new(), failed, linked });
        }
        let is_default = |finding: &&Finding| self.default.contains(finding.rule);
        for finding in judged.findings.iter().filter(is_default) {
            if let Some(known) = known.get_mut(&finding.primary.file) {
                known.default_findings.push(finding.clone());
            }
        }
        let selected = judged.findings.into_iter().filter(|finding| self.selected.contains(finding.rule)).collect();
        let outcome = triage::triage(project, self.registry, selected, self.settings);
        for judged in outcome.findings {
            // What is said about the comments of the other files is known.
            if let Some(known) = known.get_mut(&judged.finding.primary.file) {
                known.findings.push(*judged.finding);
            }
        }
        files.iter().filter_map(|file| known.remove(file)).map(Rc::new).collect()
    }

    fn keep(&self, known: &Rc<Known>) {
        let mut all = self.known.borrow_mut();
        let contents = all.entry(known.document.file).or_default();
        contents.retain(|other| !Arc::ptr_eq(&other.document, &known.document));
        let is_first = Arc::ptr_eq(&known.document, &self.project.documents[known.document.file.index()]);
        if contents.len() == CONTENTS_KEPT {
            contents.remove(1);
        }
        contents.insert(if is_first { 0 } else { contents.len() }, Rc::clone(known));
    }
}

impl Judge for ByRules<'_> {
    fn judge(&self, replaced: &[(FileId, Vec<u8>)]) -> Judgement {
        let (project, mut judged) = self.place(replaced);
        let groups = groups(&project.units, project.documents.len());
        let changed: FxHashSet<usize> = replaced.iter().filter_map(|(file, _)| groups[file.index()]).collect();
        let in_changed = |file: FileId| groups[file.index()].is_some_and(|group| changed.contains(&group));
        let is_open = |document: &Document, known: &Option<Rc<Known>>| {
            in_changed(document.file) || known.as_ref().is_none_or(|known| known.linked)
        };
        let mut open: Vec<FileId> = Vec::new();
        let mut open_groups: FxHashSet<usize> = FxHashSet::default();
        for (document, _) in project.documents.iter().zip(&judged).filter(|(document, known)| is_open(document, known)) {
            open.push(document.file);
            open_groups.extend(groups[document.file.index()]);
        }
        // What is said of one file of a unit hangs on all of them.
        let beside = |file: &FileId| groups[file.index()].is_some_and(|group| open_groups.contains(&group));
        open.extend(project.documents.iter().map(|document| document.file).filter(beside));
        open.sort_unstable();
        open.dedup();
        for known in self.judge_files(&project, &open) {
            // Beside other contents of its unit the same file would be judged otherwise.
            if !in_changed(known.document.file) {
                self.keep(&known);
            }
            let index = known.document.file.index();
            judged[index] = Some(known);
        }
        let mut judgement = Judgement { project, ..Judgement::default() };
        for known in judged.iter().flatten() {
            judgement.findings.extend_from_slice(&known.findings);
            judgement.default_findings.extend_from_slice(&known.default_findings);
            judgement.failed.extend(known.failed.then_some(known.document.file));
        }
        judgement
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::Environment;
    use crate::source::{Kind, SourceFile};

    #[test]
    fn what_is_known_is_what_would_be_said_again() {
        let file = |path: &str| SourceFile::new(path, Kind::Dockerfile, b"FROM debian:12\nRUN sudo true\n".to_vec());
        let project = Project::load(vec![file("a/Dockerfile"), file("b/Dockerfile")], &|_| Environment::Production);
        let (registry, settings) = (Registry::embedded(), Settings::everything());
        let judge = ByRules::new(&project, &registry, &settings);
        let other = |text: &str| vec![(FileId(1), text.as_bytes().to_vec())];
        let trials = [
            Vec::new(),
            other("FROM debian:12\nRUN true\n"),
            other("FROM debian:12\nRUN true\n"),
            other("FROM debian:12\n# shipworthy: ignore[dockerfile/sudo] it is needed\nRUN sudo sudo true\n"),
            other("RUN"),
            other("FROM a\nRUN b\n"),
            other("FROM b\nRUN sudo b\n"),
            other("FROM debian:12\nRUN true\n"),
            other("FROM debian:12\nRUN sudo true\n"),
            Vec::new(),
        ];
        for replaced in trials {
            let anew = ByRules::new(&project, &registry, &settings).judge(&replaced);
            let again = judge.judge(&replaced);
            assert_eq!((&again.findings, &again.default_findings), (&anew.findings, &anew.default_findings));
            let texts = |judgement: &Judgement| -> Vec<String> {
                judgement.project.documents.iter().map(|document| document.source.text().to_owned()).collect()
            };
            assert_eq!(texts(&again), texts(&anew));
        }
        assert!(judge.known.borrow().values().all(|contents| contents.len() <= CONTENTS_KEPT));
    }

    #[test]
    fn what_is_said_of_fleets_stands_in_no_way() {
        let tenant = |name: &str| {
            let text =
                format!("services:\n  web:\n    image: example.org/web:1\n    container_name: {name}\n    ports: [\"80:80\"]\n");
            SourceFile::new(format!("customers/{name}/compose.yaml"), Kind::Compose, text.into_bytes())
        };
        let project = Project::load(["acme", "globex", "initech"].map(tenant).into(), &|_| Environment::Production);
        let (registry, settings) = (Registry::embedded(), Settings::everything());
        let judgement = ByRules::new(&project, &registry, &settings).judge(&[]);
        let says = |findings: &[Finding]| findings.iter().any(|finding| finding.rule == "project/host-port-collision");
        assert!(says(&judgement.findings) && !says(&judgement.default_findings));
    }
}
