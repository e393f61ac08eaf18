use crate::project::effective::{EffectiveService, System};
use crate::project::web_server::Reach;
use crate::rules::check::Reporter;

/// Only where the words of the command, the configuration of another nginx or the image by itself say where the service listens.
pub fn check<'s>(system: &System<'s>, service: &EffectiveService<'s>, out: &mut Reporter<'_>) {
    let Some(web) = system.web_server(service) else { return };
    out.project();
    for backend in web.backends() {
        let (Some(port), Reach::Service(target)) = (backend.port, web.reach(system, backend.host)) else { continue };
        let Some(target) = system.service(target.name) else { continue };
        let listening = target.listening();
        let Some(first) = listening.first() else { continue };
        if listening.iter().any(|listening| listening.port == port) || first.place.is_none() && may_be_told(&target) {
            continue;
        }
        let span = backend.port_span.unwrap_or(backend.host_span);
        let draft = out
            .report_at(backend.directive.at(span))
            .value("host", backend.host)
            .value("port", port.to_string())
            .value("listens", first.port.to_string())
            .related_at(first.place.unwrap_or_else(|| target.place()), "listens");
        let is_one = listening.iter().all(|listening| listening.port == first.port);
        match backend.port_span {
            Some(span) if is_one => draft.replace(span, first.port.to_string()).emit(),
            None if is_one => draft.insert(backend.host_span.end(), format!(":{}", first.port)).emit(),
            _ => draft.emit(),
        }
    }
}

/// Whether a variable or a mounted file may give an image another port than the one that it is known for.
fn may_be_told(target: &EffectiveService<'_>) -> bool {
    let says_port =
        |name: &str| ["PORT", "ADDR", "LISTEN", "BIND", "URL"].iter().any(|word| name.to_ascii_uppercase().contains(word));
    target.service.environment().any(|variable| says_port(variable.name))
        || target.service.volumes().any(|mount| mount.kind == "bind")
        || target.built.is_some()
}
