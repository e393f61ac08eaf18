use crate::nginx::configuration::Directive;
use crate::nginx::script::uses;
use crate::rules::check::Reporter;

/// What a line has to tell, with the variables that tell it.
const NEEDED: &[(&str, &[&str])] = &[
    (
        "address",
        &[
            "remote_addr",
            "binary_remote_addr",
            "realip_remote_addr",
            "http_x_forwarded_for",
            "proxy_add_x_forwarded_for",
            "proxy_protocol_addr",
        ],
    ),
    ("time", &["time_local", "time_iso8601", "msec"]),
    ("request", &["request", "request_uri", "uri", "protocol"]),
    ("status", &["status"]),
];

pub fn check(directive: Directive<'_>, out: &mut Reporter<'_>) {
    let Some(name) = directive.argument(0).filter(|_| directive.means("log_format")) else { return };
    let has = |variables: &[&str]| {
        directive.arguments().skip(1).any(|text| text.is_opaque || variables.iter().any(|variable| uses(text.text, variable)))
    };
    let missing: Vec<&str> = NEEDED.iter().filter(|(_, variables)| !has(variables)).map(|(what, _)| *what).collect();
    if !missing.is_empty() {
        out.report_at(directive.at(name.span)).value("format", name.text).value("missing", missing.join(", no ")).emit();
    }
}
