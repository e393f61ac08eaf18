//! What nearly every service of a project lacks is told once, with all their names and one fix for all.

use std::borrow::Cow;
use std::collections::BTreeSet;

use rayon::prelude::*;
use rustc_hash::FxHashMap;

use super::decide::PARALLEL_FROM;
use super::{Judged, Outcome};
use crate::finding::{Alias, Applicability, Edit, Fix, Related, Severity};
use crate::rules::Registry;
use crate::rules::check::fill;
use crate::source::FileId;

/// So many names are told; of more only their number.
const NAMES: usize = 4;

/// Findings that may be one: of a rule, in a project, that weigh the same. Their aliases are the same too.
type Key = (&'static str, FileId, Severity, bool);

/// Makes one finding of those that a rule wants told together. What a comment or a baseline silenced is not among them any more, so
/// each service can be left out on its own.
pub fn fold(registry: &Registry, outcome: &mut Outcome) {
    // The first of each, and its place among those that stay.
    let mut first: FxHashMap<Key, Vec<(&[Alias], usize)>> = FxHashMap::default();
    let mut kept = 0;
    let mut told_before: Vec<Option<usize>> = Vec::with_capacity(outcome.findings.len());
    for judged in &outcome.findings {
        let finding = &judged.finding;
        let together = finding.among.as_ref().filter(|_| words(registry, finding.rule).is_some());
        let told = together.and_then(|among| {
            let alike = first.entry((finding.rule, among.1, finding.severity, judged.fails)).or_default();
            let told = alike.iter().find(|(aliases, _)| *aliases == finding.aliases).map(|(_, place)| *place);
            if told.is_none() {
                alike.push((&finding.aliases, kept));
            }
            told
        });
        kept += usize::from(told.is_none());
        told_before.push(told);
    }
    drop(first);
    let places: Vec<usize> = told_before.iter().flatten().copied().collect();
    let mut told_before = told_before.into_iter();
    let is_told_before = |_: &mut Judged| told_before.next().flatten().is_some();
    let others: Vec<Judged> = outcome.findings.extract_if(.., is_told_before).collect();
    if others.is_empty() {
        return;
    }
    let mut like: Vec<Vec<Judged>> = Vec::new();
    like.resize_with(outcome.findings.len(), Vec::new);
    for (place, judged) in places.into_iter().zip(others) {
        like[place].push(judged);
    }
    let tell = |(judged, like): (&mut Judged, &mut Vec<Judged>)| {
        if !like.is_empty()
            && let Some(words) = words(registry, judged.finding.rule)
        {
            tell_together(words, judged, std::mem::take(like));
        }
    };
    if outcome.findings.len() < PARALLEL_FROM {
        outcome.findings.iter_mut().zip(&mut like).for_each(tell);
    } else {
        outcome.findings.par_iter_mut().zip(&mut like).for_each(tell);
    }
}

/// The words for several findings of a rule, where it has some.
fn words(registry: &Registry, rule: &str) -> Option<&'static str> {
    registry.get(rule).and_then(|rule| rule.together)
}

/// Makes the first of several findings the one for all of them.
fn tell_together(words: &'static str, judged: &mut Judged, like: Vec<Judged>) {
    let all = std::iter::once(&*judged).chain(&like);
    let names: Vec<&str> = all.filter_map(|judged| Some(judged.finding.among.as_ref()?.0.as_str())).collect();
    let values = [(Cow::Borrowed("names"), listed(&names)), (Cow::Borrowed("count"), names.len().to_string())];
    judged.finding.message = fill(words, &values);
    let mut fix = judged.finding.fix.take();
    let mut edits: BTreeSet<Edit> = fix.iter_mut().flat_map(|fix| fix.edits.drain(..)).collect();
    for other in like {
        judged.finding.related.push(Related { location: other.finding.primary, label: "here too".into() });
        let Some(mut other) = other.finding.fix.filter(|fix| fix.applicability > Applicability::Manual) else { continue };
        match &mut fix {
            Some(all) if all.applicability > Applicability::Manual => {
                if other.edits.iter().all(|edit| is_apart(&edits, edit)) {
                    edits.extend(other.edits);
                    all.applicability = all.applicability.min(other.applicability);
                }
            }
            none => {
                edits = other.edits.drain(..).collect();
                *none = Some(other);
            }
        }
    }
    judged.finding.fix = fix.map(|fix| Fix { edits: edits.into_iter().collect(), ..fix });
}

/// Whether an edit touches no byte that others touch, or is one of them.
fn is_apart(edits: &BTreeSet<Edit>, edit: &Edit) -> bool {
    let before = edits.range(..edit).next_back().filter(|before| before.file == edit.file);
    let after = edits.range(edit..).next().filter(|after| after.file == edit.file);
    after == Some(edit)
        || before.is_none_or(|before| before.span.end <= edit.span.start)
            && after.is_none_or(|after| edit.span.end <= after.span.start)
}

/// `` `a`, `b` and 3 more ``
fn listed(names: &[&str]) -> String {
    match names {
        [] => String::new(),
        [name] => format!("`{name}`"),
        [before @ .., last] if names.len() <= NAMES => format!("`{}` and `{last}`", before.join("`, `")),
        _ => format!("`{}` and {} more", names[..NAMES - 1].join("`, `"), names.len() - NAMES + 1),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_listed_until_they_are_many() {
        let names = |count: usize| listed(&["0", "1", "2", "3", "4", "5"][..count]);
        assert_eq!(names(1), "`0`");
        assert_eq!(names(2), "`0` and `1`");
        assert_eq!(names(4), "`0`, `1`, `2` and `3`");
        assert_eq!(names(6), "`0`, `1`, `2` and 3 more");
    }
}
