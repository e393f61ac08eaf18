//! A first policy, from what the files of a tree run today and what guides say of it.

use std::collections::BTreeMap;

use super::dependencies;
use super::policy_scope::{GovernedService, PolicyScope, asked_paths};
use crate::catalog::end_of_life::EndOfLife;
use crate::config::Runtime;
use crate::guide::{Guide, GuideService};

/// What a team could promise itself as things stand.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FirstPolicy {
    pub runtimes: Vec<FirstRuntime>,
    pub services: Vec<FirstService>,
}

/// The releases of one language.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FirstRuntime {
    pub runtime: Runtime,
    pub default: String,
    /// What runs, in order.
    pub allow: Vec<String>,
}

/// A service with what sets it apart.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FirstService {
    pub name: String,
    /// Those that are not the default.
    pub runtimes: Vec<(Runtime, String)>,
    /// `None` where it runs the default; empty where it does not and nobody says why.
    pub reason: Option<String>,
    pub because: Vec<String>,
    pub ports: Vec<u16>,
    pub health: Option<String>,
}

impl FirstPolicy {
    /// What the files run, and what the guides say beside it. Where both speak of a service, the guide is what was promised.
    pub fn of(scope: &PolicyScope<'_>, guides: &[Guide]) -> Self {
        let rows: Vec<(&Guide, &GuideService)> =
            guides.iter().flat_map(|guide| guide.services.iter().map(move |row| (guide, row))).collect();
        let mut subjects: Vec<Subject<'_, '_>> = Vec::new();
        for (guide, row) in rows {
            let service = scope.service_named(&row.name.text);
            let known = |subject: &Subject<'_, '_>| match (subject.service, service) {
                (Some(one), Some(other)) => std::ptr::eq(one, other),
                _ => subject.row.is_some_and(|(_, known)| known.name.text == row.name.text),
            };
            // The first row of a service counts.
            if !subjects.iter().any(known) {
                subjects.push(Subject { service, row: Some((guide, row)) });
            }
        }
        for service in &scope.services {
            if !subjects.iter().any(|subject| subject.service.is_some_and(|known| std::ptr::eq(known, service))) {
                subjects.push(Subject { service: Some(service), row: None });
            }
        }
        let runtimes: Vec<FirstRuntime> =
            Runtime::ALL.into_iter().filter_map(|runtime| FirstRuntime::of(runtime, &subjects)).collect();
        let services = subjects.iter().map(|subject| subject.entry(scope, &runtimes));
        let services = services.filter(|entry| !entry.is_empty()).collect();
        Self { runtimes, services }
    }
}

/// A service, the row of a guide about it, or both.
struct Subject<'s, 'p> {
    service: Option<&'s GovernedService<'p>>,
    row: Option<(&'s Guide, &'s GuideService)>,
}

impl Subject<'_, '_> {
    /// The release that is promised or runs, as a line of releases: `3.11` of `3.11.4`.
    fn release(&self, runtime: Runtime) -> Option<String> {
        let said =
            self.row.and_then(|(_, row)| row.releases.iter().find(|(of, _)| *of == runtime)).map(|(_, cell)| cell.text.as_str());
        let runs = || self.service.and_then(|service| service.running(runtime)?.exactly());
        said.or_else(runs).map(|version| line(runtime, version))
    }

    /// Whether a guide says why it is as it is.
    fn has_reason(&self) -> bool {
        self.row.is_some_and(|(_, row)| row.reason.is_some())
    }

    fn entry(&self, scope: &PolicyScope<'_>, runtimes: &[FirstRuntime]) -> FirstService {
        let name = self.service.map(|service| service.name.clone()).or_else(|| self.row.map(|(_, row)| row.name.text.clone()));
        let mut entry = FirstService { name: name.unwrap_or_default(), ..FirstService::default() };
        for policy in runtimes {
            entry.runtimes.extend(
                self.release(policy.runtime)
                    .filter(|version| *version != policy.default)
                    .map(|version| (policy.runtime, version)),
            );
        }
        if !entry.runtimes.is_empty() {
            let reason = self.row.and_then(|(_, row)| row.reason.as_ref()).map(|reason| reason.text.clone());
            if let (Some(reason), Some((guide, _))) = (&reason, self.row) {
                entry.because = self.dependency_in(reason, guide, scope).into_iter().collect();
            }
            entry.reason = Some(reason.unwrap_or_default());
        }
        let said = self.row.map_or(Vec::new(), |(_, row)| row.ports.clone());
        entry.ports = if said.is_empty() { self.service.map_or(Vec::new(), port_of) } else { said };
        let said = self.row.and_then(|(_, row)| row.health.as_ref()).map(|health| health.text.clone());
        entry.health = said.or_else(|| self.service.and_then(|service| health_of(scope, service)));
        entry
    }

    /// The dependency that a reason speaks of: a word of it that a manifest names, or the beginning of a name that the guide writes in code
    /// font: gRPC and `grpcio`.
    fn dependency_in(&self, reason: &str, guide: &Guide, scope: &PolicyScope<'_>) -> Option<String> {
        let manifests = self.service.map_or(Vec::new(), |service| scope.manifests(service));
        let lower = reason.to_lowercase();
        let words = lower.split(|char: char| char.is_whitespace() || matches!(char, ',' | ';' | '(' | ')' | '`' | ':' | '/'));
        let words: Vec<&str> =
            words.map(|word| word.trim_matches('.')).filter(|word| word.len() >= 4 && *word != "python").collect();
        let named = words.iter().find(|word| manifests.iter().any(|file| dependencies::names(file, word)));
        if let Some(named) = named {
            return Some((*named).to_owned());
        }
        let packages = guide.code.iter().map(|code| code.split(['=', '<', '>', '~', ' ']).next().unwrap_or_default());
        let is_package =
            |name: &&str| name.len() >= 3 && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte));
        let is_service = |name: &&str| scope.service_named(name).is_none() && guide.service(|known| known == *name).is_none();
        let fits = |name: &&str| words.iter().any(|word| name.to_lowercase().starts_with(word));
        packages.filter(is_package).filter(is_service).filter(fits).min_by_key(|name| name.len()).map(str::to_owned)
    }
}

impl FirstService {
    fn is_empty(&self) -> bool {
        self.runtimes.is_empty() && self.ports.is_empty() && self.health.is_none()
    }
}

impl FirstRuntime {
    /// The commonest release is the default; one for which guides give no reasons is it before one that has to be explained. Of equally common
    /// ones the newest.
    fn of(runtime: Runtime, subjects: &[Subject<'_, '_>]) -> Option<Self> {
        let count = |explained: bool| {
            let mut counts: BTreeMap<Vec<u32>, (usize, String)> = BTreeMap::new();
            for subject in subjects.iter().filter(|subject| explained || !subject.has_reason()) {
                if let Some(release) = subject.release(runtime) {
                    counts.entry(order(&release)).or_insert((0, release)).0 += 1;
                }
            }
            counts
        };
        let all = count(true);
        let plain = count(false);
        let candidates = if plain.is_empty() { &all } else { &plain };
        let default = candidates
            .iter()
            .max_by_key(|(version, (count, _))| (*count, (*version).clone()))
            .map(|(_, (_, text))| text.clone())?;
        Some(Self { runtime, default, allow: all.into_values().map(|(_, text)| text).collect() })
    }
}

/// The line of releases that a version belongs to, as far as its support is concerned.
fn line(runtime: Runtime, version: &str) -> String {
    let known = EndOfLife::table().releases_of(runtime.official_image(), version);
    if let Some(release) = known.first().filter(|release| Runtime::of_product(release.product) == Some(runtime)) {
        return release.version.to_owned();
    }
    let parts = if matches!(runtime, Runtime::Node | Runtime::Java) { 1 } else { 2 };
    version.split('.').take(parts).collect::<Vec<_>>().join(".")
}

fn order(version: &str) -> Vec<u32> {
    version.split('.').map(|part| part.parse().unwrap_or_default()).collect()
}

/// The port that others reach a service at: the first that compose publishes, else the first that its image names.
fn port_of(service: &GovernedService<'_>) -> Vec<u16> {
    let published = service.published_ports();
    let outside = published.first().map(|(outside, inside, _)| outside.unwrap_or(*inside));
    outside.or_else(|| service.exposed_ports().first().map(|(port, _)| *port)).into_iter().collect()
}

/// The path that its probe asks, where that is more than the root.
fn health_of(scope: &PolicyScope<'_>, service: &GovernedService<'_>) -> Option<String> {
    let probes = service.written_probes();
    let paths = probes.iter().flat_map(|probe| asked_paths(probe.span.slice(scope.project.document(probe.file).source.text())));
    paths.map(|(path, _)| path).find(|path| path.len() > 1 && !path.contains('$')).map(str::to_owned)
}
