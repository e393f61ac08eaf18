use crate::nginx::configuration::Directive;
use crate::nginx::listen::Port;
use crate::nginx::location::choose;
use crate::nginx::server::{Server, sockets};
use crate::project::effective::{EffectiveService, System};
use crate::project::web_server::WebServer;
use crate::rules::check::Reporter;

/// The container asks itself, and nginx sends it elsewhere.
pub fn check<'s>(system: &System<'s>, service: &EffectiveService<'s>, out: &mut Reporter<'_>) {
    let (Some(web), Some(probe)) = (system.web_server(service), service.probe()) else { return };
    out.project();
    for command in probe.scripts.iter().flat_map(|script| &script.script.commands) {
        if !matches!(command.name(), "curl" | "wget")
            || command.words.iter().any(|word| matches!(word.text.as_str(), "-L" | "--location"))
        {
            continue;
        }
        for word in command.words.iter().filter(|word| word.literal) {
            let Some((port, path)) = asked(&word.text) else { continue };
            let Some(answer) = answer(&web, port, &path) else { continue };
            let Some(place) = probe.container.location(word.span) else { continue };
            out.report_at(place)
                .value("path", path)
                .value("status", answer.text(0))
                .value("target", answer.text(1))
                .related_at(answer.location(), "answer")
                .emit();
        }
    }
}

/// Port and path of a URL of this very container.
fn asked(text: &str) -> Option<(u16, String)> {
    let rest = text.strip_prefix("http://").or(Some(text).filter(|text| !text.contains("://")))?;
    let rest = ["localhost", "127.0.0.1"].iter().find_map(|host| rest.strip_prefix(host))?;
    let (authority, path) = rest.find('/').map_or((rest, "/"), |at| rest.split_at(at));
    let port = if authority.is_empty() { 80 } else { authority.strip_prefix(':')?.parse().ok()? };
    Some((port, path.split(['?', '#']).next().unwrap_or(path).to_owned()))
}

/// The `return` that sends the request elsewhere.
fn answer<'a>(web: &WebServer<'a, '_>, port: u16, path: &str) -> Option<Directive<'a>> {
    let servers: Vec<Server<'a>> = web.directives().filter_map(Server::read).collect();
    let sockets = sockets(&servers);
    let socket = sockets.iter().find(|socket| socket.socket.port == Port::Number(port) && !socket.socket.is_datagram)?;
    let named = socket
        .servers
        .iter()
        .map(|(index, _)| *index)
        .find(|index| servers[*index].names.iter().any(|name| name.text == "localhost"));
    let server = servers[named.unwrap_or(socket.default)].directive;
    let redirects = |block: Directive<'a>| {
        block
            .children()
            .find(|child| child.is("return"))
            .filter(|answer| matches!(answer.text(0), "301" | "302" | "307" | "308") && answer.text(1).starts_with("https://"))
    };
    if let Some(answer) = redirects(server) {
        return Some(answer);
    }
    choose(server, path).ok().flatten().and_then(|location| redirects(location.directive))
}
