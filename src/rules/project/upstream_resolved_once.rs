use crate::catalog::nginx_directives::Version;
use crate::finding::Edit;
use crate::nginx::configuration::Directive;
use crate::nginx::write;
use crate::project::effective::{EffectiveService, System};
use crate::project::web_server::{Backend, Reach, WebServer};
use crate::rules::check::Reporter;

/// `server … resolve` and `resolver` in `upstream` without a subscription.
const RESOLVES: Version = Version(1, 27, 3);

/// Where Docker answers for the names of services.
const RESOLVER: &str = "resolver 127.0.0.11 valid=10s;";

pub fn check<'s>(system: &System<'s>, service: &EffectiveService<'s>, out: &mut Reporter<'_>) {
    let Some(web) = system.web_server(service) else { return };
    out.project();
    let is_stale = |backend: &Backend<'_>| {
        matches!(web.reach(system, backend.host), Reach::Service(_)) && !backend.directive.has_argument("resolve")
    };
    let backends: Vec<Backend<'_>> = web.backends().into_iter().filter(is_stale).collect();
    let mut told: Vec<Directive<'_>> = Vec::new();
    for backend in &backends {
        let upstream = backend.directive.parent().filter(|block| block.is("upstream"));
        if let Some(upstream) = upstream {
            if told.contains(&upstream) {
                continue;
            }
            told.push(upstream);
        }
        let servers: Vec<Directive<'_>> =
            backends.iter().map(|other| other.directive).filter(|server| server.parent() == upstream).collect();
        let edits = match upstream {
            Some(upstream) => in_upstream(&web, upstream, &servers),
            None => in_location(backend),
        };
        let draft = out.report_at(backend.directive.at(backend.host_span)).value("host", backend.host);
        edits.into_iter().fold(draft, |draft, edit| draft.edit(edit)).emit();
    }
}

fn in_upstream(web: &WebServer<'_, '_>, upstream: Directive<'_>, servers: &[Directive<'_>]) -> Vec<Edit> {
    let file = upstream.file();
    if !web.release().is_at_least(RESOLVES) || servers.iter().any(|server| server.file() != file) {
        return Vec::new();
    }
    let zone = format!("zone {} 64k;", upstream.text(0));
    let mut lines = Vec::new();
    if upstream.child("zone").is_none() {
        lines.push(zone.as_str());
    }
    if upstream.child("resolver").is_none() && upstream.effective("resolver").is_unset() {
        lines.push(RESOLVER);
    }
    let mut edits: Vec<Edit> = servers.iter().map(|server| write::append(*server, "resolve")).collect();
    if !lines.is_empty() {
        edits.push(write::add_first(upstream, &lines));
    }
    edits
}

/// A variable is looked up for each request. Only without a path: with one, the path of the request would be lost.
fn in_location(backend: &Backend<'_>) -> Vec<Edit> {
    let directive = backend.directive;
    let Some(block) = directive.parent().filter(|block| block.is("location")) else { return Vec::new() };
    let redirects = block.effective("proxy_redirect").directives.iter().any(|redirect| redirect.has_argument("default"));
    if !directive.is("proxy_pass") || backend.scheme.is_empty() || backend.has_path || redirects {
        return Vec::new();
    }
    let plain = |char: char| if char.is_ascii_alphanumeric() { char.to_ascii_lowercase() } else { '_' };
    let name: String = backend.host.chars().map(plain).collect();
    let set = format!("set ${name}_host {};", backend.host);
    let mut lines = vec![set.as_str()];
    if block.effective("resolver").is_unset() {
        lines.insert(0, RESOLVER);
    }
    vec![write::add_before(directive, &lines), write::edit(directive, backend.host_span, format!("${name}_host"))]
}
