//! Clients of PostgreSQL and the servers that they speak to, by release.

use super::effective::{EffectiveService, System};
use crate::catalog::end_of_life::EndOfLife;
use crate::compose::Node;
use crate::dockerfile::image::ImageReference;
use crate::source::{Location, Span};

/// A release, and where it is said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Known {
    pub major: u32,
    pub place: Location,
}

/// The release that the packages of a distribution bring (packages.debian.org, packages.ubuntu.com, pkgs.alpinelinux.org).
const DISTRIBUTIONS: &[(&str, &str, u32)] = &[
    ("debian", "10", 11),
    ("debian", "11", 13),
    ("debian", "12", 15),
    ("debian", "13", 17),
    ("ubuntu", "18.04", 10),
    ("ubuntu", "20.04", 12),
    ("ubuntu", "22.04", 14),
    ("ubuntu", "24.04", 16),
];

/// The release of the server that an image runs.
pub fn server(image: &ImageReference) -> Option<u32> {
    let name = image.short_name();
    let tag = image.tag.as_deref().filter(|_| matches!(name, "postgres" | "postgis"))?;
    let digits: String = tag.chars().take_while(char::is_ascii_digit).collect();
    digits.parse().ok().filter(|major| (9..100).contains(major))
}

/// The release of the programs that a service has to speak to a server.
pub fn client<'s>(service: &EffectiveService<'s>) -> Option<Known> {
    let container = service.container.as_ref()?;
    let stage = container.stage()?;
    let dockerfile = container.dockerfile();
    let image = stage.image.as_deref()?;
    let mut packages = dockerfile.lineage(stage).flat_map(|stage| &stage.packages);
    let package = packages.find_map(|package| {
        let major = of_package(&package.name).or_else(|| by_distribution(&package.name, image))?;
        Some(Known { major, place: container.location(package.span)? })
    });
    let own = || Some(Known { major: server(image)?, place: container.location(container.from_span()?)? });
    package.or_else(own)
}

/// `postgresql-client-15`, `postgresql15-client`.
fn of_package(name: &str) -> Option<u32> {
    let rest = name.strip_prefix("postgresql")?;
    let digits = rest.strip_prefix("-client-").or_else(|| rest.strip_suffix("-client"))?;
    digits.parse().ok()
}

fn by_distribution(name: &str, image: &ImageReference) -> Option<u32> {
    if name != "postgresql-client" {
        return None;
    }
    let releases = EndOfLife::table().releases_of(&image.familiar_name(), image.tag.as_deref()?);
    let of = |release: &crate::catalog::end_of_life::Release<'_>| {
        let is_this = |(product, version, _): &&(&str, &str, u32)| {
            release.product.eq_ignore_ascii_case(product) && release.version == *version
        };
        DISTRIBUTIONS.iter().find(is_this).map(|(_, _, major)| *major)
    };
    releases.iter().find_map(of)
}

/// The servers that a service speaks to: those that it waits for, else the only one of the project.
pub fn servers<'s>(system: &System<'s>, service: &EffectiveService<'s>) -> Vec<(&'s str, Known)> {
    let all: Vec<(&str, Known)> = system
        .services()
        .filter(|other| other.service.name != service.service.name && other.built.is_none())
        .filter_map(|other| {
            let node = other.service.get("image").filter(|node| !node.origin.is_unknown())?;
            Some((other.service.name, Known { major: server(other.image()?)?, place: node.origin.location() }))
        })
        .collect();
    let awaited = |name: &str| service.service.depends_on().any(|(dependency, _)| dependency == name);
    match all.as_slice() {
        [_] => all,
        _ => all.into_iter().filter(|(name, _)| awaited(name)).collect(),
    }
}

/// Where a service calls a program that dumps a database: in its own words, or in those of its Dockerfile.
pub fn dumps_at<'s>(service: &EffectiveService<'s>) -> Option<Location> {
    const PROGRAMS: [&str; 2] = ["pg_dump", "pg_dumpall"];
    let words = ["command", "entrypoint"].into_iter().filter_map(|key| service.service.words(key)).flatten();
    let has = |node: &&Node| node.as_str().is_some_and(|text| PROGRAMS.iter().any(|program| text.contains(program)));
    if let Some(node) = words.into_iter().find(has) {
        return Some(node.origin.location());
    }
    let container = service.container.as_ref()?;
    let commands = container.dockerfile().scripts.iter().flat_map(|script| &script.script.commands);
    let span: Span = commands.filter(|command| PROGRAMS.contains(&command.name())).map(|command| command.span).next()?;
    container.location(span)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packages_name_their_release() {
        assert_eq!(of_package("postgresql-client-15"), Some(15));
        assert_eq!(of_package("postgresql16-client"), Some(16));
        assert_eq!(of_package("postgresql-client"), None);
        assert_eq!(of_package("postgresql-client-common"), None);
        let image = |text: &str| ImageReference::parse(text).unwrap();
        assert_eq!(by_distribution("postgresql-client", &image("python:3.12-slim-bookworm")), Some(15));
        assert_eq!(by_distribution("postgresql-client", &image("python:3.12-slim")), None);
        assert_eq!(server(&image("postgis/postgis:16-3.4")), Some(16));
        assert_eq!(server(&image("postgres:latest")), None);
    }
}
