//! One trial: some fixes made together in memory, the project judged, and what speaks against them.

use std::collections::BTreeMap;

use rustc_hash::FxHashMap;

use super::edits::{EditSet, Taken};
use super::prove::{Judge, Reason};
use super::view::{Names, View};
use crate::finding::{Edit, Finding};
use crate::project::Document;
use crate::source::{FileId, Span};

/// A fix that may be applied, with lasting ids of its files.
#[derive(Debug)]
pub struct Candidate {
    pub rule: &'static str,
    pub message: String,
    pub file: FileId,
    pub primary: Span,
    pub edits: Vec<Edit>,
    /// The files of the finding and of its edits.
    pub files: Vec<FileId>,
}

/// What a trial brought that it should not have.
#[derive(Debug)]
pub struct Problem {
    pub reason: Reason,
    /// The file of the problem first, then the others that it speaks of.
    pub files: Vec<FileId>,
}

/// The judge and what it has been told so far.
pub struct Bench<'a> {
    pub judge: &'a dyn Judge,
    pub names: Names,
    /// What the files that differ from the first project hold now.
    pub contents: BTreeMap<FileId, Vec<u8>>,
}

impl Bench<'_> {
    /// Judges the project with these contents on top of those that were settled before.
    pub fn judge(&mut self, contents: &BTreeMap<FileId, Vec<u8>>) -> View {
        let settled = self.contents.iter().filter(|(file, _)| !contents.contains_key(file));
        let mut replaced: Vec<_> = settled.chain(contents).map(|(file, bytes)| (*file, bytes.clone())).collect();
        replaced.sort_by_key(|(file, _)| *file);
        View::new(self.judge.judge(&replaced), &mut self.names)
    }

    /// Makes the fixes in memory and judges.
    pub fn trial(&mut self, before: &View, fixes: &[&Candidate]) -> (View, Vec<Problem>) {
        let sets = edit_sets(before, fixes);
        let after = self.judge(&contents(before, &sets));
        let mut problems = self.damage(before, &after, &sets.keys().copied().collect::<Vec<_>>());
        problems.extend(remaining(before, &after, fixes, &sets));
        (after, problems)
    }

    /// Files that are no longer read, and findings that were not there.
    pub fn damage(&self, before: &View, after: &View, edited: &[FileId]) -> Vec<Problem> {
        let mut problems = Vec::new();
        for &file in edited {
            let kind = |view: &View| view.document(file).map(Document::kind);
            let failed = |view: &View| {
                let panicked = view.document(file).is_some_and(Document::is_panicked);
                panicked || view.failed.contains(&file)
            };
            if (failed(after) && !failed(before)) || kind(before) != kind(after) {
                problems.push(Problem { reason: Reason::Breaks, files: vec![file] });
            }
        }
        let mut brought: Vec<(FileId, &'static str)> = Vec::new();
        for (key, count) in &after.mandatory {
            if *count > before.mandatory.get(key).copied().unwrap_or_default() {
                brought.push((key.0, key.1));
            }
        }
        for (key, count) in &after.default {
            if *count > before.default.get(key).copied().unwrap_or_default() {
                brought.push(*key);
            }
        }
        brought.sort_unstable();
        brought.dedup();
        for (file, rule) in brought {
            let path = self.names.path(file).to_owned();
            problems.push(Problem { reason: Reason::Brings { rule, path }, files: spoken_of(after, file, rule) });
        }
        problems
    }
}

/// The edits of the fixes by file.
pub fn edit_sets(before: &View, fixes: &[&Candidate]) -> BTreeMap<FileId, EditSet> {
    let mut taken = Taken::default();
    for fix in fixes {
        let apart = taken.take(&fix.edits);
        debug_assert!(apart.is_some(), "only fixes that are apart are tried together");
    }
    let set = |(file, edits): (FileId, Vec<&Edit>)| Some((file, EditSet::new(&before.document(file)?.source, edits)?));
    taken.into_files().filter_map(set).collect()
}

pub fn contents(before: &View, sets: &BTreeMap<FileId, EditSet>) -> BTreeMap<FileId, Vec<u8>> {
    let edited = |(file, set): (&FileId, &EditSet)| Some((*file, set.apply(before.document(*file)?.source.bytes())));
    sets.iter().filter_map(edited).collect()
}

fn spoken_of(after: &View, file: FileId, rule: &'static str) -> Vec<FileId> {
    let mut files = vec![file];
    for finding in &after.judgement.default_findings {
        if finding.rule == rule && after.id(finding.primary.file) == file {
            files.extend(finding.related.iter().map(|related| after.id(related.location.file)));
        }
    }
    files
}

/// Findings that are still there although their fixes were made.
fn remaining(before: &View, after: &View, fixes: &[&Candidate], sets: &BTreeMap<FileId, EditSet>) -> Vec<Problem> {
    let mut mended: BTreeMap<(FileId, &'static str), Vec<&Candidate>> = BTreeMap::new();
    for fix in fixes {
        mended.entry((fix.file, fix.rule)).or_default().push(fix);
    }
    let mut problems = Vec::new();
    for ((file, rule), fixes) in mended {
        let count = |view: &View| view.selected.get(&(file, rule)).copied().unwrap_or_default();
        if count(after) + fixes.len() <= count(before) {
            continue;
        }
        // A rule that speaks once a file, or once a stage, names the next place as soon as the first one is mended.
        let risen = count(after) > count(before);
        if risen || still_at_a_mended_place(before, after, file, rule, &fixes, sets) {
            let files = fixes.iter().flat_map(|fix| &fix.files).copied();
            let files = std::iter::once(file).chain(files).collect();
            problems.push(Problem { reason: Reason::Remains, files });
        }
    }
    problems
}

fn still_at_a_mended_place(
    before: &View,
    after: &View,
    file: FileId,
    rule: &'static str,
    fixes: &[&Candidate],
    sets: &BTreeMap<FileId, EditSet>,
) -> bool {
    let moved = |span: Span| sets.get(&file).map_or(span, |set| set.forward(span));
    let mut untouched: FxHashMap<Span, usize> = FxHashMap::default();
    for span in places(before, &before.judgement.findings, file, rule) {
        *untouched.entry(moved(span)).or_default() += 1;
    }
    let mut mended = Vec::new();
    for fix in fixes {
        if let Some(count) = untouched.get_mut(&moved(fix.primary)) {
            *count = count.saturating_sub(1);
        }
        mended.push(moved(fix.primary));
        mended.extend(fix.edits.iter().filter(|edit| edit.file == file).map(|edit| moved(edit.span)));
    }
    places(after, &after.judgement.findings, file, rule).any(|span| {
        if let Some(count) = untouched.get_mut(&span)
            && *count > 0
        {
            *count -= 1;
            return false;
        }
        mended.iter().any(|place| place.start <= span.end && span.start <= place.end)
    })
}

fn places<'a>(view: &'a View, findings: &'a [Finding], file: FileId, rule: &'static str) -> impl Iterator<Item = Span> + 'a {
    let here = move |finding: &&Finding| finding.rule == rule && view.id(finding.primary.file) == file;
    findings.iter().filter(here).map(|finding| finding.primary.span)
}
