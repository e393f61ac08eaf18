//! What one policy speaks of: the services of a run with all that says which release, port and health each of them has.

use std::ops::Range;
use std::sync::Arc;

use rustc_hash::FxHashSet;
use toml::Spanned;

use super::dependencies;
use super::effective::{EffectiveService, System};
use super::links::ServiceLinks;
use super::runtime_versions::{self, Role, StatedVersion};
use super::{Document, Project};
use crate::compose::Node;
use crate::config::{Policy, Runtime, ServiceEntry};
use crate::dockerfile::instruction::Body;
use crate::finding::Environment;
use crate::guide::Guide;
use crate::live::{Container, Engine};
use crate::service_name::{is_naming_label, same_name};
use crate::source::sources::{folder, join};
use crate::source::{FileId, Kind, Location, Span};

/// The files of one configuration, as its policy sees them.
#[derive(Debug)]
pub struct PolicyScope<'p> {
    pub project: &'p Project,
    pub policy: &'p Policy,
    /// The configuration itself.
    pub config: FileId,
    /// In the order of the files.
    pub services: Vec<GovernedService<'p>>,
    /// What is stated of no service in particular: in the root of the tree, in workflows.
    pub common: Vec<StatedVersion>,
    /// The places of entries in `[[service]]` that no service was found for.
    pub unmatched: Vec<usize>,
}

/// One service, wherever it shows.
#[derive(Debug)]
pub struct GovernedService<'p> {
    pub name: String,
    pub entry: Option<&'p ServiceEntry>,
    /// In each compose project of its folder: production, development.
    pub composed: Vec<(System<'p>, EffectiveService<'p>)>,
    /// The Dockerfiles that it is built from.
    pub dockerfiles: Vec<&'p Document>,
    /// The folders that it is built from, from the current directory.
    pub folders: Vec<String>,
    pub containers: Vec<LiveContainer<'p>>,
    /// What states its releases, what runs first.
    pub versions: Vec<StatedVersion>,
}

/// A container of a snapshot.
#[derive(Debug, Clone, Copy)]
pub struct LiveContainer<'p> {
    pub document: &'p Document,
    pub engine: &'p Engine,
    pub container: &'p Container,
}

impl LiveContainer<'_> {
    /// Where a fact of it stands.
    pub fn fact(&self, fact: &str) -> Location {
        let pointer = format!("{}{fact}", self.container.pointer);
        let span = self.document.snapshot().map_or(Span::default(), |snapshot| snapshot.span(&pointer));
        Location { file: self.document.file, span }
    }
}

impl<'p> GovernedService<'p> {
    fn new(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            entry: None,
            composed: Vec::new(),
            dockerfiles: Vec::new(),
            folders: Vec::new(),
            containers: Vec::new(),
            versions: Vec::new(),
        }
    }

    /// What is stated of one language.
    pub fn versions_of(&self, runtime: Runtime) -> impl Iterator<Item = &StatedVersion> {
        self.versions.iter().filter(move |stated| stated.runtime == runtime)
    }

    /// The release that it runs, as far as a place says it exactly: that of the final image, else what its tools take.
    pub fn running(&self, runtime: Runtime) -> Option<&StatedVersion> {
        self.versions_of(runtime).find(|stated| stated.exactly().is_some() && stated.role != Role::Tests)
    }

    /// The ports that compose publishes: outside where it is one, inside, and where that is said. What hangs on a variable is left out.
    pub fn published_ports(&self) -> Vec<(Option<u16>, u16, Location)> {
        let ports = self.composed.iter().flat_map(|(_, effective)| effective.service.ports());
        let known = ports.filter(|port| !port.is_unknown() && port.protocol == "tcp");
        known
            .filter_map(|port| {
                let outside = port.published_range().filter(|(first, last)| first == last).map(|(first, _)| first);
                Some((outside, port.target?, port.node.origin.location()))
            })
            .collect()
    }

    /// The ports that the final images of its Dockerfiles name with EXPOSE; those of variants for development are left out.
    pub fn exposed_ports(&self) -> Vec<(u16, Location)> {
        let mut found = Vec::new();
        for document in &self.dockerfiles {
            let Some(dockerfile) = document.dockerfile() else { continue };
            let Some(stage) = dockerfile.final_stage().filter(|_| document.environment != Environment::Development) else {
                continue;
            };
            for (index, instruction) in dockerfile.lineage(stage).flat_map(|stage| dockerfile.instructions_of(stage)) {
                let Body::Expose(words) = &instruction.body else { continue };
                for word in words {
                    let text = dockerfile.expand(index, &word.text).ok().and_then(|expanded| expanded.text);
                    let port = text.as_deref().and_then(|text| text.split('/').next()?.parse().ok());
                    found.extend(port.map(|port| (port, Location { file: document.file, span: word.span })));
                }
            }
        }
        found
    }

    /// The probes that its files write: HEALTHCHECK of a final image, `test` of compose.
    pub fn written_probes(&self) -> Vec<Location> {
        let mut found = Vec::new();
        for document in &self.dockerfiles {
            let Some(dockerfile) = document.dockerfile() else { continue };
            let probe = dockerfile.final_stage().and_then(|stage| stage.healthcheck.as_ref()).filter(|probe| probe.value);
            let span = probe.map(|probe| dockerfile.instruction(probe.instruction).span);
            found.extend(span.map(|span| Location { file: document.file, span }));
        }
        for (_, effective) in &self.composed {
            let probe = effective.service.healthcheck().filter(|probe| !probe.is_disabled());
            let test = probe.and_then(|probe| probe.node.get("test")).filter(|test| !test.origin.is_unknown());
            found.extend(test.map(|test| test.origin.location()));
        }
        found.sort_unstable();
        found.dedup();
        found
    }

    /// The names by which a table of services may mean it.
    fn names(&self) -> Vec<String> {
        let mut names = vec![self.name.clone()];
        for (_, effective) in &self.composed {
            names.push(effective.service.name.to_owned());
            names.extend(effective.service.container_name().map(|name| name.text.to_owned()));
            let labels = effective.service.labels().filter(|(key, _)| is_naming_label(key));
            names.extend(labels.filter_map(|(_, value)| value.as_str().map(str::to_owned)));
        }
        names.extend(self.folders.iter().map(|folder| last_part(folder).to_owned()));
        for dockerfile in &self.dockerfiles {
            names.extend(name_in_file_name(&dockerfile.source.path));
        }
        for live in &self.containers {
            names.push(live.container.shown_name());
            names.extend(live.container.compose.as_ref().map(|origin| origin.service.clone()));
            names.extend(live.container.labels.iter().filter(|(key, _)| is_naming_label(key)).map(|(_, value)| value.clone()));
        }
        names
    }

    /// Whether it is what an entry is about; a name of compose says more than one of a folder.
    pub fn is_named(&self, name: &str) -> bool {
        same_name(&self.name, name) || self.names().iter().any(|own| same_name(own, name))
    }
}

/// The configurations of a run whose policies speak of services.
pub fn scopes(project: &Project) -> Vec<PolicyScope<'_>> {
    let mut seen: Vec<&Arc<Policy>> = Vec::new();
    for document in &project.documents {
        // Policies are few, files are many.
        if document.policy.speaks_of_services() && !seen.iter().any(|known| Arc::ptr_eq(known, &document.policy)) {
            seen.push(&document.policy);
        }
    }
    seen.into_iter().filter_map(|policy| PolicyScope::of(project, policy)).collect()
}

impl<'p> PolicyScope<'p> {
    fn of(project: &'p Project, policy: &'p Arc<Policy>) -> Option<Self> {
        let source = policy.source()?;
        let config = project.documents.iter().find(|document| {
            document.kind() == Kind::Neighbour && document.source.path == source.path && Arc::ptr_eq(&document.policy, policy)
        })?;
        let mut scope =
            Self { project, policy, config: config.file, services: Vec::new(), common: Vec::new(), unmatched: Vec::new() };
        scope.find_composed();
        scope.find_built();
        scope.find_running();
        scope.match_entries();
        scope.state_versions();
        Some(scope)
    }

    /// The files that are judged by this policy.
    pub fn files(&self) -> impl Iterator<Item = &'p Document> + use<'_, 'p> {
        let documents = self.project.documents.iter();
        documents.map(|document| &**document).filter(|document| std::ptr::eq(&raw const *document.policy, self.policy))
    }

    /// The files beside those of the run that lie in a folder.
    pub fn neighbours_in(&self, folder_name: &str) -> impl Iterator<Item = &'p Document> + use<'_, 'p> {
        let folder_name = join(".", folder_name);
        self.files().filter(move |document| {
            document.kind() == Kind::Neighbour && folder(&join(".", &document.source.path)) == folder_name
        })
    }

    /// The manifests and lock files of a service: those of its folders, else those above them up to the configuration.
    pub fn manifests(&self, service: &GovernedService<'p>) -> Vec<&'p Document> {
        let root = join(".", folder(&self.project.document(self.config).source.path));
        let mut found: Vec<&Document> = Vec::new();
        for start in &service.folders {
            let mut here = start.clone();
            // A path has no more parts than bytes.
            for _ in 0..=start.len() {
                let inside = join(&here, "requirements");
                let around = self.neighbours_in(&here).chain(self.neighbours_in(&inside));
                let of_folder: Vec<_> =
                    around.filter(|file| dependencies::is_manifest(file) || dependencies::is_lock(file)).collect();
                if of_folder.iter().any(|file| dependencies::is_manifest(file)) {
                    found.extend(of_folder);
                    break;
                }
                let above = folder(&here).to_owned();
                if here == root || above == here {
                    break;
                }
                here = above;
            }
        }
        found.sort_by_key(|document| document.file);
        found.dedup_by_key(|document| document.file);
        found
    }

    /// Whether everything that the configuration is for was looked at, so that what is not found is not there.
    pub fn is_whole(&self) -> bool {
        let root = self.policy.source().and_then(|source| source.root.canonicalize().ok());
        match (&self.project.looked_at, root) {
            (None, _) => true,
            (Some(looked_at), Some(root)) => looked_at.iter().any(|folder| root.starts_with(folder)),
            (Some(_), None) => false,
        }
    }

    /// The service that a name means: that of an equal name, else one that is called so in another way.
    pub fn service_named(&self, name: &str) -> Option<&GovernedService<'p>> {
        let by_name = self.services.iter().find(|service| same_name(&service.name, name));
        by_name.or_else(|| self.services.iter().find(|service| service.is_named(name)))
    }

    /// The guides that the configuration names, as far as they are there.
    pub fn guides(&self) -> Vec<(FileId, Guide)> {
        let documents = self.policy.guides().iter().filter_map(|guide| self.guide_document(guide.get_ref()));
        documents.map(|document| (document.file, Guide::read(document.source.text()))).collect()
    }

    /// The guides that the configuration names and that were not read.
    pub fn missing_guides(&self) -> Vec<&'p Spanned<String>> {
        self.policy.guides().iter().filter(|guide| self.guide_document(guide.get_ref()).is_none()).collect()
    }

    fn guide_document(&self, guide: &str) -> Option<&'p Document> {
        let path = self.policy.source()?.root.join(guide);
        let is_it = |document: &&Document| document.source.location.as_deref() == Some(path.as_path());
        self.files().filter(|document| document.kind() == Kind::Neighbour).find(is_it)
    }

    /// What stands at a span of the configuration.
    pub fn text_in_config(&self, span: Span) -> &'p str {
        span.slice(self.project.document(self.config).source.text())
    }

    /// The place of a span of the configuration.
    pub fn in_config(&self, span: impl Into<Span>) -> Location {
        Location { file: self.config, span: span.into() }
    }

    fn is_ours(&self, file: FileId) -> bool {
        std::ptr::eq(&raw const *self.project.document(file).policy, self.policy)
    }

    fn find_composed(&mut self) {
        let mut places: Vec<(String, String)> = Vec::new();
        let project = self.project;
        for unit in &project.units {
            if !self.is_ours(unit.root) {
                continue;
            }
            let Some(system) = System::of(project, unit) else { continue };
            let around = folder(&join(".", &project.document(unit.root).source.path)).to_owned();
            for effective in system.services() {
                let key = (around.clone(), effective.service.name.to_owned());
                let index = places.iter().position(|known| *known == key).unwrap_or_else(|| {
                    places.push(key);
                    self.services.push(GovernedService::new(effective.service.name));
                    self.services.len() - 1
                });
                let service = &mut self.services[index];
                if let Some(document) = effective.built {
                    push_document(&mut service.dockerfiles, document);
                    push_new(&mut service.folders, folder(&join(".", &document.source.path)).to_owned());
                }
                let context = effective.service.build().and_then(|build| build.get("context"));
                let context = context.filter(|context| !context.origin.is_unknown()).and_then(Node::as_str);
                if let Some(context) = context.filter(|context| !crate::compose::is_remote(context)) {
                    push_new(&mut service.folders, join(".", context));
                }
                service.composed.push((system, effective));
            }
        }
    }

    /// Dockerfiles that no compose file builds: one service a folder, unless their names tell services apart. Those beside one that is
    /// built belong to the same service.
    fn find_built(&mut self) {
        let linked: FxHashSet<FileId> =
            self.project.units.iter().flat_map(|unit| &unit.links.services).filter_map(ServiceLinks::dockerfile).collect();
        let composed = self.services.len();
        for document in self.project.documents.iter().map(|document| &**document) {
            if document.kind() != Kind::Dockerfile || linked.contains(&document.file) || !self.is_ours(document.file) {
                continue;
            }
            let path = join(".", &document.source.path);
            let around = folder(&path);
            let named = name_in_file_name(&path);
            let by_name = named.as_ref().and_then(|name| self.services.iter().position(|service| same_name(&service.name, name)));
            let mut beside = (0..composed).filter(|index| self.services[*index].folders.iter().any(|own| own == around));
            let only = beside.next().filter(|_| beside.next().is_none());
            let is_variant = path.rsplit('/').next().is_some_and(is_variant_name);
            let again = (composed..self.services.len())
                .find(|index| self.services[*index].folders.iter().any(|own| own == around) && (named.is_none() || is_variant));
            let index = by_name.or(only.filter(|_| named.is_none() || is_variant)).or(again).unwrap_or_else(|| {
                let name = named.clone().unwrap_or_else(|| self.folder_name(around, document));
                self.services.push(GovernedService::new(&name));
                self.services.len() - 1
            });
            push_document(&mut self.services[index].dockerfiles, document);
            push_new(&mut self.services[index].folders, around.to_owned());
        }
    }

    /// The name of a folder, of the current directory too.
    fn folder_name(&self, around: &str, document: &Document) -> String {
        let name = last_part(around);
        if name != "." {
            return name.to_owned();
        }
        let parent = document.source.location.as_deref().and_then(|path| path.parent()?.file_name());
        parent.map_or_else(|| "app".to_owned(), |name| name.to_string_lossy().into_owned())
    }

    fn find_running(&mut self) {
        for document in self.project.documents.iter().map(|document| &**document) {
            let Some(snapshot) = document.snapshot().filter(|_| self.is_ours(document.file)) else { continue };
            for engine in &snapshot.snapshot.engines {
                for container in &engine.containers {
                    let origin = container.compose.as_ref().map(|origin| origin.service.as_str()).filter(|name| !name.is_empty());
                    let own = container.shown_name();
                    let name = origin.unwrap_or(&own);
                    let index = self.services.iter().position(|service| same_name(&service.name, name)).unwrap_or_else(|| {
                        self.services.push(GovernedService::new(name));
                        self.services.len() - 1
                    });
                    self.services[index].containers.push(LiveContainer { document, engine, container });
                }
            }
        }
    }

    fn match_entries(&mut self) {
        let entries = self.policy.services();
        for service in &mut self.services {
            let by_name = entries.iter().find(|entry| same_name(entry.name.get_ref(), &service.name));
            service.entry = by_name.or_else(|| entries.iter().find(|entry| service.is_named(entry.name.get_ref())));
        }
        let is_matched = |entry: &ServiceEntry| {
            self.services.iter().any(|service| service.entry.is_some_and(|known| std::ptr::eq(known, entry)))
                || self.services.iter().any(|service| service.is_named(entry.name.get_ref()))
        };
        self.unmatched = (0..entries.len()).filter(|index| !is_matched(&entries[*index])).collect();
    }

    fn state_versions(&mut self) {
        let project = self.project;
        let text = |file: FileId| project.document(file).source.text().to_owned();
        let stated: Vec<StatedVersion> =
            self.files().filter(|file| file.kind() == Kind::Neighbour).flat_map(runtime_versions::in_file).collect();
        let mut services = std::mem::take(&mut self.services);
        let mut taken = vec![false; stated.len()];
        for service in &mut services {
            let mut decided: Vec<(FileId, Vec<usize>)> = Vec::new();
            for (_, effective) in &service.composed {
                let (own, froms) = runtime_versions::in_service(effective, text);
                own.into_iter().for_each(|stated| push_stated(&mut service.versions, stated));
                if let Some(document) = effective.built {
                    decided.push((document.file, froms));
                }
            }
            for document in &service.dockerfiles {
                let Some(dockerfile) = document.dockerfile() else { continue };
                // A default counts unless every build of it gives its own.
                let builds: Vec<_> = decided.iter().filter(|(file, _)| *file == document.file).map(|(_, froms)| froms).collect();
                let leave_out: Vec<usize> = match builds.split_first() {
                    Some((first, others)) => {
                        first.iter().copied().filter(|from| others.iter().all(|other| other.contains(from))).collect()
                    }
                    None => Vec::new(),
                };
                let own = runtime_versions::in_dockerfile(document, &dockerfile, &leave_out);
                own.into_iter().for_each(|stated| push_stated(&mut service.versions, stated));
            }
            for live in &service.containers {
                let place = |index: usize| live.fact(&format!("/interpreters/{index}/version")).span;
                service.versions.extend(runtime_versions::of_container(live.document.file, live.container, place));
            }
            for (index, stated) in stated.iter().enumerate() {
                let path = join(".", &project.document(stated.place.file).source.path);
                let at = stated.folder.as_deref().map(|folder| join(".", folder));
                let about = at.unwrap_or_else(|| folder(&path).to_owned());
                if service.folders.contains(&about) {
                    taken[index] = true;
                    push_stated(&mut service.versions, stated.clone());
                }
            }
            service.versions.sort_by_key(|stated| stated.role);
        }
        self.services = services;
        self.common = stated.into_iter().zip(taken).filter(|(_, taken)| !taken).map(|(stated, _)| stated).collect();
    }
}

fn push_new(list: &mut Vec<String>, item: String) {
    if !list.contains(&item) {
        list.push(item);
    }
}

fn push_document<'p>(list: &mut Vec<&'p Document>, document: &'p Document) {
    if !list.iter().any(|known| known.file == document.file) {
        list.push(document);
    }
}

fn push_stated(list: &mut Vec<StatedVersion>, stated: StatedVersion) {
    if !list.iter().any(|known| known.place == stated.place && known.runtime == stated.runtime) {
        list.push(stated);
    }
}

fn last_part(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

/// `Dockerfile.worker`, `worker.Dockerfile`: what the name tells beside that it is a Dockerfile.
fn name_in_file_name(path: &str) -> Option<String> {
    let name = last_part(path);
    let word = name
        .strip_prefix("Dockerfile.")
        .or_else(|| name.strip_suffix(".Dockerfile"))
        .or_else(|| name.strip_suffix(".dockerfile"))?;
    Some(word.to_owned()).filter(|word| !word.is_empty())
}

/// Names of Dockerfiles that tell what for, and not which service.
fn is_variant_name(name: &str) -> bool {
    name.split('.').any(|word| {
        let word = word.to_ascii_lowercase();
        super::environment::guess(&format!("x.{word}")).is_some()
            || matches!(
                word.as_str(),
                "base" | "alpine" | "slim" | "debian" | "multitenant" | "multistage" | "optimized" | "amd64" | "arm64"
            )
    })
}

/// The paths that a text asks of its own container, each with its place: `/health` of `http://localhost:8000/health`. One without a path asks
/// `/`.
pub fn asked_paths(text: &str) -> Vec<(&str, Range<usize>)> {
    let mut found = Vec::new();
    for (at, scheme) in text.match_indices("://") {
        let start = at + scheme.len();
        let Some(host) = ["localhost", "127.0.0.1", "0.0.0.0", "[::1]"].iter().find(|host| text[start..].starts_with(**host))
        else {
            continue;
        };
        let ends = |char: char| {
            char.is_whitespace()
                || matches!(char, '"' | '\'' | '`' | ')' | '>' | '<' | ';' | '|' | '&' | ',' | ']' | '?' | '#' | '\\')
        };
        let after = start + host.len();
        let rest = &text[after..];
        let end = after + rest.find(ends).unwrap_or(rest.len());
        let path = text[after..end].find('/').map_or(end, |slash| after + slash);
        // `localhost.example.org` is another host.
        if !matches!(text.as_bytes().get(after), Some(byte) if byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-')) {
            found.push((if path == end { "/" } else { &text[path..end] }, path..end));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_that_a_probe_asks_of_its_container() {
        let paths = |text| asked_paths(text).into_iter().map(|(path, _)| path).collect::<Vec<_>>();
        assert_eq!(paths("curl -f http://localhost:8000/health || exit 1"), ["/health"]);
        assert_eq!(paths("[\"CMD\", \"curl\", \"http://127.0.0.1/a/b?x=1\"]"), ["/a/b"]);
        assert_eq!(paths("u.urlopen('http://[::1]:$PORT/health')"), ["/health"]);
        assert_eq!(paths("curl http://localhost:8000"), ["/"]);
        assert_eq!(paths("curl http://web:8000/x http://localhost.example.org/ https://example.org/health"), Vec::<&str>::new());
    }

    #[test]
    fn names_of_dockerfiles() {
        assert_eq!(name_in_file_name("x/worker.Dockerfile").as_deref(), Some("worker"));
        assert!(is_variant_name("Dockerfile.dev") && is_variant_name("Dockerfile.prod") && !is_variant_name("Dockerfile.worker"));
    }
}
