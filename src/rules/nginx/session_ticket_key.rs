use crate::nginx::configuration::Directive;
use crate::rules::check::Reporter;

/// Several keys are a sign that they are changed: the last ones only open old tickets.
pub fn check(directive: Directive<'_>, out: &mut Reporter<'_>) {
    let Some(file) = directive.argument(0).filter(|_| directive.means("ssl_session_ticket_key")) else { return };
    if directive.siblings().filter(|sibling| sibling.is("ssl_session_ticket_key")).count() == 1 {
        out.report_at(directive.at(file.span)).value("file", file.text).emit();
    }
}
