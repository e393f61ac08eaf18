//! Whether a control applies: whether what it speaks of is there.

use super::document::Thing;
use crate::compose::Service;
use crate::compose::image::{is_database, reference};
use crate::finding::Environment;
use crate::project::{Project, UnitContent};
use crate::source::Kind;

/// Whether something is there, as far as the files show it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Presence {
    Here,
    NotHere,
    /// Nothing that would say so was looked at.
    Unknown,
}

/// The reason for which a control does not apply; `None` where it does, and where nobody can tell.
pub(super) fn reason(project: &Project, things: &[Thing]) -> Option<String> {
    if things.is_empty() || things.iter().any(|thing| presence(project, *thing) != Presence::NotHere) {
        return None;
    }
    let words: Vec<&str> = things.iter().map(|thing| word(*thing)).collect();
    Some(format!("there is no {} here", words.join(", no ")))
}

/// Whether there is such a thing in what is to go to production.
pub(super) fn presence(project: &Project, thing: Thing) -> Presence {
    let kind = |kind: Kind| {
        let found =
            project.documents.iter().any(|document| document.kind() == kind && document.environment != Environment::Development);
        if found { Presence::Here } else { Presence::NotHere }
    };
    match thing {
        Thing::Dockerfile => kind(Kind::Dockerfile),
        Thing::Compose => kind(Kind::Compose),
        Thing::Nginx => kind(Kind::Nginx),
        Thing::Env => kind(Kind::Env),
        Thing::Snapshot => kind(Kind::Snapshot),
        Thing::Database => of_services(project, |service| match service.image() {
            Some(image) if !image.is_unknown() => Some(reference(image.text).is_some_and(|image| is_database(&image))),
            Some(_) => None,
            None => Some(false),
        }),
        Thing::Volume => of_services(project, |service| {
            Some(service.volumes().any(|mount| matches!(mount.kind, "volume" | "bind" | "cluster") && !mount.read_only))
        }),
        Thing::PublishedPort => of_services(project, |service| {
            let host = service.text("network_mode").is_some_and(|mode| mode.text == "host");
            Some(host || service.ports().next().is_some())
        }),
    }
}

/// Asks every service; without a compose file nobody can tell.
fn of_services(project: &Project, ask: impl Fn(Service<'_>) -> Option<bool>) -> Presence {
    let mut presence = Presence::Unknown;
    let mut unknown = false;
    for unit in &project.units {
        let UnitContent::Compose(compose) = &unit.content else { continue };
        if project.document(unit.root).environment == Environment::Development {
            continue;
        }
        presence = Presence::NotHere;
        for service in compose.services() {
            match ask(service) {
                Some(true) => return Presence::Here,
                Some(false) => {}
                None => unknown = true,
            }
        }
    }
    if unknown { Presence::Unknown } else { presence }
}

const fn word(thing: Thing) -> &'static str {
    match thing {
        Thing::Dockerfile => "Dockerfile",
        Thing::Compose => "compose file",
        Thing::Nginx => "nginx configuration",
        Thing::Env => "env file",
        Thing::Snapshot => "snapshot of what runs",
        Thing::Database => "database",
        Thing::Volume => "volume that is written",
        Thing::PublishedPort => "published port",
    }
}
