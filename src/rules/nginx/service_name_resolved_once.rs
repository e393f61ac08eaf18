use crate::nginx::configuration::Directive;
use crate::rules::check::Reporter;

use super::name_resolved_once::report;

/// Where a service is known to run it, `project/upstream-resolved-once` speaks, which knows the other services.
pub fn check(directive: Directive<'_>, out: &mut Reporter<'_>) {
    if directive.configuration().has_service {
        return;
    }
    report(directive, false, out);
}
