use crate::project::policy_scope::{GovernedService, PolicyScope};
use crate::rules::check::Reporter;
use crate::source::Location;

pub fn check(scope: &PolicyScope<'_>, out: &mut Reporter<'_>) {
    for service in &scope.services {
        let Some(entry) = service.entry.filter(|entry| !entry.ports.is_empty()) else { continue };
        let promised = entry.ports.iter().map(u16::to_string).collect::<Vec<_>>().join(" or ");
        let source = entry.port_span.map(|span| scope.in_config(span));
        let mut report = |place: Location, variant: Option<&str>, found: String, container: String| {
            let draft = out.report_at(place).value("name", &service.name).value("promised", &promised).value("found", found);
            let draft =
                source.into_iter().fold(draft.value("container", container), |draft, place| draft.related_at(place, "source"));
            variant.into_iter().fold(draft, |draft, variant| draft.variant(variant)).emit();
        };
        let published = service.published_ports();
        let is_promised = |port: &u16| entry.ports.contains(port);
        if let [(_, _, place), ..] = published.as_slice()
            && !published.iter().any(|(outside, inside, _)| outside.iter().chain([inside]).any(is_promised))
        {
            report(*place, None, shown(published.iter().map(|(outside, inside, _)| outside.unwrap_or(*inside))), String::new());
        }
        // The port of the host may be the promised one.
        let inside: Vec<u16> = published
            .iter()
            .filter(|(outside, _, _)| outside.is_some_and(|port| is_promised(&port)))
            .map(|(_, inside, _)| *inside)
            .collect();
        let exposed = service.exposed_ports();
        if let [(_, place), ..] = exposed.as_slice()
            && !exposed.iter().any(|(port, _)| is_promised(port) || inside.contains(port))
        {
            report(*place, Some("exposed"), shown(exposed.iter().map(|(port, _)| *port)), String::new());
        }
        running(service, &is_promised, &mut report);
    }
}

/// Tells of a place: which variant, what was found there, and in which container.
type Report<'r> = dyn FnMut(Location, Option<&str>, String, String) + 'r;

fn running(service: &GovernedService<'_>, is_promised: &dyn Fn(&u16) -> bool, report: &mut Report<'_>) {
    for live in &service.containers {
        let ports: Vec<_> = live.container.numbered_ports().collect();
        let Some((index, _)) = ports.first() else { continue };
        if !ports.iter().any(|(_, port)| is_promised(&port.published) || is_promised(&port.target)) {
            let place = live.fact(&format!("/ports/{index}/published"));
            let found = shown(ports.iter().map(|(_, port)| port.published));
            report(place, Some("running"), found, live.container.shown_name());
        }
    }
}

fn shown(ports: impl Iterator<Item = u16>) -> String {
    let mut ports: Vec<u16> = ports.collect();
    ports.dedup();
    ports.iter().map(u16::to_string).collect::<Vec<_>>().join(" and ")
}
