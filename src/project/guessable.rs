//! Databases that are open to everybody, with a password that keeps nobody out.

use super::effective::{EffectiveService, System};
use crate::compose::{Port, Ways};
use crate::secret::{DefaultKind, Detection, Evidence, Setting, Strength};
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

/// A published port of a database and what lets everyone in there.
#[derive(Debug)]
pub struct OpenDatabase<'s> {
    pub port: Port<'s>,
    /// The variable with the password, or the switch.
    pub variable: &'s str,
    pub place: Location,
    /// No password at all is asked for.
    pub asks_nothing: bool,
}

/// The first port of a service that is open beside a password that everyone knows.
pub fn open_database<'s>(system: &System<'s>, service: &EffectiveService<'s>) -> Option<OpenDatabase<'s>> {
    let image = service.image().filter(|image| DATABASES.contains(&image.short_name()))?;
    let is_open = |port: &Port<'_>| {
        let is_local =
            port.host_ip.is_some_and(|address| address.starts_with("127.") || address == "::1" || address == "localhost");
        let is_served = image.known().is_none_or(|known| port.target.is_some_and(|target| known.ports().contains(&target)));
        !is_local && !port.is_unknown() && is_served
    };
    let port = service.service.ports().find(is_open)?;
    let (variable, place, asks_nothing) = guessable(system, service)?;
    Some(OpenDatabase { port, variable, place, asks_nothing })
}

/// A password of the service that everyone knows or guesses, that runs as it is written; or a switch that lets everyone in, which is
/// what the last part says.
fn guessable<'s>(system: &System<'s>, service: &EffectiveService<'s>) -> Option<(&'s str, Location, bool)> {
    service.service.environment().find_map(|variable| {
        let origin = variable.origin;
        let is_known = !variable.origin.is_unknown() && !origin.ways.has(Ways::IMPLIED);
        let document = system.project.document(origin.file);
        let is_weak = |detection: &&Detection| {
            let is_guessed = detection.strength != Strength::Real || matches!(detection.evidence, Evidence::Default(_));
            is_guessed && detection.setting != Setting::Example && origin.span.contains(detection.span)
        };
        let found = document.detections().iter().find(is_weak).filter(|_| is_known)?;
        let is_open = matches!(found.evidence, Evidence::Default(DefaultKind::Open(_)));
        Some((variable.name, Location { file: origin.file, span: found.span }, is_open))
    })
}
