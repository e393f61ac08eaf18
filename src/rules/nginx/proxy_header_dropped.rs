use super::header_dropped::report;
use crate::nginx::configuration::Directive;
use crate::rules::check::Reporter;

pub fn check(directive: Directive<'_>, out: &mut Reporter<'_>) {
    if directive.is("proxy_set_header") {
        report(directive, out);
    }
}
