use crate::nginx::configuration::Directive;
use crate::nginx::location::{Location, Modifier};
use crate::nginx::script::{Part, parts};
use crate::nginx::variables::of;
use crate::rules::check::Reporter;

pub fn check(directive: Directive<'_>, out: &mut Reporter<'_>) {
    if !["proxy_pass", "fastcgi_pass", "uwsgi_pass", "scgi_pass", "grpc_pass"].contains(&directive.name()) {
        return;
    }
    let Some(target) = directive.argument(0) else { return };
    if !target.text.contains('$') || is_internal(directive) {
        return;
    }
    let (scheme, host) = split(target.text);
    for piece in [scheme, host] {
        for part in parts(piece) {
            let Some(taint) = of(directive, part) else { continue };
            // Behind a slash it is the path, not the host.
            if taint.has_slash {
                break;
            }
            if taint.can_hold(b'.') {
                let name = match part {
                    Part::Variable(name) => name.to_owned(),
                    Part::Capture(number) => number.to_string(),
                    Part::Literal(_) => continue,
                };
                return out.report_at(directive.at(target.span)).value("variable", name).emit();
            }
        }
    }
}

/// Scheme and host of a target; its path begins at the first `/`, `?` or `#` behind them.
fn split(target: &str) -> (&str, &str) {
    let (scheme, rest) = target.split_once("://").unwrap_or(("", target));
    (scheme, rest.split(['/', '?', '#', ')']).next().unwrap_or_default())
}

/// Whether no client reaches the location: `internal`, or a name.
fn is_internal(directive: Directive<'_>) -> bool {
    directive.ancestors().any(|block| {
        block.child("internal").is_some() || Location::read(block).is_some_and(|location| location.modifier == Modifier::Named)
    })
}
