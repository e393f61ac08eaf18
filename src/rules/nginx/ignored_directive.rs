use crate::catalog::nginx_directives::{Removal, forms};
use crate::finding::Applicability;
use crate::nginx::configuration::Directive;
use crate::nginx::write;
use crate::rules::check::Reporter;

pub fn check(directive: Directive<'_>, out: &mut Reporter<'_>) {
    if directive.contexts().is_empty() {
        return;
    }
    let ignored = forms(directive.name()).iter().find_map(|form| match form.removal {
        Some(Removal::Ignored(from)) => Some(from),
        _ => None,
    });
    let release = directive.configuration().release;
    let Some(from) = ignored.filter(|from| !release.is_before(*from)) else { return };
    let mut draft = out.report_at(directive.location()).value("directive", directive.name()).value("release", from.to_string());
    if release.is_at_least(from) {
        draft = draft.applicability(Applicability::Safe);
    }
    draft.edit(write::remove(directive)).emit();
}
