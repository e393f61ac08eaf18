use crate::catalog::nginx_directives::Version;
use crate::nginx::configuration::Directive;
use crate::nginx::release::Release;
use crate::nginx::verify::{Fault, verdict};
use crate::rules::check::Reporter;

/// Parameters that are younger than their directives.
const PARAMETERS: &[(&str, &str, Version)] = &[
    ("server", "resolve", Version(1, 27, 3)),
    ("listen", "quic", Version(1, 25, 0)),
    ("listen", "http2", Version(1, 9, 5)),
    ("listen", "reuseport", Version(1, 9, 1)),
];

pub fn check(directive: Directive<'_>, out: &mut Reporter<'_>) {
    let release = directive.configuration().release;
    // `ssl` has a rule of its own, with a fix.
    if !release.is_known() || directive.is("ssl") {
        return;
    }
    let shown = shown(release);
    let draft = out.report_at(directive.location()).value("name", directive.name()).value("release", shown.clone());
    match verdict(directive) {
        Some(Fault::TooNew { since }) => draft.value("since", since.to_string()).emit(),
        Some(Fault::Removed { from }) => draft.variant("removed").value("since", from.to_string()).emit(),
        _ => {
            for (name, parameter, since) in PARAMETERS {
                let is_it = directive.is(name) && !directive.is_block() && release.is_before(*since);
                let Some(argument) = directive.arguments().skip(1).find(|argument| is_it && argument.text == *parameter) else {
                    continue;
                };
                let draft = out.report_at(directive.at(argument.span)).variant("parameter").value("name", *name);
                let draft = draft.value("parameter", *parameter).value("release", shown.clone());
                draft.value("since", since.to_string()).emit();
            }
        }
    }
}

/// `1.22.1`, or the line `1.22` where no more is known.
fn shown(release: Release) -> String {
    match (release.lowest, release.highest) {
        (Some(lowest), Some(highest)) if lowest == highest => lowest.to_string(),
        (Some(Version(major, minor, _)), Some(highest)) if (major, minor) == (highest.0, highest.1) => format!("{major}.{minor}"),
        (_, Some(highest)) if highest.1 == u8::MAX => highest.0.to_string(),
        (_, Some(highest)) => format!("{highest} at most"),
        (Some(lowest), None) => format!("{lowest} at least"),
        (None, None) => String::new(),
    }
}
