use crate::nginx::access::is_local;
use crate::nginx::configuration::Directive;
use crate::rules::check::Reporter;

use super::status_page_exposed::page;

pub fn check(directive: Directive<'_>, out: &mut Reporter<'_>) {
    if page(directive).is_some_and(is_local) {
        out.report_at(directive.location()).value("directive", directive.name()).emit();
    }
}
