use crate::nginx::configuration::Directive;
use crate::nginx::script::uses;
use crate::nginx::write;
use crate::rules::check::Reporter;

pub fn check(directive: Directive<'_>, out: &mut Reporter<'_>) {
    let Some(value) = directive.argument(0).filter(|value| directive.means("ssl_early_data") && value.text == "on") else {
        return;
    };
    let Some(block) = directive.parent() else { return };
    let is_pass = |inside: Directive<'_>| inside.name().ends_with("_pass") && !inside.contexts().is_empty();
    let is_told = |inside: Directive<'_>| inside.arguments().any(|argument| uses(argument.text, "ssl_early_data"));
    if block.descendants().any(is_pass) && !block.descendants().any(is_told) && !is_told_above(block) {
        out.report_at(directive.at(value.span)).edit(write::replace(directive, value, "off")).emit();
    }
}

/// A level above may tell the application.
fn is_told_above(block: Directive<'_>) -> bool {
    let headers = block.inherited("proxy_set_header");
    headers.directives.iter().any(|header| uses(header.text(1), "ssl_early_data"))
}
