use crate::nginx::configuration::Directive;
use crate::rules::check::Reporter;

pub fn check(directive: Directive<'_>, out: &mut Reporter<'_>) {
    if directive.is("proxy_buffering") && directive.text(0).eq_ignore_ascii_case("off") {
        let place = directive.at(directive.arguments_span());
        out.report_at(place).value("value", directive.text(0)).emit();
    }
}
