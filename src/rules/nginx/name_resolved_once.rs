use crate::nginx::configuration::Directive;
use crate::nginx::target::{Target, is_name, is_public};
use crate::rules::check::Reporter;

pub fn check(directive: Directive<'_>, out: &mut Reporter<'_>) {
    report(directive, true, out);
}

/// Tells of targets whose name the internet knows, or of those that only this network does.
pub(super) fn report(directive: Directive<'_>, public: bool, out: &mut Reporter<'_>) {
    let Some(target) = Target::read(directive) else { return };
    let place = directive.at(directive.arguments_span());
    if let Some(upstream) = target.upstream() {
        let servers = upstream.children_named("server").filter(|server| !server.has_argument("resolve"));
        let found = servers.into_iter().find(|server| {
            let host = host_of(server.text(0));
            is_name(host) && is_public(host) == public
        });
        if let Some(server) = found {
            let draft = out.report_at(place).value("host", host_of(server.text(0)));
            draft.related_at(server.location(), "server").emit();
        }
    } else if !target.has_variables && target.is_name() && is_public(&target.host) == public {
        out.report_at(place).value("host", target.host.clone()).emit();
    }
}

/// The host of `host:port`.
fn host_of(address: &str) -> &str {
    match address.rsplit_once(':') {
        Some((host, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => host,
        _ => address,
    }
}
