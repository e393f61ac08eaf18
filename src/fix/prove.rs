//! The proof of fixes: they are applied in memory, the result is judged, and what does not hold is withdrawn.

use std::collections::BTreeMap;
use std::fmt;
use std::rc::Rc;

use rustc_hash::FxHashMap;

use super::bisect::{Settled, settle};
use super::edits::{EditSet, Taken, by_first_edit};
use super::excerpt::Excerpt;
use super::history::{History, Refusals};
use super::trial::{Bench, Candidate, contents, edit_sets};
use super::view::{Names, View};
use crate::finding::{Applicability, Edit, Finding, Fix};
use crate::project::Project;
use crate::source::{FileId, Span};

/// Judges the project of a run with the contents of some files replaced.
pub trait Judge {
    /// `replaced` names files by their ids in the first project, each once, in order. A file that is not named is as it was
    /// read.
    fn judge(&self, replaced: &[(FileId, Vec<u8>)]) -> Judgement;
}

/// A project and what there is to say about it.
#[derive(Debug, Default)]
pub struct Judgement {
    pub project: Project,
    /// Of the rules that are to be fixed, without what is suppressed.
    pub findings: Vec<Finding>,
    /// Of the default profile, without what is suppressed: here nothing may be new.
    pub default_findings: Vec<Finding>,
    /// Files that could not be judged.
    pub failed: Vec<FileId>,
}

/// What is to be fixed.
#[derive(Debug, Clone)]
pub struct Request {
    /// The least applicability of a fix that is applied. A manual fix never is.
    pub least: Applicability,
    /// How many rounds may leave as many findings as the one before or more, while there are not fewer than ever.
    pub max_rounds: usize,
    /// Leaves out fixes that cannot be shown as a patch without showing a secret.
    pub spare_secrets: bool,
}

impl Default for Request {
    fn default() -> Self {
        Self { least: Applicability::Safe, max_rounds: 10, spare_secrets: false }
    }
}

/// What became of the fixes.
#[derive(Debug)]
pub struct Outcome {
    /// Files that changed, in the order of the project.
    pub files: Vec<FixedFile>,
    pub applied: Vec<Applied>,
    pub withdrawn: Vec<Withdrawn>,
    /// Rounds that changed something.
    pub rounds: usize,
    /// Whether no fix was left to apply. Where fixes undo each other, their files are as they were before.
    pub converged: bool,
    /// The project as it is after the fixes, and what is left to say about it.
    pub last: Judgement,
}

impl Outcome {
    /// How many findings were mended, by rule.
    pub fn applied_by_rule(&self) -> BTreeMap<&'static str, usize> {
        let mut counts = BTreeMap::new();
        for applied in &self.applied {
            *counts.entry(applied.rule).or_default() += 1;
        }
        counts
    }
}

/// A file that fixes changed.
#[derive(Debug)]
pub struct FixedFile {
    /// In the project that was given.
    pub file: FileId,
    pub path: String,
    pub before: Vec<u8>,
    pub after: Vec<u8>,
    pub secrets_before: Vec<Span>,
    pub secrets_after: Vec<Span>,
    /// The first of the files that share fixes with this one: such files are written together or not at all.
    pub together: FileId,
}

/// A finding that a fix has mended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Applied {
    pub rule: &'static str,
    /// The file of the finding.
    pub file: FileId,
    round: usize,
}

/// A fix that was not applied.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Withdrawn {
    pub rule: &'static str,
    pub path: String,
    /// In the file as it was given.
    pub line: usize,
    pub reason: Reason,
}

/// Why a fix was not applied.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reason {
    /// The finding is still reported after it.
    Remains,
    /// A finding that was not there before, in the file at `path`.
    Brings { rule: &'static str, path: String },
    /// The file could no longer be judged.
    Breaks,
    /// Its edits do not fit the file.
    Misfit,
    /// It is one of so many that fail together that the search for the culprits was given up.
    Unproven,
    /// A patch with it would show a secret.
    Secret,
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Remains => f.write_str("the finding would remain"),
            Self::Brings { rule, path } => write!(f, "it would bring {rule} in {path}"),
            Self::Breaks => f.write_str("the file could no longer be read"),
            Self::Misfit => f.write_str("its edits do not fit the file"),
            Self::Unproven => f.write_str("too many fixes of this file fail together"),
            Self::Secret => f.write_str("the patch would show a secret"),
        }
    }
}

/// Applies fixes until none is left. `start` is the project as it was read.
pub fn fix(start: Judgement, judge: &dyn Judge, request: &Request) -> Outcome {
    let project = start.project.clone();
    let mut names = Names::new(&project);
    let view = Rc::new(View::new(start, &mut names));
    let bench = Bench { judge, names, contents: BTreeMap::new() };
    let history = History::new(&view);
    let first = Rc::clone(&view);
    let mut run = Run { request, project, bench, first, view, refusals: Refusals::default(), applied: Vec::new(), history };
    let mut idle = 0;
    let mut fewest = run.view.judgement.findings.len();
    let mut changed_since = false;
    let unfinished = loop {
        let candidates = run.choose();
        if candidates.is_empty() && changed_since {
            // What failed beside fixes that were still to come may hold now: another run would try it.
            changed_since = false;
            if run.refusals.forget() {
                continue;
            }
        }
        if candidates.is_empty() || idle == request.max_rounds {
            break candidates;
        }
        let before = run.view.judgement.findings.len();
        let changed = run.round(&candidates);
        changed_since |= changed;
        let left = run.view.judgement.findings.len();
        // A round that only withdraws fixes makes way for those that they displaced. One that brought findings to light, as a mended
        // file does that was not read before, is made up for by those that mend them.
        if left < fewest {
            fewest = left;
            idle = 0;
        } else if changed && left >= before {
            idle += 1;
        }
    };
    run.undo_loops(&unfinished);
    run.outcome(unfinished.is_empty())
}

struct Run<'a> {
    request: &'a Request,
    /// As it was given.
    project: Project,
    bench: Bench<'a>,
    first: Rc<View>,
    view: Rc<View>,
    refusals: Refusals,
    applied: Vec<Applied>,
    history: History,
}

impl Run<'_> {
    /// The fixes of the next round, apart from each other.
    fn choose(&mut self) -> Vec<Candidate> {
        let mut offered: Vec<(&Finding, &Fix, Vec<Edit>)> = Vec::new();
        let mut refused: Vec<(Candidate, Reason)> = Vec::new();
        for finding in &self.view.judgement.findings {
            let Some(fix) = &finding.fix else { continue };
            let wanted = fix.applicability != Applicability::Manual && fix.applicability >= self.request.least;
            if !wanted || fix.edits.is_empty() || self.refusals.covers(self.view.id(finding.primary.file), finding) {
                continue;
            }
            let edits: Vec<Edit> = fix.edits.iter().map(|edit| Edit { file: self.view.id(edit.file), ..edit.clone() }).collect();
            if !edits.iter().all(|edit| self.bench.names.knows(edit.file)) {
                continue;
            }
            match self.unfit(&edits) {
                Some(reason) => refused.push((self.candidate(finding, edits), reason)),
                None => offered.push((finding, fix, edits)),
            }
        }
        offered.sort_by(|(one, fix, edits), (other, other_fix, other_edits)| {
            by_first_edit(edits, other_edits).then(other_fix.applicability.cmp(&fix.applicability)).then(one.rule.cmp(other.rule))
        });
        let mut taken = Taken::default();
        // A fix that adds nothing to the others is left to the next round, if its finding is still there then.
        let chosen: Vec<_> = offered.iter().map(|(_, _, edits)| taken.take(edits).is_some_and(|new| new > 0)).collect();
        drop(taken);
        let chosen = offered.into_iter().zip(chosen).filter(|(_, chosen)| *chosen);
        let candidates = chosen.map(|((finding, _, edits), _)| self.candidate(finding, edits)).collect();
        for (candidate, reason) in refused {
            self.refuse(&candidate, reason);
        }
        candidates
    }

    fn candidate(&self, finding: &Finding, edits: Vec<Edit>) -> Candidate {
        let file = self.view.id(finding.primary.file);
        let mut files: Vec<_> = edits.iter().map(|edit| edit.file).collect();
        files.push(file);
        files.sort_unstable();
        files.dedup();
        Candidate { rule: finding.rule, message: finding.message.clone(), file, primary: finding.primary.span, edits, files }
    }

    /// Why a fix cannot even be tried.
    fn unfit(&self, edits: &[Edit]) -> Option<Reason> {
        let mut files: Vec<_> = edits.iter().map(|edit| edit.file).collect();
        files.sort_unstable();
        files.dedup();
        let edited = |file: FileId| {
            let document = self.view.document(file)?;
            let set = EditSet::new(&document.source, edits.iter().filter(|edit| edit.file == file))?;
            Some((document, set))
        };
        let Some(files) = files.into_iter().map(edited).collect::<Option<Vec<_>>>() else { return Some(Reason::Misfit) };
        let secret = self.request.spare_secrets && Excerpt::new(files).needs_secret();
        secret.then_some(Reason::Secret)
    }

    /// Tries the fixes and keeps those that hold; whether any did.
    fn round(&mut self, candidates: &[Candidate]) -> bool {
        let Settled { kept, refused, view } = settle(&mut self.bench, &self.view, candidates);
        for (at, reason) in refused {
            self.refuse(&candidates[at], reason);
        }
        let Some(view) = view else { return false };
        let fixes: Vec<_> = kept.iter().map(|at| &candidates[*at]).collect();
        let sets = edit_sets(&self.view, &fixes);
        let contents = contents(&self.view, &sets);
        let round = self.history.next_round();
        for fix in fixes {
            self.applied.push(Applied { rule: fix.rule, file: fix.file, round });
            self.history.ties.tie(&fix.files);
        }
        self.history.push(&view, &contents);
        self.bench.contents.extend(contents);
        self.refusals.advance(sets);
        self.view = Rc::new(view);
        true
    }

    fn refuse(&mut self, candidate: &Candidate, reason: Reason) {
        let offset = self.refusals.origin(candidate.file, candidate.primary.start());
        // A finding may lie in a file that only a fix brought into the project.
        let known = self.bench.names.knows(candidate.file);
        let document = if known { Some(self.project.document(candidate.file)) } else { self.view.document(candidate.file) };
        let line = document.map_or(1, |document| document.source.line(offset));
        let path = self.bench.names.path(candidate.file).to_owned();
        let withdrawn = Withdrawn { rule: candidate.rule, path, line, reason };
        self.refusals.push(candidate, withdrawn);
    }

    /// Files whose fixes never came to rest go back to where they had the fewest findings first.
    fn undo_loops(&mut self, unfinished: &[Candidate]) {
        let mut back: BTreeMap<FileId, usize> = BTreeMap::new();
        for candidate in unfinished {
            let group = self.history.ties.group(candidate.file);
            back.entry(group).or_insert_with(|| self.history.best_round(group));
        }
        let mut contents = BTreeMap::new();
        for (&file, now) in &self.bench.contents {
            if let Some(round) = back.get(&self.history.ties.group(file)) {
                let bytes = self.history.contents(file, *round).unwrap_or_else(|| self.project.document(file).source.bytes());
                if now != bytes {
                    contents.insert(file, bytes.to_vec());
                }
            }
        }
        if contents.is_empty() {
            return;
        }
        let view = self.bench.judge(&contents);
        let undone: Vec<FileId> = contents.keys().copied().collect();
        // Each round was proved as a whole; a mixture of rounds has to be proved anew.
        if !self.bench.damage(&self.first, &view, &undone).is_empty() {
            return;
        }
        self.bench.contents.extend(contents);
        self.view = Rc::new(view);
        let ties = &self.history.ties;
        self.applied.retain(|applied| back.get(&ties.group(applied.file)).is_none_or(|round| applied.round <= *round));
    }

    fn outcome(self, converged: bool) -> Outcome {
        let mut files: Vec<FixedFile> = Vec::new();
        let mut first: FxHashMap<FileId, FileId> = FxHashMap::default();
        for (file, after) in self.bench.contents {
            let document = self.project.document(file);
            let before = document.source.bytes();
            if before == after {
                continue;
            }
            files.push(FixedFile {
                file,
                path: document.source.path.clone(),
                before: before.to_vec(),
                secrets_before: document.secrets().to_vec(),
                secrets_after: self.view.document(file).map(|document| document.secrets().to_vec()).unwrap_or_default(),
                together: *first.entry(self.history.ties.group(file)).or_insert(file),
                after,
            });
        }
        let rounds = self.applied.iter().map(|applied| applied.round).max().unwrap_or_default();
        drop(self.first);
        let last = Rc::into_inner(self.view).expect("the first view was the only other").judgement;
        Outcome { files, applied: self.applied, withdrawn: self.refusals.into_withdrawn(), rounds, converged, last }
    }
}

#[cfg(test)]
mod tests;
