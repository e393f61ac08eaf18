use crate::compose::Service;
use crate::project::effective::{EffectiveService, System, share_a_network};
use crate::project::hosts::{DATABASES, find_word, is_loopback, of_variable};
use crate::rules::check::Reporter;
use crate::source::Location;

/// Only where another service of the project certainly serves that very port, and this one does not.
pub fn check<'s>(system: &System<'s>, services: &[EffectiveService<'s>], out: &mut Reporter<'_>) {
    let ports: Vec<Vec<u16>> =
        services.iter().map(|service| service.listening().iter().map(|port| port.port).collect()).collect();
    for (index, service) in services.iter().enumerate().filter(|(_, service)| has_own_network(service.service)) {
        for variable in service.service.environment().filter(|variable| !variable.origin.is_unknown()) {
            for named in of_variable(&variable).into_iter().filter(|named| is_loopback(named.host)) {
                let wanted: Vec<u16> = named.port.map_or(DATABASES.to_vec(), |port| vec![port]);
                let serves = |ports: &[u16]| ports.iter().any(|port| wanted.contains(port));
                let is_reached = |other: Service<'_>| has_own_network(other) && share_a_network(service.service, other);
                let others = services
                    .iter()
                    .zip(&ports)
                    .enumerate()
                    .filter(|(other, (target, ports))| *other != index && serves(ports) && is_reached(target.service));
                let found: Vec<&EffectiveService<'_>> = others.map(|(_, (target, _))| target).collect();
                let ([target], false) = (found.as_slice(), serves(&ports[index])) else { continue };
                let text = system.project.document(variable.origin.file).source.text();
                let span = find_word(text, variable.origin.span, named.host);
                let place = Location { file: variable.origin.file, span: span.unwrap_or(variable.origin.span) };
                let draft = out
                    .report_at(place)
                    .value("name", service.service.name)
                    .value("variable", variable.name)
                    .value("host", named.host)
                    .value("target", target.service.name)
                    .related_at(target.service.origin().key_location(), "target");
                match span.filter(|_| variable.origin.without_forms().is_own()) {
                    Some(span) => draft.replace(span, target.service.name).emit(),
                    None => draft.emit(),
                }
            }
        }
    }
}

fn has_own_network(service: Service<'_>) -> bool {
    service.get("network_mode").is_none()
}
