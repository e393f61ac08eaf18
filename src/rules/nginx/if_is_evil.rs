use crate::nginx::configuration::Directive;
use crate::rules::check::Reporter;

pub fn check(directive: Directive<'_>, out: &mut Reporter<'_>) {
    let Some(block) = directive.parent().filter(|parent| parent.is("if")) else { return };
    if !block.parent().is_some_and(|location| location.is("location")) {
        return;
    }
    let is_fine = match directive.name() {
        "return" | "set" | "break" | "include" => true,
        "rewrite" => {
            matches!(directive.text(2), "last" | "redirect" | "permanent" | "break") || directive.text(1).starts_with("http")
        }
        _ => false,
    };
    if !is_fine {
        out.report_at(directive.location()).value("name", directive.name()).emit();
    }
}
