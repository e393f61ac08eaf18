use crate::nginx::listen::{Address, Port};
use crate::nginx::server::Server;
use crate::project::effective::{EffectiveService, System};
use crate::project::web_server::GREETING;
use crate::rules::check::Reporter;
use crate::source::Span;

/// The own server is read behind `default.conf` of the image, on the same port, and has no name that tells them apart.
pub fn check<'s>(system: &System<'s>, service: &EffectiveService<'s>, out: &mut Reporter<'_>) {
    let Some(web) = system.web_server(service) else { return };
    if web.greets() != Some(true) || !web.is_settled() || !web.starts_nginx() || web.main().is_some() {
        return;
    }
    out.project();
    let servers: Vec<Server<'_>> = web.directives().filter_map(Server::read).collect();
    if servers.iter().any(|server| server.listens.iter().any(|listen| listen.is_default)) {
        return;
    }
    let places = web.places();
    let Some((place, location)) = places.iter().filter(|(place, _)| folder_and_name(place).is_some()).min() else { return };
    // What is read first is the default by itself.
    if place.as_str() < GREETING {
        return;
    }
    let on_80 = |server: &&Server<'_>| {
        server.listens.iter().any(|listen| listen.socket.address == Address::AnyV4 && listen.socket.port == Port::Number(80))
    };
    let mut on_80 = servers.iter().filter(on_80);
    let Some(server) = on_80.next().filter(|_| on_80.next().is_none()) else { return };
    let is_nameless = server.names.iter().all(|name| matches!(name.text, "" | "_" | "localhost"));
    if !is_nameless {
        return;
    }
    let name = place.rsplit('/').next().unwrap_or_default();
    let text = system.project.document(location.file).source.text();
    let written = location.span.slice(text);
    let target =
        written.find(place.as_str()).map(|at| Span::new(location.span.start() + at, location.span.start() + at + place.len()));
    let span = target.unwrap_or(location.span);
    let draft = out
        .report_at(crate::source::Location { file: location.file, span })
        .value("file", name)
        .value("name", service.service.name)
        .related_at(server.directive.location(), "server");
    match target {
        Some(span) => draft.replace(span, GREETING).emit(),
        None => draft.by_hand().emit(),
    }
}

/// A file right in `conf.d` that nginx reads.
fn folder_and_name(place: &str) -> Option<&str> {
    place.strip_prefix("/etc/nginx/conf.d/").filter(|name| name.ends_with(".conf") && !name.contains('/'))
}
