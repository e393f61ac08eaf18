//! What nearly every service of a project lacks is told once, with all their names and one fix for all.

use std::borrow::Cow;
use std::collections::BTreeSet;

use rustc_hash::FxHashMap;

use super::{Judged, Outcome};
use crate::finding::{Alias, Applicability, Edit, Fix, Related, Severity};
use crate::rules::Registry;
use crate::rules::check::fill;
use crate::source::FileId;

/// So many names are told; of more only their number.
const NAMES: usize = 4;

/// Findings that are one: of a rule, in a project, that weigh the same.
type Key = (&'static str, FileId, Severity, bool, Vec<Alias>);

/// Makes one finding of those that a rule wants told together. What a comment or a baseline silenced is not among them any more, so
/// each service can be left out on its own.
pub fn fold(registry: &Registry, outcome: &mut Outcome) {
    if outcome.findings.iter().all(|judged| judged.finding.among.is_none()) {
        return;
    }
    let mut first: FxHashMap<Key, usize> = FxHashMap::default();
    let mut kept: Vec<Judged> = Vec::with_capacity(outcome.findings.len());
    let mut others: FxHashMap<usize, (&'static str, Vec<Judged>)> = FxHashMap::default();
    for judged in outcome.findings.drain(..) {
        let finding = &judged.finding;
        let words_of = |rule| registry.get(rule).and_then(|rule| rule.together);
        if let Some(among) = &finding.among
            && let Some(words) = words_of(finding.rule)
        {
            let key = (finding.rule, among.1, finding.severity, judged.fails, finding.aliases.clone());
            if let Some(place) = first.get(&key) {
                others.entry(*place).or_insert((words, Vec::new())).1.push(judged);
                continue;
            }
            first.insert(key, kept.len());
        }
        kept.push(judged);
    }
    for (place, (words, like)) in others {
        tell_together(words, &mut kept[place], like);
    }
    outcome.findings = kept;
}

/// Makes the first of several findings the one for all of them.
fn tell_together(words: &'static str, judged: &mut Judged, like: Vec<Judged>) {
    let all = std::iter::once(&*judged).chain(&like);
    let names: Vec<String> = all.filter_map(|judged| Some(judged.finding.among.as_ref()?.0.clone())).collect();
    let values = [(Cow::Borrowed("names"), listed(&names)), (Cow::Borrowed("count"), names.len().to_string())];
    judged.finding.message = fill(words, &values);
    let mut fix = judged.finding.fix.take();
    let mut edits: BTreeSet<Edit> = fix.iter_mut().flat_map(|fix| fix.edits.drain(..)).collect();
    for other in like {
        judged.finding.related.push(Related { location: other.finding.primary, label: "here too".to_owned() });
        let Some(other) = other.finding.fix.filter(|fix| fix.applicability > Applicability::Manual) else { continue };
        match &mut fix {
            Some(all) if all.applicability > Applicability::Manual => {
                if other.edits.iter().all(|edit| is_apart(&edits, edit)) {
                    edits.extend(other.edits);
                    all.applicability = all.applicability.min(other.applicability);
                }
            }
            none => {
                edits = other.edits.iter().cloned().collect();
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
fn listed(names: &[String]) -> String {
    let quoted: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    match quoted.as_slice() {
        [.., last] if quoted.len() <= NAMES => {
            let before = &quoted[..quoted.len() - 1];
            if before.is_empty() { last.clone() } else { format!("{} and {last}", before.join(", ")) }
        }
        _ => format!("{} and {} more", quoted[..NAMES - 1].join(", "), quoted.len() - NAMES + 1),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_listed_until_they_are_many() {
        let names = |count: usize| listed(&(0..count).map(|index| index.to_string()).collect::<Vec<_>>());
        assert_eq!(names(1), "`0`");
        assert_eq!(names(2), "`0` and `1`");
        assert_eq!(names(4), "`0`, `1`, `2` and `3`");
        assert_eq!(names(6), "`0`, `1`, `2` and 3 more");
    }
}
