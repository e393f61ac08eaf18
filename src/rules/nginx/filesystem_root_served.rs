use crate::nginx::configuration::Directive;
use crate::rules::check::Reporter;
use crate::source::sources::join;

pub fn check(directive: Directive<'_>, out: &mut Reporter<'_>) {
    if !(directive.is("root") || directive.is("alias")) || directive.text(0).contains('$') || !directive.text(0).starts_with('/')
    {
        return;
    }
    if join("/", directive.text(0)) == "/" {
        let place = directive.at(directive.arguments_span());
        out.report_at(place).value("name", directive.name()).value("path", directive.text(0)).emit();
    }
}
