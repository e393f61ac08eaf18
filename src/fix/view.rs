//! A judgement whose files keep their names over all trials.

use rustc_hash::{FxHashMap, FxHashSet};

use super::prove::Judgement;
use crate::finding::Finding;
use crate::project::{Document, Project};
use crate::source::FileId;

/// The rules that say that a file does not parse, or does not build or load.
const MANDATORY: [&str; 5] =
    ["dockerfile/parse-error", "dockerfile/build-error", "compose/load-error", "nginx/parse-error", "env/parse-error"];

/// How many findings a rule has in a file.
pub type Tally = FxHashMap<(FileId, &'static str), usize>;

/// The ids of files in the first project. A project judged later may hold its files at other places, so files are known
/// by their paths; one that was not there before gets an id of its own.
#[derive(Debug)]
pub struct Names {
    paths: Vec<String>,
    ids: FxHashMap<String, FileId>,
    /// How many files the first project has.
    first: usize,
}

impl Names {
    pub fn new(project: &Project) -> Self {
        let paths: Vec<_> = project.documents.iter().map(|document| document.source.path.clone()).collect();
        let ids = paths.iter().zip(0..).map(|(path, id)| (path.clone(), FileId(id))).collect();
        Self { first: paths.len(), paths, ids }
    }

    pub fn path(&self, file: FileId) -> &str {
        &self.paths[file.index()]
    }

    /// Whether the file was there from the start; only then can it be replaced.
    pub fn knows(&self, file: FileId) -> bool {
        file.index() < self.first
    }

    fn resolve(&mut self, project: &Project) -> Vec<FileId> {
        let resolve = |(at, document): (usize, &std::sync::Arc<Document>)| {
            let path = &document.source.path;
            if self.paths.get(at) == Some(path) {
                return FileId(at as u32);
            }
            *self.ids.entry(path.clone()).or_insert_with(|| {
                self.paths.push(path.clone());
                FileId(self.paths.len() as u32 - 1)
            })
        };
        project.documents.iter().enumerate().map(resolve).collect()
    }
}

/// A judgement with its findings counted.
pub struct View {
    pub judgement: Judgement,
    /// The lasting id of each document.
    ids: Vec<FileId>,
    documents: FxHashMap<FileId, usize>,
    pub selected: Tally,
    pub default: Tally,
    /// Errors that no run can deselect, each with its message: another error in the place of one that is gone is new.
    pub mandatory: FxHashMap<(FileId, &'static str, String), usize>,
    pub failed: FxHashSet<FileId>,
}

impl View {
    pub fn new(judgement: Judgement, names: &mut Names) -> Self {
        let ids = names.resolve(&judgement.project);
        let documents = ids.iter().enumerate().map(|(at, id)| (*id, at)).collect();
        let count = |findings: &[Finding]| {
            let mut tally = Tally::default();
            for finding in findings {
                *tally.entry((ids[finding.primary.file.index()], finding.rule)).or_default() += 1;
            }
            tally
        };
        let selected = count(&judgement.findings);
        let default = count(&judgement.default_findings);
        let mut mandatory = FxHashMap::default();
        for finding in judgement.default_findings.iter().filter(|finding| MANDATORY.contains(&finding.rule)) {
            let key = (ids[finding.primary.file.index()], finding.rule, without_lines(&finding.message));
            *mandatory.entry(key).or_default() += 1;
        }
        let failed = judgement.failed.iter().map(|file| ids[file.index()]).collect();
        Self { ids, documents, selected, default, mandatory, failed, judgement }
    }

    /// The lasting id of a file of this judgement's project.
    pub fn id(&self, file: FileId) -> FileId {
        self.ids[file.index()]
    }

    /// The document with a lasting id.
    pub fn document(&self, id: FileId) -> Option<&Document> {
        self.documents.get(&id).map(|at| self.judgement.project.documents[*at].as_ref())
    }
}

/// A message without the numbers of the lines that it names: a fix above moves them, and the error is the same.
fn without_lines(message: &str) -> String {
    let mut text = String::with_capacity(message.len());
    let mut rest = message;
    while let Some(at) = rest.find("line ") {
        let behind = &rest[at + "line ".len()..];
        text.push_str(&rest[..at + "line ".len()]);
        rest = behind.trim_start_matches(|char: char| char.is_ascii_digit());
    }
    text + rest
}

#[cfg(test)]
mod tests {
    use super::without_lines;

    #[test]
    fn errors_are_the_same_when_lines_move() {
        assert_eq!(
            without_lines("`a` stands already, in line 12; line x, port 80"),
            "`a` stands already, in line ; line x, port 80"
        );
    }
}
