use crate::nginx::configuration::Directive;
use crate::nginx::write;
use crate::rules::check::Reporter;

pub fn check(directive: Directive<'_>, out: &mut Reporter<'_>) {
    if !(directive.means("map") || directive.means("geo")) || !directive.is_block() {
        return;
    }
    let is_said = directive.children().any(|entry| {
        matches!(entry.name(), "default" | "include" | "ranges" | "0.0.0.0/0")
            || entry.name().starts_with("~.*")
            || entry.name() == "~."
    });
    if is_said {
        return;
    }
    let Some(variable) = directive.arguments().next_back() else { return };
    out.report_at(directive.at(variable.span))
        .value("variable", variable.text)
        .edit(write::add_first(directive, &["default \"\";"]))
        .emit();
}
