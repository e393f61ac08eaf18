use crate::nginx::configuration::Directive;
use crate::rules::check::Reporter;

pub fn check(directive: Directive<'_>, out: &mut Reporter<'_>) {
    if !directive.is("add_header") || !directive.text(0).eq_ignore_ascii_case("content-type") {
        return;
    }
    // The one of the upstream is taken away.
    let hides = |hide: Directive<'_>| hide.name().ends_with("_hide_header") && hide.text(0).eq_ignore_ascii_case("content-type");
    let is_hidden = match directive.parent() {
        Some(block) => !block.effective_where(hides).is_unset(),
        None => directive.siblings().any(hides),
    };
    if !is_hidden {
        out.report_at(directive.at(directive.arguments_span())).emit();
    }
}
