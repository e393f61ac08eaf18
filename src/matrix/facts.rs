//! What is looked at for each column, so that nothing found is a pass.

use crate::catalog::matrix::FactName;
use crate::compose::image::is_unpinned;
use crate::compose::{Node, Service};
use crate::config::Runtime;
use crate::dockerfile::image::ImageReference;
use crate::dockerfile::model::{Base, Dockerfile, Stage};
use crate::dockerfile::run_time_user::{Identity, run_time_user};
use crate::live::state::was_stopped;
use crate::project::Project;
use crate::project::links::BuildLink;
use crate::source::{FileId, Location};

use super::attribution::files;
use super::subjects::{RowSubject, Seen, Subject, restarts};

/// What was seen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Fact {
    pub answer: Answer,
    /// What was seen, in words; of what was not seen, why.
    pub text: String,
    pub place: Option<Location>,
}

/// What a fact says to the question of a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Answer {
    Yes,
    No,
    NotApplicable,
    NotSeen,
}

impl Fact {
    fn yes(text: impl Into<String>, place: Option<Location>) -> Self {
        Self { answer: Answer::Yes, text: text.into(), place }
    }

    fn no(text: impl Into<String>, place: Option<Location>) -> Self {
        Self { answer: Answer::No, text: text.into(), place }
    }

    fn not_applicable(text: impl Into<String>) -> Self {
        Self { answer: Answer::NotApplicable, text: text.into(), place: None }
    }

    fn not_seen(text: impl Into<String>) -> Self {
        Self { answer: Answer::NotSeen, text: text.into(), place: None }
    }
}

/// Looks at what a column asks for.
pub(super) fn fact(project: &Project, name: FactName, row: &RowSubject<'_>) -> Fact {
    match name {
        FactName::User => user(row),
        FactName::Healthcheck => healthcheck(row),
        FactName::Policy => policy(row),
        FactName::Secrets => secrets(project, row),
        FactName::Image => image(row),
        FactName::Ports => ports(row),
        FactName::Memory => memory(row),
        FactName::Health => health(row),
    }
}

fn user(row: &RowSubject<'_>) -> Fact {
    let (identity, place) = match &row.subject {
        Subject::Service(service) => service.user(),
        Subject::Image { document, dockerfile } => {
            let Some(stage) = dockerfile.final_stage() else { return Fact::not_seen("the Dockerfile has no stage") };
            let user = run_time_user(dockerfile, stage);
            (user.identity, at(document.file, dockerfile, user.instruction.unwrap_or(stage.from)))
        }
        Subject::Container => return user_of_container(row),
    };
    match identity {
        Identity::Root => Fact::no("runs as root", Some(place)),
        Identity::StepsDown => Fact::yes("starts as root and hands over to another account", Some(place)),
        Identity::Workers => Fact::yes("its first process stays root, the workers that serve are another account", Some(place)),
        Identity::Account(name) if name.is_empty() => Fact::yes("runs as an account of the image", Some(place)),
        Identity::Account(name) => Fact::yes(format!("runs as `{name}`"), Some(place)),
        Identity::Unknown => match row.containers.first() {
            Some(_) => user_of_container(row),
            None => Fact::not_seen("who it runs as hangs on an image or a variable that is not known here"),
        },
    }
}

fn user_of_container(row: &RowSubject<'_>) -> Fact {
    let Some(seen) = row.containers.first() else { return Fact::not_seen("no container of it was seen") };
    let place = Some(place_of(seen, "processes"));
    let Some(processes) = seen.container.processes.as_ref().filter(|processes| !processes.is_empty()) else {
        return Fact::not_seen("its processes were not seen");
    };
    let is_root = |user: Option<u32>| user.map(|user| seen.engine.user_in_container(user) == 0 && !seen.engine.maps_users());
    match is_root(processes[0].user_id) {
        Some(false) => Fact::yes("its main process was seen to run as another account", place),
        Some(true) if processes[1..].iter().any(|process| is_root(process.user_id) == Some(false)) => {
            Fact::yes("its first process stays root, the workers that serve are another account", place)
        }
        Some(true) => Fact::no("its main process was seen to run as root", place),
        None if !processes[0].user.is_empty() && processes[0].user != "root" => {
            Fact::yes(format!("its main process was seen to run as `{}`", processes[0].user), place)
        }
        None => Fact::not_seen("the engine did not tell who its processes run as"),
    }
}

fn healthcheck(row: &RowSubject<'_>) -> Fact {
    if row.job {
        return Fact::not_applicable("does something once and ends");
    }
    let unknown = "whether its image has a health check is not known here";
    let fact = match &row.subject {
        Subject::Service(service) => {
            let place = service.probe().and_then(|probe| probe.place());
            match service.has_probe() {
                Some(true) => Fact::yes("has a health check", place),
                Some(false) => {
                    let off = service.service.healthcheck().map(|probe| probe.node.origin.key_location());
                    let text = if off.is_some() { "its health check is switched off" } else { "has no health check" };
                    Fact::no(text, off.or(Some(row.place)))
                }
                None => Fact::not_seen(unknown),
            }
        }
        Subject::Image { document, dockerfile } => {
            let Some(stage) = dockerfile.final_stage() else { return Fact::not_seen("the Dockerfile has no stage") };
            match &stage.healthcheck {
                Some(probe) if probe.value => {
                    Fact::yes("has a health check", Some(at(document.file, dockerfile, probe.instruction)))
                }
                Some(probe) => {
                    Fact::no("its health check is switched off", Some(at(document.file, dockerfile, probe.instruction)))
                }
                None if matches!(root_base(dockerfile, stage), Base::Scratch) => {
                    Fact::no("has no health check", Some(at(document.file, dockerfile, stage.from)))
                }
                None if stage.image.as_deref().and_then(ImageReference::known).is_some() => {
                    Fact::no("has no health check", Some(at(document.file, dockerfile, stage.from)))
                }
                None => Fact::not_seen(unknown),
            }
        }
        Subject::Container => Fact::not_seen(unknown),
    };
    match row.containers.first() {
        Some(seen) if fact.answer == Answer::NotSeen => healthcheck_of_container(seen),
        _ => fact,
    }
}

fn healthcheck_of_container(seen: &Seen<'_>) -> Fact {
    let check = &seen.container.healthcheck;
    match check.first().map(String::as_str) {
        None if seen.container.health.is_none() => Fact::no("its container has no health check", Some(place_of(seen, "name"))),
        Some("NONE") => Fact::no("its health check is switched off", Some(place_of(seen, "healthcheck"))),
        _ => Fact::yes("its container has a health check", Some(place_of(seen, "healthcheck"))),
    }
}

fn policy(row: &RowSubject<'_>) -> Fact {
    let Some((scope, service)) = &row.governed else { return Fact::not_applicable("no policy is configured for what it runs") };
    let policy = scope.policy;
    let promised = |runtime: &Runtime| {
        policy.runtime(*runtime).is_some() || service.entry.is_some_and(|entry| entry.runtime(*runtime).is_some())
    };
    let governed = Runtime::ALL.into_iter().filter(promised).filter(|runtime| service.versions_of(*runtime).next().is_some());
    let mut seen = Vec::new();
    let mut place = None;
    for runtime in governed {
        let Some(stated) = service.running(runtime) else {
            return Fact::not_seen(format!("which release of {} it runs is not said exactly", runtime.name()));
        };
        seen.push(format!("{} {}", runtime.name(), stated.exactly().unwrap_or_default()));
        place = place.or(Some(stated.place));
    }
    let promises_more = service.entry.is_some_and(|entry| !entry.ports.is_empty() || entry.health.is_some());
    match () {
        () if !seen.is_empty() => Fact::yes(format!("runs {}, as it may", seen.join(" and ")), place),
        () if promises_more => Fact::yes("is as its entry in the table of services says", Some(row.place)),
        () => Fact::not_applicable("runs nothing that the policy speaks of"),
    }
}

fn secrets(project: &Project, row: &RowSubject<'_>) -> Fact {
    if let Subject::Service(service) = &row.subject {
        let build = service.links.and_then(|links| links.build.as_ref());
        if build.is_some_and(|build| !matches!(build, BuildLink::Dockerfile(_))) {
            return Fact::not_seen("the Dockerfile that it is built from was not read");
        }
    }
    let mut names: Vec<&str> = files(row).into_iter().map(|file| project.document(file).source.path.as_str()).collect();
    names.sort_unstable();
    Fact::yes(format!("none found in {}", names.join(", ")), Some(row.place))
}

fn image(row: &RowSubject<'_>) -> Fact {
    match &row.subject {
        Subject::Service(service) if service.service.build().is_none() => {
            let Some(image) = service.service.image() else { return Fact::not_seen("it names no image") };
            if image.is_unknown() {
                return Fact::not_seen("its image hangs on a variable that is set nowhere");
            }
            match crate::compose::image::reference(image.text) {
                Some(reference) => pinned(&reference, Some(image.origin.location())),
                None => Fact::not_seen(format!("`{}` is no image reference", image.text)),
            }
        }
        Subject::Service(_) | Subject::Image { .. } => match row.built() {
            Some((file, dockerfile, stage)) => base(file, &dockerfile, &dockerfile.stages[stage], row),
            None => Fact::not_seen("the Dockerfile that it is built from was not read"),
        },
        Subject::Container => {
            let Some(seen) = row.containers.first() else { return Fact::not_seen("no container of it was seen") };
            let place = Some(place_of(seen, "image"));
            let built_here = seen.engine.image_of(seen.container).is_some_and(|image| image.digests.is_empty());
            match ImageReference::parse(&seen.container.image) {
                _ if built_here => Fact::not_seen("it was built on that machine, and its Dockerfile was not read"),
                Ok(reference) => pinned(&reference, place),
                Err(_) => Fact::not_seen("its image has no name any more"),
            }
        }
    }
}

/// Whether what an image is built on stays what it is.
fn base(file: FileId, dockerfile: &Dockerfile, stage: &Stage, row: &RowSubject<'_>) -> Fact {
    let root = &dockerfile.stages[stage.root.min(dockerfile.stages.len() - 1)];
    let place = Some(at(file, dockerfile, root.from));
    if matches!(root.base, Base::Scratch) {
        return Fact::yes("is built on nothing", place);
    }
    // The arguments of the build count before the defaults of the Dockerfile.
    let told = match &row.subject {
        Subject::Service(service) => service.image(),
        _ => None,
    };
    match told.or(stage.image.as_deref()) {
        Some(reference) => pinned(reference, place),
        None => Fact::not_seen("what it is built on hangs on a variable that is set nowhere"),
    }
}

fn pinned(reference: &ImageReference, place: Option<Location>) -> Fact {
    let name = &reference.text;
    match () {
        () if reference.digest.is_some() => Fact::yes(format!("`{name}`, by its digest"), place),
        () if is_unpinned(reference) => Fact::no(format!("`{name}` is whatever was pushed last"), place),
        () => Fact::yes(format!("`{name}`"), place),
    }
}

fn root_base<'d>(dockerfile: &'d Dockerfile, stage: &'d Stage) -> &'d Base {
    dockerfile.stages.get(stage.root).map_or(&stage.base, |root| &root.base)
}

fn ports(row: &RowSubject<'_>) -> Fact {
    let (published, place) = match &row.subject {
        Subject::Service(service) => {
            if service.service.text("network_mode").is_some_and(|mode| mode.text == "host") {
                let place = service.service.get("network_mode").map(|node| node.origin.location());
                return Fact::no("is on the network of the host: every port that it opens is open to all", place);
            }
            if service.service.ports().any(|port| port.is_unknown()) {
                return Fact::not_seen("some of its ports hang on a variable that is set nowhere");
            }
            let place = service.service.get("ports").map_or(row.place, |ports| ports.origin.key_location());
            (published_by_compose(service.service), place)
        }
        Subject::Image { .. } => match row.containers.first() {
            Some(seen) => (published_by_engine(seen), place_of(seen, "ports")),
            None => {
                return Fact::not_seen("nothing here says what it publishes: no compose file runs it, and no snapshot shows it");
            }
        },
        Subject::Container => match row.containers.first() {
            _ if row.job => return Fact::not_applicable("did what it had to do and ended"),
            Some(seen) if !seen.container.state_tells_ports() => {
                return Fact::not_seen("it does not run: its ports are not told");
            }
            Some(seen) => (published_by_engine(seen), place_of(seen, "ports")),
            None => return Fact::not_seen("no container of it was seen"),
        },
    };
    if published.is_empty() {
        return Fact::yes("publishes nothing", Some(place));
    }
    Fact::yes(format!("publishes {}", published.join(", ")), Some(place))
}

fn published_by_compose(service: Service<'_>) -> Vec<String> {
    let one = |port: crate::compose::Port<'_>| {
        let target = port.target.map(|target| target.to_string()).unwrap_or_default();
        let host = port.host_ip.map(|address| format!("{address}:")).unwrap_or_default();
        format!("{host}{}:{target}", port.published.unwrap_or_default())
    };
    service.ports().map(one).collect()
}

fn published_by_engine(seen: &Seen<'_>) -> Vec<String> {
    seen.container.numbered_ports().map(|(_, port)| format!("{}:{}", port.shown(), port.target)).collect()
}

fn memory(row: &RowSubject<'_>) -> Fact {
    if let Subject::Service(service) = &row.subject {
        let nodes = [service.service.get("mem_limit"), service.service.node.pointer("/deploy/resources/limits/memory")];
        if let Some(node) = nodes.into_iter().flatten().find(|node| !node.is_null()) {
            if node.origin.is_unknown() {
                return Fact::not_seen("its limit hangs on a variable that is set nowhere");
            }
            return Fact::yes(format!("at most {}", amount(node)), Some(node.origin.location()));
        }
        return Fact::no("may take all memory", Some(row.place));
    }
    match row.containers.first() {
        _ if row.job => Fact::not_applicable("did what it had to do and ended"),
        Some(seen) if seen.container.limits.memory > 0 => {
            Fact::yes(format!("at most {}", bytes(seen.container.limits.memory)), Some(place_of(seen, "limits/memory")))
        }
        Some(seen) => Fact::no("may take all memory", Some(place_of(seen, "limits"))),
        None => Fact::not_seen("nothing here says how it is run: no compose file names it, and no snapshot shows it"),
    }
}

/// The canonical form of an amount of memory is a number of bytes.
fn amount(node: &Node) -> String {
    let text = node.scalar_text().unwrap_or_default();
    text.parse().map_or(text, bytes)
}

fn bytes(bytes: u64) -> String {
    let units = [(1 << 30, "GiB"), (1 << 20, "MiB"), (1 << 10, "KiB")];
    match units.into_iter().find(|(unit, _)| bytes >= *unit) {
        Some((unit, name)) if bytes.is_multiple_of(unit) => format!("{} {name}", bytes / unit),
        Some((unit, name)) => format!("{:.1} {name}", bytes as f64 / unit as f64),
        None => format!("{bytes} B"),
    }
}

fn health(row: &RowSubject<'_>) -> Fact {
    if !row.live {
        return Fact::not_seen("no snapshot of what runs was looked at");
    }
    // The worst of several containers speaks for all.
    let facts = row.containers.iter().map(health_of);
    let rank = |fact: &Fact| match fact.answer {
        Answer::No => 0,
        Answer::NotSeen => 1,
        Answer::Yes => 2,
        Answer::NotApplicable => 3,
    };
    facts.min_by_key(rank).unwrap_or_else(|| Fact::not_seen("no container of it is in the snapshot"))
}

fn health_of(seen: &Seen<'_>) -> Fact {
    let (container, state) = (seen.container, &seen.container.state);
    let name = &container.name;
    let place = |field: &str| Some(place_of(seen, field));
    if !state.is_up() {
        return match () {
            () if state.status == "exited" && state.exit_code == 0 && !restarts(container) => {
                Fact::not_applicable(format!("`{name}` did what it had to do and ended"))
            }
            () if was_stopped(state) => Fact::not_seen(format!("`{name}` was stopped")),
            () => Fact::no(format!("`{name}` is {}", state.status), place("state/status")),
        };
    }
    match container.health.as_ref().map(|health| health.status.as_str()) {
        Some("healthy") => Fact::yes(format!("`{name}` is healthy"), place("health/status")),
        Some("unhealthy") => Fact::no(format!("`{name}` is unhealthy"), place("health/status")),
        Some("starting") => Fact::not_seen(format!("`{name}` was still starting")),
        _ if state.status != "running" => Fact::no(format!("`{name}` is {}", state.status), place("state/status")),
        _ => Fact::not_seen(format!("`{name}` runs, and has no health check that says how it is")),
    }
}

fn at(file: FileId, dockerfile: &Dockerfile, instruction: usize) -> Location {
    Location { file, span: dockerfile.instruction(instruction).span }
}

fn place_of(seen: &Seen<'_>, field: &str) -> Location {
    Location { file: seen.file, span: seen.document.span(&format!("{}/{field}", seen.container.pointer)) }
}
