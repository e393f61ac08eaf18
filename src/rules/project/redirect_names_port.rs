use crate::nginx::configuration::Directive;
use crate::nginx::listen::Port;
use crate::nginx::server::Server;
use crate::nginx::write;
use crate::project::effective::{EffectiveService, System};
use crate::rules::check::Reporter;

/// A redirect without a host gets that of the request and the port of the socket, unless that is the usual one.
pub fn check<'s>(system: &System<'s>, service: &EffectiveService<'s>, out: &mut Reporter<'_>) {
    let Some(web) = system.web_server(service) else { return };
    if service.service.get("network_mode").is_some() {
        return;
    }
    out.project();
    for server in web.directives().filter_map(Server::read) {
        for listen in &server.listens {
            let Port::Number(port) = listen.socket.port else { continue };
            let usual = if listen.is_ssl { 443 } else { 80 };
            if port == usual {
                continue;
            }
            let moved = service.service.ports().find(|published| {
                let elsewhere = published.published_range().is_some_and(|(first, last)| port < first || port > last);
                published.target == Some(port) && elsewhere && !published.is_unknown()
            });
            let (Some(published), Some(redirect)) = (moved, redirect(server.directive)) else { continue };
            out.report_at(redirect.location())
                .value("port", port.to_string())
                .value("published", published.published.unwrap_or_default())
                .related_at(published.node.origin.location(), "port")
                .edit(write::add_first(server.directive, &["absolute_redirect off;"]))
                .emit();
            break;
        }
    }
}

/// The first redirect of a server that names a path alone.
fn redirect(server: Directive<'_>) -> Option<Directive<'_>> {
    let is_relative = |directive: &Directive<'_>| match directive.name() {
        "return" => matches!(directive.text(0), "301" | "302" | "303" | "307" | "308") && directive.text(1).starts_with('/'),
        "rewrite" => directive.text(1).starts_with('/') && matches!(directive.text(2), "redirect" | "permanent"),
        _ => false,
    };
    let names_port = |directive: Directive<'_>| {
        let block = directive.parent().unwrap_or(server);
        ["absolute_redirect", "port_in_redirect"].iter().all(|name| block.effective(name).text() != "off")
    };
    server.descendants().find(|directive| is_relative(directive) && names_port(*directive))
}
