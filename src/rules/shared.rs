//! How several rules tell of the same kind of thing: what several tenants of a fleet have, what states a release.

use super::check::{Draft, Reporter};
use crate::project::fleet::{Fleet, Holder};
use crate::project::version_faults::VersionFault;

/// More places than this are only counted.
const MOST_SHOWN: usize = 5;

/// A finding at the second tenant, which is the first that is too many; the others are related places. It has the values `tenant`,
/// `other` (the first one) and `more` (` and 3 others`, or nothing).
pub fn report<'r>(fleet: &Fleet<'_>, holders: &[Holder], out: &'r mut Reporter<'_>) -> Option<Draft<'r>> {
    let [first, second, rest @ ..] = holders else { return None };
    let name = |holder: &Holder| fleet.tenants[holder.tenant].name;
    let more = match rest.len() {
        0 => String::new(),
        1 => format!(" and `{}`", name(&rest[0])),
        count => format!(" and {count} others"),
    };
    let shown = [first].into_iter().chain(rest).take(MOST_SHOWN);
    let draft = out.report_at(second.place).value("tenant", name(second)).value("other", name(first)).value("more", more);
    Some(shown.fold(draft, |draft, holder| draft.related_at(holder.place, "other")))
}

/// A finding at a place that states a release, with the values `name`, `runtime`, `version`, `by` and, for the fix, `wanted`.
pub fn report_version<'r>(fault: &VersionFault<'_>, out: &'r mut Reporter<'_>) -> Draft<'r> {
    let stated = fault.stated;
    let draft = out
        .report_at(stated.place)
        .value("name", fault.service.unwrap_or_default())
        .value("runtime", stated.runtime.name())
        .value("version", stated.exactly().unwrap_or(&stated.text))
        .value("by", stated.by)
        .value("wanted", fault.wanted.unwrap_or_default());
    let draft = fault.source.into_iter().fold(draft, |draft, place| draft.related_at(place, "source"));
    match (&stated.rewrite, fault.wanted) {
        (Some(rewrite), Some(wanted)) => draft.edit(rewrite.to(wanted)),
        _ => draft,
    }
}
