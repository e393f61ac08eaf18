use crate::nginx::configuration::Directive;
use crate::nginx::write;
use crate::rules::check::Reporter;

pub fn check(directive: Directive<'_>, out: &mut Reporter<'_>) {
    let Some(value) = directive.argument(0).filter(|_| directive.means("proxy_buffering")) else { return };
    if value.text == "off" {
        out.report_at(directive.at(value.span)).edit(write::replace(directive, value, "on")).emit();
    }
}
