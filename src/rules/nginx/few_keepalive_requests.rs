use crate::nginx::configuration::Directive;
use crate::nginx::write;
use crate::rules::check::Reporter;

pub fn check(directive: Directive<'_>, out: &mut Reporter<'_>) {
    let Some(value) = directive.argument(0).filter(|_| directive.means("keepalive_requests")) else { return };
    if let Some(count) = directive.number().filter(|count| *count < 1000) {
        let draft = out.report_at(directive.at(value.span)).value("count", count.to_string());
        draft.edit(write::replace(directive, value, "1000")).emit();
    }
}
