use crate::nginx::configuration::Directive;
use crate::nginx::write;
use crate::rules::check::Reporter;

/// Headers that protect a page whatever its status.
const PROTECTING: &[&str] = &[
    "Strict-Transport-Security",
    "Content-Security-Policy",
    "X-Frame-Options",
    "X-Content-Type-Options",
    "Referrer-Policy",
    "Permissions-Policy",
    "Cross-Origin-Opener-Policy",
    "Cross-Origin-Embedder-Policy",
    "Cross-Origin-Resource-Policy",
];

pub fn check(directive: Directive<'_>, out: &mut Reporter<'_>) {
    let Some(name) = directive.argument(0).filter(|_| directive.means("add_header") && directive.count() == 2) else { return };
    if PROTECTING.iter().any(|header| name.text.eq_ignore_ascii_case(header)) {
        out.report_at(directive.at(name.span)).value("header", name.text).edit(write::append(directive, "always")).emit();
    }
}
