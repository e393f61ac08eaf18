//! How rules tell of something that several tenants of a fleet have.

use super::check::{Draft, Reporter};
use crate::project::fleet::{Fleet, Holder};

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
