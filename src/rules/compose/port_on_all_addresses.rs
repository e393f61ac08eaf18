use crate::compose::written::loopback;
use crate::compose::{Port, Service, image};
use crate::json_pointer;
use crate::live::services::internal_service_on;
use crate::project::effective::{EffectiveService, System};
use crate::project::guessable::open_database;
use crate::rules::check::Reporter;

/// Ports that many programs use: only an image of that name tells what listens there.
const COMMON: [(u16, &[&str]); 9] = [
    (4369, &["rabbit", "erlang"]),
    (7000, &["cassandra", "scylla"]),
    (8086, &["influx"]),
    (8123, &["clickhouse"]),
    (9042, &["cassandra", "scylla"]),
    (9092, &["kafka", "redpanda"]),
    (9200, &["elastic", "opensearch"]),
    (9300, &["elastic", "opensearch"]),
    (50000, &["db2"]),
];

pub fn check<'s>(system: &System<'s>, service: &EffectiveService<'s>, out: &mut Reporter<'_>) {
    report(system, service, false, out);
}

/// The ports with a database behind them, or the others; of one beside a password that everyone knows
/// `project/guessable-database-published` speaks.
pub(super) fn report<'s>(system: &System<'s>, service: &EffectiveService<'s>, databases: bool, out: &mut Reporter<'_>) {
    if service.service.ports().next().is_none() {
        return;
    }
    let is_guessable = |index: usize| open_database(system, service).is_some_and(|open| open.port.index == index);
    let (project, service) = (system.compose, service.service);
    let mut told = Vec::new();
    for port in service.ports().filter(|port| !port.is_unknown()) {
        let every = port.is_on_all_addresses();
        let (Some(target), true, false) = (port.target, every, told.contains(&port.node.origin.span)) else { continue };
        let behind = database(service, target);
        if behind.is_some() != databases || is_front_door(service, &port) || is_guessable(port.index) {
            continue;
        }
        // A range is one text.
        told.push(port.node.origin.span);
        let is_written = port.host_ip.is_some();
        let short = if port.is_short() { loopback(out.text_of(port.node.origin.file), &port) } else { None };
        let long = (!port.is_short() && !is_written)
            .then(|| format!("/services/{}/ports/{}", json_pointer::escaped(service.name), port.index));
        let place = port.published_node();
        let declared = long.and_then(|subject| out.declared(project, None, &subject, &[]));
        let draft = out.report_at(place.origin.location()).value("name", service.name).value("target", target.to_string());
        let draft = draft.value("service", behind.unwrap_or_default()).declared(declared);
        let draft = match short {
            Some((span, text)) => draft.replace(span, text),
            None => draft,
        };
        // That one looks for a dot in the text, and the other for any address.
        draft.without_if("kics", port.host_ip == Some("0.0.0.0")).without_if("dclint", is_written).emit();
    }
}

/// What listens on a port, when it is nobody's business outside.
fn database(service: Service<'_>, target: u16) -> Option<&'static str> {
    let found = internal_service_on(target)?;
    let common = COMMON.iter().find(|(port, _)| *port == target);
    let named = |name: &&str| service.name.contains(name) || service.image().is_some_and(|image| image.text.contains(name));
    common.is_none_or(|(_, names)| names.iter().any(named)).then_some(found)
}

/// Whether it is the port of a proxy that is there for everybody.
fn is_front_door(service: Service<'_>, port: &Port<'_>) -> bool {
    let is_web = matches!(port.published, Some("80" | "443"));
    let reference = service.image().and_then(|image| image::reference(image.text));
    is_web && (reference.is_some_and(|reference| image::is_proxy(&reference)) || service.name.contains("proxy"))
}
