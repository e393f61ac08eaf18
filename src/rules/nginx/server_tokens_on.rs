use crate::nginx::configuration::Directive;
use crate::nginx::write;
use crate::rules::check::Reporter;

pub fn check(directive: Directive<'_>, out: &mut Reporter<'_>) {
    let Some(value) = directive.argument(0).filter(|_| directive.means("server_tokens")) else { return };
    if matches!(value.text, "on" | "build") {
        let draft = out.report_at(directive.at(value.span)).value("value", value.text);
        draft.edit(write::replace(directive, value, "off")).emit();
    }
}
