//! What the rows stand for: services of compose projects, Dockerfiles that no compose file builds, and containers that nothing in the files
//! was made for.

use std::sync::Arc;

use crate::compose::{Node, Service};
use crate::dockerfile::model::Dockerfile;
use crate::live::{Container, Engine, SnapshotDocument};
use crate::project::effective::{EffectiveService, System};
use crate::project::links::ServiceLinks;
use crate::project::policy_scope::{GovernedService, PolicyScope};
use crate::project::running::service_of;
use crate::project::{Document, Project};
use crate::source::sources::{folder, join};
use crate::source::{FileId, Kind, Location, Span};

use super::RowKind;

/// One row, before it is judged.
pub(super) struct RowSubject<'a> {
    pub name: String,
    pub subject: Subject<'a>,
    /// Where the row is written.
    pub place: Location,
    /// What runs of it.
    pub containers: Vec<Seen<'a>>,
    /// A snapshot was looked at.
    pub live: bool,
    /// It does something once and ends.
    pub job: bool,
    /// What its policy sees of it.
    pub governed: Option<(&'a PolicyScope<'a>, &'a GovernedService<'a>)>,
}

/// What a row is read from.
pub(super) enum Subject<'a> {
    Service(Box<EffectiveService<'a>>),
    Image { document: &'a Document, dockerfile: Arc<Dockerfile> },
    Container,
}

/// A container of a snapshot.
#[derive(Clone, Copy)]
pub(super) struct Seen<'a> {
    pub file: FileId,
    pub document: &'a SnapshotDocument,
    pub engine: &'a Engine,
    pub container: &'a Container,
    /// The service of a compose project that it was made from: the file that the project begins with, and its name.
    pub service: Option<(FileId, &'a str)>,
}

impl RowSubject<'_> {
    /// What its service is called.
    fn service_name(&self) -> &str {
        match (&self.subject, self.containers.first()) {
            (Subject::Container, Some(seen)) => service_name(seen.container),
            _ => &self.name,
        }
    }

    pub fn kind(&self) -> RowKind {
        match self.subject {
            Subject::Service(_) => RowKind::Service,
            Subject::Image { .. } => RowKind::Image,
            Subject::Container => RowKind::Container,
        }
    }

    /// The Dockerfile that it is built from, and the number of the stage that runs, both as they are in the file.
    pub fn built(&self) -> Option<(FileId, Arc<Dockerfile>, usize)> {
        let (document, target) = match &self.subject {
            Subject::Service(service) => {
                let target = service.service.build().and_then(|build| build.get("target")).and_then(|target| target.as_str());
                (service.built?, target)
            }
            Subject::Image { document, .. } => (*document, None),
            Subject::Container => return None,
        };
        let dockerfile = document.dockerfile()?;
        let named = target.and_then(|target| dockerfile.stage_by_name(target, dockerfile.stages.len()));
        let stage = named.or_else(|| dockerfile.final_stage())?.index;
        Some((document.file, dockerfile, stage))
    }
}

/// Every row of a project, in the order of the files.
pub(super) fn subjects<'a>(project: &'a Project, scopes: &'a [PolicyScope<'a>]) -> Vec<RowSubject<'a>> {
    let mut rows = ungoverned(project);
    for row in &mut rows {
        let policy = &project.document(row.place.file).policy;
        let Some(scope) = scopes.iter().find(|scope| std::ptr::eq(scope.policy, &raw const **policy)) else { continue };
        row.governed = scope.service_named(row.service_name()).map(|service| (scope, service));
    }
    rows
}

fn ungoverned(project: &Project) -> Vec<RowSubject<'_>> {
    let seen = seen(project);
    let live = !seen.is_empty() || project.documents.iter().any(|document| document.snapshot().is_some());
    let mut taken = vec![false; seen.len()];
    let mut rows = Vec::new();
    let mut built: Vec<FileId> = Vec::new();
    for unit in &project.units {
        let Some(system) = System::of(project, unit) else { continue };
        built.extend(system.links.services.iter().filter_map(ServiceLinks::dockerfile));
        for service in system.services() {
            let is_it = |seen: &Seen<'_>| match seen.service {
                Some((root, name)) => root == unit.root && name == service.service.name,
                None => same_name(service_name(seen.container), service.service.name),
            };
            let containers = take(&seen, &mut taken, is_it);
            let place = service.service.origin().key_location();
            let name = service.service.name.to_owned();
            let job = system.compose.services().any(|other| waits_for_end(other, &name));
            rows.push(RowSubject {
                name,
                subject: Subject::Service(Box::new(service)),
                place,
                containers,
                live,
                job,
                governed: None,
            });
        }
    }
    for document in &project.documents {
        let Some(dockerfile) = document.dockerfile() else { continue };
        if built.contains(&document.file) || dockerfile.stages.is_empty() {
            continue;
        }
        let (folder_name, whole) = image_name(project, document);
        // A Dockerfile for development is not what runs: only the one that is alone with the name of its folder has containers.
        let is_it = |seen: &Seen<'_>| whole && same_name(service_name(seen.container), &folder_name);
        let containers = take(&seen, &mut taken, is_it);
        let from = dockerfile.final_stage().map_or(Span::default(), |stage| dockerfile.instruction(stage.from).span);
        let place = Location { file: document.file, span: from };
        let name = if whole { folder_name } else { document.source.path.clone() };
        rows.push(RowSubject {
            name,
            subject: Subject::Image { document, dockerfile },
            place,
            containers,
            live,
            job: false,
            governed: None,
        });
    }
    for (seen, _) in seen.iter().zip(&taken).filter(|(_, taken)| !**taken) {
        let place = Location { file: seen.file, span: seen.document.span(&format!("{}/name", seen.container.pointer)) };
        let name = seen.container.name.clone();
        let state = &seen.container.state;
        let job = state.status == "exited" && state.exit_code == 0 && !restarts(seen.container);
        rows.push(RowSubject { name, subject: Subject::Container, place, containers: vec![*seen], live, job, governed: None });
    }
    rows
}

/// The containers that a row is of; they are of no other one then.
fn take<'a>(seen: &[Seen<'a>], taken: &mut [bool], is_it: impl Fn(&Seen<'_>) -> bool) -> Vec<Seen<'a>> {
    let mut found = Vec::new();
    for (seen, taken) in seen.iter().zip(taken).filter(|(_, taken)| !**taken) {
        if is_it(seen) {
            *taken = true;
            found.push(*seen);
        }
    }
    found
}

/// Every container of every snapshot, those that `compose run` made left out.
fn seen(project: &Project) -> Vec<Seen<'_>> {
    let mut found = Vec::new();
    for document in &project.documents {
        let Some(snapshot) = document.snapshot() else { continue };
        for engine in &snapshot.snapshot.engines {
            let lasting = |container: &&Container| !container.compose.as_ref().is_some_and(|origin| origin.one_off);
            let containers = engine.containers.iter().filter(lasting);
            found.extend(containers.map(|container| {
                let service = service_of(project, container).map(|(system, service)| (system.compose.root, service.name));
                Seen { file: document.file, document: snapshot, engine, container, service }
            }));
        }
    }
    found
}

/// Whether a service begins when another one has ended well.
fn waits_for_end(service: Service<'_>, name: &str) -> bool {
    let condition = |node: &Node| node.get("condition").and_then(Node::as_str) == Some("service_completed_successfully");
    service.depends_on().any(|(other, node)| other == name && condition(node))
}

/// Whether the engine starts a container again that ended well.
pub(super) fn restarts(container: &Container) -> bool {
    matches!(container.restart.policy.as_str(), "always" | "unless-stopped")
}

/// What a container calls its service, else its own name.
fn service_name(container: &Container) -> &str {
    let service = container.compose.as_ref().map(|origin| origin.service.as_str()).filter(|service| !service.is_empty());
    service.or(container.swarm_service.as_deref()).unwrap_or(&container.name)
}

/// Whether two names are one, as people write them: a folder `auth_service` is the service `auth-service`.
fn same_name(one: &str, other: &str) -> bool {
    one.len() == other.len()
        && one.bytes().zip(other.bytes()).all(|(one, other)| {
            let plain = |byte: u8| if byte == b'_' { b'-' } else { byte.to_ascii_lowercase() };
            plain(one) == plain(other)
        })
}

/// The name of the folder that a Dockerfile lies in, and whether that names it: it is called `Dockerfile`, or is alone there.
fn image_name(project: &Project, document: &Document) -> (String, bool) {
    let path = join(".", &document.source.path);
    let own_folder = folder(&path);
    let same_folder = |other: &Document| folder(&join(".", &other.source.path)) == own_folder;
    let dockerfiles = project.documents.iter().filter(|other| other.kind() == Kind::Dockerfile);
    let alone = dockerfiles.filter(|other| same_folder(other)).count() == 1;
    let file_name = path.rsplit('/').next().unwrap_or(&path);
    let name = own_folder.rsplit('/').next().filter(|name| !matches!(*name, "" | "." | ".."));
    match name {
        Some(name) => (name.to_owned(), alone || matches!(file_name, "Dockerfile" | "Containerfile")),
        None => (document.source.path.clone(), false),
    }
}
