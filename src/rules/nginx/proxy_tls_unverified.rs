use crate::nginx::configuration::Directive;
use crate::nginx::proxy;
use crate::rules::check::Reporter;

const TLS: &[(&str, &str, &str)] = &[
    ("proxy_pass", "https://", "proxy_ssl_verify"),
    ("grpc_pass", "grpcs://", "grpc_ssl_verify"),
    ("uwsgi_pass", "suwsgi://", "uwsgi_ssl_verify"),
];

pub fn check(directive: Directive<'_>, out: &mut Reporter<'_>) {
    for (pass, scheme, verify) in TLS {
        let Some(target) = directive.argument(0).filter(|_| directive.means(pass)) else { continue };
        let Some(rest) = target.text.strip_prefix(scheme) else { continue };
        let found = directive.effective_here(verify);
        if found.text() != "on" && (found.is_certain || !found.is_unset() || !hides(directive)) {
            let host = rest.split('/').next().unwrap_or_default();
            let host = proxy::host(target.text).unwrap_or(host);
            out.report_at(directive.at(target.span)).value("host", host).emit();
        }
    }
}

/// An include that was not read may hold it.
fn hides(directive: Directive<'_>) -> bool {
    directive.configuration().includes.iter().any(|include| !include.outcome.is_known())
}
