//! What runs, mapped back to the files that it was made from: a finding on a container shows the line of its compose file, with the fix that a rule of
//! the file has for it.

use std::path::{Path, PathBuf};

use crate::compose::{Node, Origin, Service};
use crate::finding::{BoxedFinding, Finding, Location, Related};
use crate::live::{Container, Snapshot, SnapshotDocument};
use crate::project::Project;
use crate::project::effective::System;
use crate::project::running::service_of;
use crate::rules::{self, Registry, Rule};
use crate::source::{Kind, SourceFile, discover};

/// Facts of containers, and the attributes of compose that set them.
const ATTRIBUTES: &[(&str, &[&str])] = &[
    ("privileged", &["privileged"]),
    ("network_mode", &["network_mode"]),
    ("pid_mode", &["pid"]),
    ("ipc_mode", &["ipc"]),
    ("uts_mode", &["uts"]),
    ("user_namespace_mode", &["userns_mode"]),
    ("capabilities_added", &["cap_add"]),
    ("devices", &["devices"]),
    ("security_options", &["security_opt"]),
    ("apparmor_profile", &["security_opt"]),
    ("no_new_privileges", &["security_opt"]),
    ("read_only_root", &["read_only"]),
    ("limits", &["mem_limit", "deploy"]),
    ("mounts", &["volumes"]),
    ("ports", &["ports"]),
    ("processes", &["user"]),
    ("user", &["user"]),
    ("restart", &["restart"]),
    ("log", &["logging"]),
    ("environment", &["environment"]),
    ("health", &["healthcheck"]),
    ("healthcheck", &["healthcheck"]),
    ("image", &["image"]),
    ("image_id_now", &["image"]),
    ("interpreters", &["image", "build"]),
];

/// What runs, and the rules of Dockerfiles that say the same of what it was built from.
const BUILT: &[(&str, &[&str])] = &[
    ("container/root-process", &["dockerfile/service-as-root", "dockerfile/root-user", "dockerfile/missing-user"]),
    ("container/probe-cannot-run", &["dockerfile/probe-tool-missing"]),
    ("container/interpreter-end-of-life", &["dockerfile/end-of-life-base"]),
];

/// The files of the projects that made the containers: of the folders that the command line names, else those that the containers name,
/// where the engine is one of this machine.
pub fn files(named: &[PathBuf], snapshots: &[&Snapshot], current_directory: PathBuf) -> Vec<SourceFile> {
    let mut paths: Vec<PathBuf> = named.to_vec();
    if named.is_empty() {
        let engines = snapshots.iter().flat_map(|snapshot| &snapshot.engines);
        let local = engines.filter(|engine| engine.endpoint.starts_with("unix://"));
        let origins = local.flat_map(|engine| &engine.containers).filter_map(|container| container.compose.as_ref());
        for file in origins.flat_map(|origin| &origin.config_files).map(PathBuf::from) {
            if file.is_absolute() && file.is_file() && !paths.contains(&file) {
                paths.push(file);
            }
        }
    }
    if paths.is_empty() {
        return Vec::new();
    }
    let request = discover::Request { paths, current_directory, ..discover::Request::default() };
    let found = discover::discover(&request).files;
    found.into_iter().filter(|file| matches!(file.kind, Kind::Compose | Kind::Env | Kind::Dockerfile)).collect()
}

/// Shows for each finding on a container where its compose file says it, with the fix that the file gets.
pub fn map_back(project: &Project, registry: &Registry, findings: &mut [BoxedFinding]) {
    if project.units.is_empty() {
        return;
    }
    let is_of_build = |id: &str| BUILT.iter().any(|(_, rules)| rules.contains(&id));
    let is_of_service = |rule: &Rule| rule.subject.starts_with("compose") && rule.fix_safety().is_some();
    let rules: Vec<&'static Rule> = registry.iter().filter(|rule| is_of_service(rule) || is_of_build(rule.id)).collect();
    let judged = rules::judge(project, &rules).findings;
    let (of_dockerfiles, of_files): (Vec<Finding>, Vec<Finding>) =
        judged.into_iter().partition(|finding| is_of_build(finding.rule));
    for finding in findings {
        let Some(snapshot) = project.document(finding.primary.file).snapshot() else { continue };
        // Differences between the two sides show both already.
        if finding.related.iter().any(|related| related.location.file != finding.primary.file) {
            continue;
        }
        let Some((container, fact)) = fact_of(snapshot, finding) else { continue };
        let Some((system, service)) = service_of(project, container) else { continue };
        let (origin, label) = match place(service, container, &fact) {
            Some(origin) => (origin, "written here"),
            None => (service.origin(), "the service is written here"),
        };
        let span = if label == "written here" { origin.span } else { origin.key.unwrap_or(origin.span) };
        finding.related.push(Related { location: Location { file: origin.file, span }, label: label.into() });
        finding.fix = finding.fix.take().or_else(|| fix(service, finding, &of_files));
        if let Some(built) = built(&system, service, finding.rule, &of_dockerfiles) {
            finding.related.push(Related { location: built.primary, label: "built so here".into() });
            finding.fix = finding.fix.take().or_else(|| built.fix.clone());
        }
    }
}

/// The fix of a finding on the same service that answers to one of the same numbers of the benchmark.
fn fix(service: Service<'_>, finding: &Finding, of_files: &[Finding]) -> Option<crate::finding::Fix> {
    let numbers = |finding: &Finding| {
        finding.aliases.iter().filter(|alias| alias.family == "cis-docker").map(|alias| alias.id).collect::<Vec<_>>()
    };
    let wanted = numbers(finding);
    let origin = service.origin();
    let within = |other: &Finding| {
        let place = other.primary;
        place.file == origin.file && (origin.span.contains(place.span) || origin.key.is_some_and(|key| key.contains(place.span)))
    };
    let same = |other: &&Finding| within(other) && numbers(other).iter().any(|number| wanted.contains(number));
    of_files.iter().filter(same).find_map(|other| other.fix.clone())
}

/// What a rule says of the Dockerfile that a service is built from, where it says the same as the finding on what runs.
fn built<'f>(system: &System<'_>, service: Service<'_>, rule: &str, of_dockerfiles: &'f [Finding]) -> Option<&'f Finding> {
    let (_, rules) = BUILT.iter().find(|(live, _)| *live == rule)?;
    let file = system.links.service(service.name)?.dockerfile()?;
    let here = of_dockerfiles.iter().filter(|finding| finding.primary.file == file);
    rules.iter().find_map(|rule| here.clone().find(|finding| finding.rule == *rule))
}

/// The container that a finding speaks of, and the fact of it: `mounts/0/source`.
fn fact_of<'s>(snapshot: &'s SnapshotDocument, finding: &Finding) -> Option<(&'s Container, String)> {
    let container = snapshot.container_at(finding.primary.span)?;
    let fields = ATTRIBUTES.iter().map(|(field, _)| *field);
    let within =
        |pointer: &str| snapshot.whole(pointer).contains(finding.primary.span) || snapshot.span(pointer) == finding.primary.span;
    let field = fields.into_iter().find(|field| {
        let pointer = format!("{}/{field}", container.pointer);
        snapshot.has(&pointer) && within(&pointer)
    });
    let field = field.unwrap_or_default();
    let index = (0..).take_while(|index| snapshot.has(&format!("{}/{field}/{index}", container.pointer)));
    let index = index
        .into_iter()
        .find(|index| snapshot.whole(&format!("{}/{field}/{index}", container.pointer)).contains(finding.primary.span));
    Some((container, index.map_or(field.to_owned(), |index| format!("{field}/{index}"))))
}

/// Where the compose file says a fact; `None` where it does not.
fn place(service: Service<'_>, container: &Container, fact: &str) -> Option<Origin> {
    let (field, index) = fact.split_once('/').map_or((fact, None), |(field, index)| (field, index.parse::<usize>().ok()));
    match (field, index) {
        ("mounts", Some(index)) => {
            let target = &container.mounts.get(index)?.target;
            service.volumes().find(|mount| mount.target == target).map(|mount| mount.node.origin)
        }
        ("ports", Some(index)) => {
            let target = container.ports.get(index)?.target;
            service.ports().find(|port| port.target == Some(target)).map(|port| port.node.origin)
        }
        ("environment", Some(index)) => service.variable(&container.environment.get(index)?.name).map(|variable| variable.origin),
        ("capabilities_added", Some(index)) => {
            let name = container.capabilities_added.get(index)?;
            let is_it =
                |node: &&Node| node.as_str().is_some_and(|text| text.trim_start_matches("CAP_").eq_ignore_ascii_case(name));
            service.list("cap_add").iter().find(is_it).map(|node| node.origin)
        }
        _ => {
            let (_, attributes) = ATTRIBUTES.iter().find(|(known, _)| *known == field)?;
            attributes.iter().find_map(|attribute| service.get(attribute)).map(|node| node.origin)
        }
    }
}

/// Whether a path exists, for the names that the command line gives.
pub fn missing(named: &[PathBuf]) -> Option<&Path> {
    named.iter().map(PathBuf::as_path).find(|path| !path.exists())
}
