use crate::project::effective::{EffectiveService, Listening, System};
use crate::project::hosts::find_port;
use crate::rules::check::Reporter;

/// Where the server is told its port, that counts; else what the Dockerfile promises with EXPOSE.
pub fn check<'s>(system: &System<'s>, service: &EffectiveService<'s>, out: &mut Reporter<'_>) {
    if service.service.get("network_mode").is_some() {
        return;
    }
    let targets: Vec<u16> = service.service.ports().filter_map(|port| port.target).collect();
    let is_all_known = service.service.ports().all(|port| port.target.is_some() && !port.is_unknown() && port.protocol == "tcp");
    let told: Vec<Listening> = service.listening().into_iter().filter(|port| port.place.is_some()).collect();
    let (server, variant) = match (told.as_slice(), service.exposed().as_slice()) {
        ([server], _) => (*server, None),
        ([], [server]) if service.built.is_some() && !is_set_by_variable(service, &targets) => (*server, Some("exposed")),
        _ => return,
    };
    let Some(place) = server.place else { return };
    // Where one port is right, another one may be that of a second server.
    if targets.is_empty() || !is_all_known || targets.contains(&server.port) {
        return;
    }
    for port in service.service.ports() {
        let Some(target) = port.target else { continue };
        let draft = out
            .report_at(port.node.origin.location())
            .value("name", service.service.name)
            .value("published", target.to_string())
            .value("port", server.port.to_string())
            .related_at(place, "server");
        let draft = if let Some(variant) = variant { draft.variant(variant) } else { draft };
        let origin = port.node.get("target").map_or(port.node.origin, |target| target.origin);
        let text = system.project.document(origin.file).source.text();
        let span = find_port(text, origin.span, target).filter(|_| origin.without_forms().is_own() && targets.len() == 1);
        match span {
            Some(span) => draft.replace(span, server.port.to_string()).emit(),
            None => draft.emit(),
        }
    }
}

/// Whether some variable of the container holds one of the ports: the server may well take it from there.
fn is_set_by_variable(service: &EffectiveService<'_>, targets: &[u16]) -> bool {
    let holds = |value: &str| {
        value.split(|char: char| !char.is_ascii_digit()).any(|digits| digits.parse().is_ok_and(|port| targets.contains(&port)))
    };
    let in_environment = service.service.environment().any(|variable| variable.value.is_none_or(&holds));
    let is_told =
        ["command", "entrypoint"].into_iter().any(|key| service.service.words(key).is_some_and(|words| !words.is_empty()));
    in_environment || is_told
}
