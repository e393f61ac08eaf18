use crate::nginx::configuration::Directive;
use crate::nginx::write;
use crate::rules::check::Reporter;

pub fn check(directive: Directive<'_>, out: &mut Reporter<'_>) {
    let Some(name) = directive.argument(0).filter(|name| directive.means("user") && matches!(name.text, "root" | "0")) else {
        return;
    };
    out.report_at(directive.at(name.span)).edit(write::remove(directive)).emit();
}
