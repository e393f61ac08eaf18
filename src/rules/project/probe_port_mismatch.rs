use crate::compose::written::pulled_image;
use crate::dockerfile::listening::asked;
use crate::project::effective::{EffectiveService, Listening, System};
use crate::rules::check::Reporter;
use crate::source::{Location, Span};

/// Only what compose says, or compose and Dockerfile together: what a Dockerfile says alone is judged there.
pub fn check<'s>(system: &System<'s>, service: &EffectiveService<'s>, out: &mut Reporter<'_>) {
    let Some(probe) = service.probe().and_then(|probe| probe.place()) else { return };
    let told = service.listening();
    let (port, place, variant) = match told.as_slice() {
        [Listening { port, place: Some(place) }] => (*port, *place, None),
        [] => match service.port_variable() {
            Some((port, place)) => (port, place, Some("variable")),
            None => return of_image(system, service, out),
        },
        // What an image is known for is said nowhere.
        told if told.iter().all(|listening| listening.place.is_none()) => return of_image(system, service, out),
        _ => return,
    };
    let is_dockerfile = |place: Location| service.built.is_some_and(|document| document.file == place.file);
    if is_dockerfile(probe) && is_dockerfile(place) {
        return;
    }
    let text = system.project.document(probe.file).source.text();
    let found = asked(probe.span.slice(text));
    // A second server may well be asked where the first one is asked too.
    if found.iter().any(|(number, _)| *number == port) {
        return;
    }
    // What hangs on a variable, the place of the port does not say.
    let test = service.service.healthcheck().and_then(|check| check.node.get("test"));
    let is_own = is_dockerfile(probe) || test.is_some_and(|test| test.origin.without_forms().is_own());
    for (number, range) in found {
        let span = Span::new(probe.span.start() + range.start, probe.span.start() + range.end);
        let draft = out
            .report_at(Location { file: probe.file, span })
            .value("name", service.service.name)
            .value("asked", number.to_string())
            .value("port", port.to_string())
            .related_at(place, "server");
        let draft = if let Some(variant) = variant { draft.variant(variant) } else { draft };
        // Other services are built from the same Dockerfile, or it runs without compose.
        if is_own && !is_dockerfile(probe) { draft.replace(span, port.to_string()).emit() } else { draft.emit() }
    }
}

/// Of an image that is run as it is, and whose ports are known.
fn of_image<'s>(system: &System<'s>, service: &EffectiveService<'s>, out: &mut Reporter<'_>) {
    let Some((image, place)) = pulled_image(&service.service) else { return };
    let ports = image.known().map_or(&[][..], |known| known.ports());
    let Some(test) = service.service.healthcheck().and_then(|check| check.node.get("test")) else { return };
    if ports.is_empty() || test.origin.is_unknown() {
        return;
    }
    let text = system.project.document(test.origin.file).source.text();
    let found = asked(test.origin.span.slice(text));
    let is_known = |port: u16| ports.contains(&port) || service.service.configures_port(port);
    if found.iter().any(|(port, _)| is_known(*port)) {
        return;
    }
    for (number, range) in found {
        let span = Span::new(test.origin.span.start() + range.start, test.origin.span.start() + range.end);
        let draft = out
            .report_at(Location { file: test.origin.file, span })
            .variant("image")
            .value("name", service.service.name)
            .value("asked", number.to_string())
            .value("image", image.text.as_str())
            .value("port", ports.iter().map(u16::to_string).collect::<Vec<_>>().join(", "))
            .related_at(place.location(), "server");
        match ports {
            [port] if test.origin.without_forms().is_own() => draft.replace(span, port.to_string()).emit(),
            _ => draft.emit(),
        }
    }
}
