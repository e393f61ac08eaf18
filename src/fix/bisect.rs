//! Which of some fixes can stay: all of them in one trial when they are sound, else the culprits are found by halving.

use std::collections::BTreeMap;

use rustc_hash::{FxHashMap, FxHashSet};

use super::prove::Reason;
use super::ties::Ties;
use super::trial::{Bench, Candidate, Problem};
use super::view::View;
use crate::source::FileId;

/// How often the fixes of one round are halved. What is not proven then is withdrawn.
const MAX_HALVINGS: usize = 128;

/// The fixes of a round, judged. Fixes are named by their place in the list of candidates.
pub struct Settled {
    /// Sound together.
    pub kept: Vec<usize>,
    pub refused: Vec<(usize, Reason)>,
    /// The judgement with all that is kept; `None` when nothing is.
    pub view: Option<View>,
}

/// Keeps as many fixes as hold together. Files that no fix and no problem ties are independent: each trial takes a step in
/// all of them at once, so that the number of trials does not grow with the number of files.
pub fn settle(bench: &mut Bench<'_>, before: &View, candidates: &[Candidate]) -> Settled {
    let all: Vec<usize> = (0..candidates.len()).collect();
    let mut search = Search { bench, before, candidates, clean: None, refused: Vec::new() };
    let problems = search.trial(&all);
    if problems.is_empty() {
        return search.finish(all);
    }
    let mut ties = Ties::default();
    for candidate in candidates {
        ties.tie(&candidate.files);
    }
    let (sound, groups) = search.separate(all, problems, &mut ties);
    let kept = search.halve(sound, groups, &ties);
    if kept.is_empty() || search.is_clean(&kept) || search.trial(&kept).is_empty() {
        return search.finish(kept);
    }
    // What holds in each group does not hold together.
    let everything: Vec<FileId> = candidates.iter().flat_map(|candidate| &candidate.files).copied().collect();
    ties.tie(&everything);
    let kept = search.halve(Vec::new(), vec![Group::halved(kept)], &ties);
    search.finish(kept)
}

/// Fixes that share files, or that a problem blamed together.
struct Group {
    kept: Vec<usize>,
    /// Still to be tried, the next one last.
    untried: Vec<Vec<usize>>,
}

impl Group {
    /// A group that failed as a whole.
    fn halved(fixes: Vec<usize>) -> Self {
        let mut group = Self { kept: Vec::new(), untried: Vec::new() };
        group.push_halves(fixes);
        group
    }

    fn push_halves(&mut self, mut fixes: Vec<usize>) {
        let second = fixes.split_off(fixes.len().div_ceil(2));
        if !second.is_empty() {
            self.untried.push(second);
        }
        self.untried.push(fixes);
    }
}

struct Search<'a, 'b> {
    bench: &'a mut Bench<'b>,
    before: &'a View,
    candidates: &'a [Candidate],
    /// The last set that proved sound, sorted.
    clean: Option<(Vec<usize>, View)>,
    refused: Vec<(usize, Reason)>,
}

impl Search<'_, '_> {
    fn trial(&mut self, set: &[usize]) -> Vec<Problem> {
        let fixes: Vec<&Candidate> = set.iter().map(|at| &self.candidates[*at]).collect();
        let (view, problems) = self.bench.trial(self.before, &fixes);
        if problems.is_empty() {
            let mut set = set.to_vec();
            set.sort_unstable();
            self.clean = Some((set, view));
        }
        problems
    }

    fn is_clean(&self, set: &[usize]) -> bool {
        let mut set = set.to_vec();
        set.sort_unstable();
        self.clean.as_ref().is_some_and(|(clean, _)| *clean == set)
    }

    fn finish(self, mut kept: Vec<usize>) -> Settled {
        kept.sort_unstable();
        let view = self.clean.filter(|(set, _)| *set == kept && !kept.is_empty()).map(|(_, view)| view);
        debug_assert!(view.is_some() || kept.is_empty(), "what is kept was proved");
        Settled { kept, refused: self.refused, view }
    }

    /// Takes the groups that problems blame out until the rest is sound. A problem in a file that no fix touches, and that
    /// speaks of none, may be anyone's.
    fn separate(&mut self, all: Vec<usize>, problems: Vec<Problem>, ties: &mut Ties) -> (Vec<usize>, Vec<Group>) {
        let (mut sound, mut problems) = (all, problems);
        let mut blamed: FxHashMap<usize, Reason> = FxHashMap::default();
        while !problems.is_empty() && !sound.is_empty() {
            for problem in &problems {
                let groups: FxHashSet<FileId> = problem.files.iter().map(|file| ties.group(*file)).collect();
                let owned = sound.iter().any(|at| groups.contains(&ties.group(self.candidates[*at].file)));
                ties.tie(&problem.files);
                if !owned {
                    let files: Vec<FileId> =
                        sound.iter().map(|at| self.candidates[*at].file).chain(problem.files[..1].to_vec()).collect();
                    ties.tie(&files);
                }
            }
            let reasons: FxHashMap<FileId, &Reason> =
                problems.iter().rev().map(|problem| (ties.group(problem.files[0]), &problem.reason)).collect();
            sound.retain(|at| match reasons.get(&ties.group(self.candidates[*at].file)) {
                Some(reason) => {
                    blamed.insert(*at, (*reason).clone());
                    false
                }
                None => true,
            });
            problems = if sound.is_empty() { Vec::new() } else { self.trial(&sound) };
        }
        let mut groups: BTreeMap<FileId, Vec<usize>> = BTreeMap::new();
        let mut suspects: Vec<_> = blamed.keys().copied().collect();
        suspects.sort_unstable();
        for at in suspects {
            groups.entry(ties.group(self.candidates[at].file)).or_default().push(at);
        }
        // Where every group is one fix, the trials so far have convicted each.
        if groups.values().all(|fixes| fixes.len() == 1) {
            let mut refused: Vec<_> = blamed.into_iter().collect();
            refused.sort_by_key(|(at, _)| *at);
            self.refused.extend(refused);
            return (sound, Vec::new());
        }
        (sound, groups.into_values().map(Group::halved).collect())
    }

    /// Halves the fixes of each group until the culprits stand alone; all groups take each step in the same trial.
    fn halve(&mut self, sound: Vec<usize>, mut groups: Vec<Group>, ties: &Ties) -> Vec<usize> {
        let mut one_by_one = false;
        let mut halvings = 0;
        loop {
            let mut tried: Vec<(usize, Vec<usize>)> = Vec::new();
            for (group, state) in groups.iter_mut().enumerate() {
                if !one_by_one || tried.is_empty() {
                    tried.extend(state.untried.pop().map(|fixes| (group, fixes)));
                }
            }
            if tried.is_empty() {
                break;
            }
            if halvings == MAX_HALVINGS {
                let left = tried.into_iter().flat_map(|(_, fixes)| fixes);
                let left = left.chain(groups.iter_mut().flat_map(|group| group.untried.drain(..).flatten()));
                self.refused.extend(left.map(|at| (at, Reason::Unproven)));
                break;
            }
            halvings += 1;
            let kept = groups.iter().flat_map(|group| &group.kept);
            let set: Vec<usize> = sound.iter().chain(kept).chain(tried.iter().flat_map(|(_, fixes)| fixes)).copied().collect();
            let problems = self.trial(&set);
            let first = problems.first().map(|problem| problem.reason.clone());
            let mut blamed: FxHashMap<FileId, Reason> = FxHashMap::default();
            for problem in problems.into_iter().rev() {
                blamed.insert(ties.group(problem.files[0]), problem.reason);
            }
            let group_of = |fixes: &[usize]| ties.group(self.candidates[fixes[0]].file);
            let owners: FxHashSet<FileId> = tried.iter().map(|(_, fixes)| group_of(fixes)).collect();
            if let [(_, fixes)] = &tried[..] {
                // Alone on trial, a group answers for everything.
                if let Some(reason) = first {
                    blamed.entry(group_of(fixes)).or_insert(reason);
                }
            } else if blamed.keys().any(|group| !owners.contains(group)) {
                one_by_one = true;
                for (group, fixes) in tried {
                    groups[group].untried.push(fixes);
                }
                continue;
            }
            for (group, fixes) in tried {
                match blamed.get(&group_of(&fixes)) {
                    None => groups[group].kept.extend(fixes),
                    Some(reason) if fixes.len() == 1 => self.refused.push((fixes[0], reason.clone())),
                    Some(_) => groups[group].push_halves(fixes),
                }
            }
        }
        sound.into_iter().chain(groups.into_iter().flat_map(|group| group.kept)).collect()
    }
}
