use crate::compose::Ways;
use crate::project::effective::{EffectiveService, System};
use crate::rules::check::Reporter;
use crate::secret::{DefaultKind, Evidence, Setting, Strength};
use crate::source::Location;

/// Servers whose password is all that keeps others out.
const DATABASES: &[&str] = &[
    "postgres",
    "postgis",
    "pgvector",
    "timescaledb",
    "mysql",
    "mariadb",
    "mongo",
    "redis",
    "valkey",
    "rabbitmq",
    "couchdb",
    "neo4j",
    "clickhouse-server",
    "influxdb",
    "arangodb",
    "cassandra",
    "memcached",
    "elasticsearch",
    "minio",
];

/// Each of the two is bad enough to be told by itself; together they are a break-in.
pub fn check<'s>(system: &System<'s>, service: &EffectiveService<'s>, out: &mut Reporter<'_>) {
    let Some(image) = service.image().filter(|image| DATABASES.contains(&image.short_name())) else { return };
    let is_open = |port: &crate::compose::Port<'_>| {
        let is_local =
            port.host_ip.is_some_and(|address| address.starts_with("127.") || address == "::1" || address == "localhost");
        let is_served = image.known().is_none_or(|known| port.target.is_some_and(|target| known.ports().contains(&target)));
        !is_local && !port.is_unknown() && is_served
    };
    let Some(port) = service.service.ports().find(is_open) else { return };
    let Some((name, place, is_open)) = guessable(system, service) else { return };
    let draft = out.report_at(port.node.origin.location());
    let draft = if is_open { draft.variant("open") } else { draft };
    draft
        .value("name", service.service.name)
        .value("variable", name)
        .value("port", port.published.unwrap_or("of any number"))
        .related_at(place, "password")
        .emit();
}

/// A password of the service that everyone knows or guesses, that runs as it is written; or a switch that lets everyone in, which is
/// what the last part says.
fn guessable<'s>(system: &System<'s>, service: &EffectiveService<'s>) -> Option<(&'s str, Location, bool)> {
    service.service.environment().find_map(|variable| {
        let origin = variable.origin;
        let is_known = !variable.origin.is_unknown() && !origin.ways.has(Ways::IMPLIED);
        let document = system.project.document(origin.file);
        let is_weak = |detection: &&crate::secret::Detection| {
            let is_guessed = detection.strength != Strength::Real || matches!(detection.evidence, Evidence::Default(_));
            is_guessed && detection.setting != Setting::Example && origin.span.contains(detection.span)
        };
        let found = document.detections.iter().find(is_weak).filter(|_| is_known)?;
        let is_open = matches!(found.evidence, Evidence::Default(DefaultKind::Open(_)));
        Some((variable.name, Location { file: origin.file, span: found.span }, is_open))
    })
}
