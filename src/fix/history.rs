//! What earlier rounds did: the states of the files, and the fixes that are not to be tried again.

use std::collections::BTreeMap;

use rustc_hash::FxHashMap;

use super::edits::EditSet;
use super::prove::Withdrawn;
use super::ties::Ties;
use super::trial::Candidate;
use super::view::View;
use crate::finding::Finding;
use crate::source::{FileId, Span};

/// The states of the files after each round. Round 0 is the project as it was given.
pub struct History {
    /// For each round, the number of findings by file.
    rounds: Vec<FxHashMap<FileId, usize>>,
    /// The contents that a file had from a round on, in order of the rounds.
    contents: FxHashMap<FileId, Vec<(usize, Vec<u8>)>>,
    /// Files that were changed by the same fixes.
    pub ties: Ties,
}

impl History {
    pub fn new(view: &View) -> Self {
        Self { rounds: vec![by_file(view)], contents: FxHashMap::default(), ties: Ties::default() }
    }

    pub fn next_round(&self) -> usize {
        self.rounds.len()
    }

    pub fn push(&mut self, view: &View, contents: &BTreeMap<FileId, Vec<u8>>) {
        for (file, bytes) in contents {
            self.contents.entry(*file).or_default().push((self.rounds.len(), bytes.clone()));
        }
        self.rounds.push(by_file(view));
    }

    /// What a file held after a round; `None` when nothing had changed it.
    pub fn contents(&self, file: FileId, round: usize) -> Option<&[u8]> {
        let states = self.contents.get(&file)?;
        states.iter().rev().find(|(at, _)| *at <= round).map(|(_, bytes)| bytes.as_slice())
    }

    /// The first round after which the files of a group had the fewest findings.
    pub fn best_round(&self, group: FileId) -> usize {
        let findings = |counts: &FxHashMap<FileId, usize>| {
            counts.iter().filter(|(file, _)| self.ties.group(**file) == group).map(|(_, count)| count).sum::<usize>()
        };
        let totals = self.rounds.iter().map(findings).enumerate();
        totals.min_by_key(|(_, total)| *total).map_or(0, |(round, _)| round)
    }
}

fn by_file(view: &View) -> FxHashMap<FileId, usize> {
    let mut counts = FxHashMap::default();
    for ((file, _), count) in &view.selected {
        *counts.entry(*file).or_default() += count;
    }
    counts
}

/// Fixes that were withdrawn, and where their findings lie now.
#[derive(Default)]
pub struct Refusals {
    withdrawn: Vec<Withdrawn>,
    places: FxHashMap<(FileId, &'static str), Vec<(String, Span)>>,
    /// The edits that each round made in a file.
    moves: FxHashMap<FileId, Vec<EditSet>>,
}

impl Refusals {
    pub fn push(&mut self, candidate: &Candidate, withdrawn: Withdrawn) {
        let place = (candidate.message.clone(), candidate.primary);
        self.places.entry((candidate.file, candidate.rule)).or_default().push(place);
        self.withdrawn.push(withdrawn);
    }

    /// Whether the fix of a finding was withdrawn before.
    pub fn covers(&self, file: FileId, finding: &Finding) -> bool {
        let span = finding.primary.span;
        let same = |(message, place): &(String, Span)| *message == finding.message && meet(*place, span);
        self.places.get(&(file, finding.rule)).is_some_and(|places| places.iter().any(same))
    }

    /// Lets all fixes be tried anew; whether there were any.
    pub fn forget(&mut self) -> bool {
        self.places.clear();
        !std::mem::take(&mut self.withdrawn).is_empty()
    }

    /// Follows the files through the edits of a round.
    pub fn advance(&mut self, sets: BTreeMap<FileId, EditSet>) {
        for ((file, _), places) in &mut self.places {
            if let Some(set) = sets.get(file) {
                places.iter_mut().for_each(|(_, place)| *place = set.forward(*place));
            }
        }
        for (file, set) in sets {
            self.moves.entry(file).or_default().push(set);
        }
    }

    /// Where a place of a file was when the file was read.
    pub fn origin(&self, file: FileId, offset: usize) -> usize {
        let moves = self.moves.get(&file).map(Vec::as_slice).unwrap_or_default();
        moves.iter().rev().fold(offset, |offset, set| set.back(offset))
    }

    pub fn into_withdrawn(self) -> Vec<Withdrawn> {
        self.withdrawn
    }
}

/// Whether two places share a byte; an empty one also meets what it touches.
fn meet(one: Span, other: Span) -> bool {
    let shared = i64::from(one.end.min(other.end)) - i64::from(one.start.max(other.start));
    shared > 0 || (shared == 0 && (one.is_empty() || other.is_empty()))
}
