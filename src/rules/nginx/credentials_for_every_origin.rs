use crate::nginx::configuration::Directive;
use crate::rules::check::Reporter;

pub fn check(directive: Directive<'_>, out: &mut Reporter<'_>) {
    let is_header = |header: Directive<'_>, name: &str| header.is("add_header") && header.text(0).eq_ignore_ascii_case(name);
    if !directive.means("add_header") || !is_header(directive, "Access-Control-Allow-Origin") || directive.text(1) != "*" {
        return;
    }
    let with = directive
        .siblings()
        .find(|sibling| is_header(*sibling, "Access-Control-Allow-Credentials") && sibling.text(1).eq_ignore_ascii_case("true"));
    if let (Some(with), Some(value)) = (with, directive.argument(1)) {
        out.report_at(directive.at(value.span)).related_at(with.location(), "credentials").emit();
    }
}
