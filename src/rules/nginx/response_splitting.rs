use crate::nginx::configuration::Directive;
use crate::nginx::variables::tainted;
use crate::rules::check::Reporter;

/// nginx takes a line feed alone for the end of a header, and so do upstreams; a carriage return alone counts in what it sends to
/// clients.
pub fn check(directive: Directive<'_>, out: &mut Reporter<'_>) {
    let Some(index) = value(directive) else { return };
    let Some(argument) = directive.argument(index) else { return };
    let to_upstream = directive.name().starts_with("proxy_");
    for (variable, taint) in tainted(directive, argument.text) {
        let character = match () {
            () if taint.can_hold(b'\n') => "a line feed",
            () if taint.can_hold(b'\r') && !to_upstream => "a carriage return",
            () => continue,
        };
        let whose = if to_upstream { "the request to the upstream" } else { "the response" };
        let mut draft = out.report_at(directive.at(argument.span)).value("variable", variable).value("character", character);
        draft = draft.value("whose", whose);
        if let Some(origin) = taint.origin {
            draft = draft.related_at(origin.location(), "origin");
        }
        return draft.emit();
    }
}

/// Which argument ends up in a header.
fn value(directive: Directive<'_>) -> Option<usize> {
    match directive.name() {
        "proxy_pass" => Some(0),
        "rewrite" | "add_header" | "proxy_set_header" => Some(1),
        "return" => match directive.count() {
            1 => ["http://", "https://", "$scheme"].iter().any(|start| directive.text(0).starts_with(start)).then_some(0),
            _ => matches!(directive.text(0), "301" | "302" | "303" | "307" | "308").then_some(1),
        },
        _ => None,
    }
}
