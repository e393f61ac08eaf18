use crate::nginx::configuration::Directive;
use crate::rules::check::Reporter;

use super::name_resolved_once::report;

pub fn check(directive: Directive<'_>, out: &mut Reporter<'_>) {
    report(directive, false, out);
}
