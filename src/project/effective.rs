//! The effective service: what compose, the Dockerfile and the facts about the image say together.
//!
//! A service is read as the Dockerfile that would make the same container: that of its build up to its target, or one line `FROM` its
//! image, with what compose overrides written behind it. So one analysis answers for all: who runs it, what it starts, which programs it
//! has, what its probe asks.

use std::borrow::Cow;
use std::fmt::Write as _;
use std::ops::Range;
use std::sync::Arc;

use super::links::{Links, ServiceLinks};
use super::web_server::WebServer;
use super::{Document, Project, Unit, UnitContent};
use crate::compose::{ComposeProject, Node, Origin, Service};
use crate::dockerfile::image::ImageReference;
use crate::dockerfile::instruction::Body;
use crate::dockerfile::listening;
use crate::dockerfile::model::{Dockerfile, InstructionScript, Stage};
use crate::dockerfile::run_time_user::{Identity, run_time_user};
use crate::dockerfile::startup::{program, started};
use crate::dockerfile::tools::Tools;
use crate::nginx::configuration::Configuration;
use crate::source::sources::{folder, join};
use crate::source::{FileId, Kind, Location, Span};

/// One compose project with everything that its services are made of.
#[derive(Debug, Clone, Copy)]
pub struct System<'a> {
    pub project: &'a Project,
    pub compose: &'a ComposeProject,
    pub links: &'a Links,
}

/// A service as it runs.
#[derive(Debug)]
pub struct EffectiveService<'a> {
    pub service: Service<'a>,
    pub links: Option<&'a ServiceLinks>,
    /// The Dockerfile of its build, where it is there.
    pub built: Option<&'a Document>,
    /// As a Dockerfile; `None` where neither image nor build is known.
    pub container: Option<Arc<Container>>,
    /// The configurations of nginx that it runs: mounted, or copied by its Dockerfile.
    pub nginx: Vec<&'a Configuration>,
}

/// A service as the Dockerfile that would make the same container.
#[derive(Debug, Default)]
pub struct Container {
    dockerfile: Arc<Dockerfile>,
    text: String,
    /// The Dockerfile that it begins with, and how much of the text is that of it.
    file: Option<FileId>,
    own: usize,
    /// What was written over in the part of the Dockerfile: the new place, and how much longer it is than the old one.
    replaced: Vec<(usize, isize)>,
    /// Where the lines behind it come from.
    parts: Vec<(Range<usize>, Location)>,
}

/// A port that a service listens on, and where that is said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Listening {
    pub port: u16,
    /// `None` for what the image is known for.
    pub place: Option<Location>,
}

impl<'a> System<'a> {
    /// The system of a unit; `None` for one that is no compose project.
    pub fn of(project: &'a Project, unit: &'a Unit) -> Option<Self> {
        match &unit.content {
            UnitContent::Compose(compose) => Some(Self { project, compose, links: &unit.links }),
            UnitContent::Nginx(_) => None,
        }
    }

    /// Every service, in the order of the files.
    pub fn services(&self) -> impl Iterator<Item = EffectiveService<'a>> + use<'a> {
        let system = *self;
        self.compose.services().map(move |service| system.effective(service))
    }

    /// The service of a name.
    pub fn service(&self, name: &str) -> Option<EffectiveService<'a>> {
        self.compose.service(name).map(|service| self.effective(service))
    }

    /// The service that a host name leads to from another service: by its name, an alias or its container name, on a network that both
    /// share.
    pub fn reached(&self, from: Service<'_>, host: &str) -> Option<Service<'a>> {
        self.compose.services().find(|service| names(*service).any(|name| name == host) && share_a_network(from, *service))
    }

    /// A service of the project as it runs.
    pub fn effective(&self, service: Service<'a>) -> EffectiveService<'a> {
        let links = self.links.service(service.name);
        let built = links.and_then(ServiceLinks::dockerfile).map(|file| self.project.document(file));
        let container = links.and_then(|links| links.container.get_or_try(|| Container::of(service, built)));
        let mut effective = EffectiveService { service, links, built, container, nginx: Vec::new() };
        effective.nginx = self.configurations(&effective);
        effective
    }

    /// The nginx configurations that a service runs: mounted, or copied by its Dockerfile.
    pub fn nginx(&self, service: &EffectiveService<'a>) -> Vec<&'a Configuration> {
        service.nginx.clone()
    }

    fn configurations(&self, service: &EffectiveService<'a>) -> Vec<&'a Configuration> {
        let mounted = service.links.iter().flat_map(|links| links.nginx.iter().map(|mounted| mounted.file));
        let files: Vec<FileId> = mounted.chain(service.copied_nginx(self.project)).collect();
        if files.is_empty() {
            return Vec::new();
        }
        let units = self.project.units.iter().filter_map(|unit| match &unit.content {
            UnitContent::Nginx(configuration) => Some((unit, configuration)),
            UnitContent::Compose(_) => None,
        });
        units
            .filter(|(unit, _)| unit.files.iter().any(|file| files.contains(file)))
            .map(|(_, configuration)| &**configuration)
            .collect()
    }
}

/// The names by which other services reach one.
pub fn names(service: Service<'_>) -> impl Iterator<Item = &str> {
    let aliases = service.networks().flat_map(|(_, network)| network.get("aliases").map_or(&[][..], Node::items));
    let others = ["container_name", "hostname"].into_iter().filter_map(move |key| service.get(key)?.as_str());
    std::iter::once(service.name).chain(others).chain(aliases.filter_map(Node::as_str))
}

/// Whether two services are on one network. Those that name none are both on `default`.
pub fn share_a_network(one: Service<'_>, other: Service<'_>) -> bool {
    one.name == other.name || one.networks().any(|(name, _)| other.networks().any(|(also, _)| also == name))
}

impl<'a> EffectiveService<'a> {
    /// The image at the bottom: that of the service, or the base of its final stage.
    pub fn image(&self) -> Option<&ImageReference> {
        self.container.as_ref()?.stage()?.image.as_deref()
    }

    /// Who the first process runs as, and where that is said; the image where nobody says it.
    pub fn user(&self) -> (Identity, Location) {
        let Some(container) = &self.container else { return (Identity::Unknown, self.place()) };
        let Some(stage) = container.stage() else { return (Identity::Unknown, self.place()) };
        if self.service.user().is_some_and(|user| user.is_unknown()) {
            return (Identity::Unknown, self.place());
        }
        let user = run_time_user(&container.dockerfile, stage);
        let instruction = user.instruction.unwrap_or(stage.from);
        let place = container.location(container.dockerfile.instruction(instruction).span).unwrap_or_else(|| self.place());
        (user.identity, place)
    }

    /// The commands of the probe that counts, each with the place of its program; none where there is no probe, or it cannot be read.
    pub fn probe(&self) -> Option<Probe<'_>> {
        let container = self.container.as_ref()?;
        let stage = container.stage()?;
        let probe = stage.healthcheck.as_ref().filter(|probe| probe.value)?;
        Some(Probe { container, instruction: probe.instruction, scripts: container.dockerfile.scripts_of(probe.instruction) })
    }

    /// Whether a probe counts, wherever it is said: compose, Dockerfile, or the image by itself; `None` where that is not known.
    pub fn has_probe(&self) -> Option<bool> {
        if self.service.healthcheck().is_some_and(|probe| probe.is_disabled()) {
            return Some(false);
        }
        let container = self.container.as_ref()?;
        let stage = container.stage()?;
        match &stage.healthcheck {
            Some(probe) => Some(probe.value),
            None => stage.image.as_deref().and_then(ImageReference::known).map(|_| false),
        }
    }

    /// Whether a program is certainly not in the container.
    pub fn lacks(&self, program: &str) -> bool {
        let found = self.container.as_ref().and_then(|container| Some((container, container.stage()?)));
        found.is_some_and(|(container, stage)| Tools::of(&container.dockerfile, stage).lacks(program))
    }

    /// The ports that it is known to listen on: what the words of its program say, else what the image is known for. Empty where nothing
    /// is known: EXPOSE is only a promise, see [`Self::exposed`].
    pub fn listening(&self) -> Vec<Listening> {
        if !self.nginx.is_empty() {
            let web = WebServer { service: self, configurations: self.nginx.clone() };
            return web.listening().unwrap_or_default();
        }
        let Some(container) = &self.container else { return Vec::new() };
        let Some(stage) = container.stage() else { return Vec::new() };
        let commands = started(&container.dockerfile, stage);
        let told = commands.iter().filter_map(|command| listening::of_program(program(command)));
        let told: Vec<Listening> =
            told.map(|port| Listening { port: port.number, place: container.location(port.word.span) }).collect();
        if !told.is_empty() || stage.command.is_some() || stage.entrypoint.is_some() {
            return told;
        }
        let known = stage.image.as_deref().and_then(ImageReference::known);
        known.map_or(Vec::new(), |known| known.ports().iter().map(|port| Listening { port: *port, place: None }).collect())
    }

    /// The port that `PORT` gives to what is built here, and where that is said; `None` where the image is known for a server of its own,
    /// which does not look at it.
    pub fn port_variable(&self) -> Option<(u16, Location)> {
        let container = self.container.as_ref()?;
        let stage = container.stage()?;
        let has_server = stage.image.as_deref().and_then(ImageReference::known).is_some_and(|known| !known.ports().is_empty());
        let variable = container.dockerfile.variables_of(stage).into_iter().find(|variable| variable.name == "PORT")?;
        let port = variable.value.as_deref().filter(|_| variable.environment && !has_server && self.built.is_some())?;
        Some((port.parse().ok()?, container.location(variable.span)?))
    }

    /// The ports that EXPOSE names, with their places.
    pub fn exposed(&self) -> Vec<Listening> {
        let Some(container) = &self.container else { return Vec::new() };
        let Some(stage) = container.stage() else { return Vec::new() };
        let lineage = container.dockerfile.lineage(stage);
        let instructions = lineage.flat_map(|stage| container.dockerfile.instructions_of(stage));
        let mut found = Vec::new();
        for (index, instruction) in instructions {
            let Body::Expose(words) = &instruction.body else { continue };
            for word in words {
                let text = container.dockerfile.expand(index, &word.text).ok().and_then(|expanded| expanded.text);
                let port = text.as_deref().and_then(|text| text.split('/').next()?.parse().ok());
                found.extend(port.map(|port| Listening { port, place: container.location(word.span) }));
            }
        }
        found
    }

    /// Where the service is: its image or build, else its name.
    pub fn place(&self) -> Location {
        let origin = |node: &Node| node.origin.key_location();
        self.service.get("build").or(self.service.get("image")).map_or(self.service.origin().key_location(), origin)
    }

    /// Configurations of nginx that its Dockerfile copies from the folder of the build.
    fn copied_nginx(&self, project: &Project) -> Vec<FileId> {
        let (Some(container), Some(document)) = (&self.container, self.built) else { return Vec::new() };
        let Some(stage) = container.stage() else { return Vec::new() };
        let context = self.service.build().and_then(|build| build.get("context")).and_then(Node::as_str);
        let context = context.unwrap_or_else(|| folder(&document.source.path));
        copied_nginx(project, &container.dockerfile, stage, context)
    }
}

/// Configurations of nginx that a stage copies from the folder of its build.
pub fn copied_nginx(project: &Project, dockerfile: &Dockerfile, stage: &Stage, context: &str) -> Vec<FileId> {
    let mut found = Vec::new();
    for (_, instruction) in dockerfile.lineage(stage).flat_map(|stage| dockerfile.instructions_of(stage)) {
        let (Body::Copy(transfer) | Body::Add(transfer)) = &instruction.body else { continue };
        if instruction.flag("from").is_some() || !transfer.destination.text.starts_with("/etc/nginx") {
            continue;
        }
        for source in &transfer.sources {
            let path = join(context, source.text.trim_start_matches('/'));
            match project.file_at(&path) {
                Some(file) => found.push(file),
                None => {
                    let inside = format!("{path}/");
                    let is_inside = |document: &&std::sync::Arc<Document>| {
                        document.kind() == Kind::Nginx && join(".", &document.source.path).starts_with(&inside)
                    };
                    found.extend(project.documents.iter().filter(is_inside).map(|document| document.file));
                }
            }
        }
    }
    found
}

/// A probe, as commands.
#[derive(Debug, Clone, Copy)]
pub struct Probe<'c> {
    pub container: &'c Container,
    pub instruction: usize,
    pub scripts: &'c [InstructionScript],
}

impl Probe<'_> {
    /// Where the probe is said: `healthcheck` of compose, or HEALTHCHECK of the Dockerfile.
    pub fn place(&self) -> Option<Location> {
        self.container.location(self.container.dockerfile.instruction(self.instruction).span)
    }
}

impl Container {
    fn of(service: Service<'_>, built: Option<&Document>) -> Option<Self> {
        let mut text = String::new();
        let mut container = Self::default();
        let mut as_built = None;
        match (service.build(), built) {
            (Some(build), Some(document)) => {
                let dockerfile = document.dockerfile()?;
                container.file = Some(document.file);
                container.replaced = with_arguments(document.source.text(), &dockerfile, build, &mut text)?;
                container.own = text.len();
                // With nothing in it changed and nothing behind it, the service is what its Dockerfile makes.
                let rest = document.source.text().get(text.len()..).filter(|_| container.replaced.is_empty());
                as_built = rest.filter(|rest| rest.trim().is_empty()).map(|_| dockerfile);
                if !text.ends_with('\n') {
                    text.push('\n');
                }
            }
            (Some(_), None) => return None,
            (None, _) => {
                let image = service.image().filter(|image| !image.is_unknown() && !image.text.is_empty())?;
                container.write(&mut text, image.origin, &format!("FROM {}", literal(image.text)));
            }
        }
        container.write_overrides(&mut text, service);
        container.dockerfile = match as_built.filter(|_| container.parts.is_empty()) {
            Some(dockerfile) => dockerfile,
            None => Arc::new(Dockerfile::parse(&text)),
        };
        container.text = text;
        Some(container)
    }

    /// One instruction for all, since values that are literal do not hang on one another.
    fn write_environment(&mut self, text: &mut String, service: Service<'_>) {
        let mut keyword = "ENV";
        for variable in service.environment().filter(|variable| !variable.origin.is_unknown()) {
            let named =
                !variable.name.is_empty() && variable.name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
            let Some(value) = variable.value.filter(|value| named && !value.contains(['\n', '\r'])) else { continue };
            let start = text.len();
            text.extend([keyword, " ", variable.name, "=\""]);
            for character in value.chars() {
                if matches!(character, '\\' | '"' | '$') {
                    text.push('\\');
                }
                text.push(character);
            }
            text.push('"');
            self.parts.push((start..text.len(), variable.origin.location()));
            keyword = "";
        }
        if keyword.is_empty() {
            text.push('\n');
        }
    }

    fn write_overrides(&mut self, text: &mut String, service: Service<'_>) {
        self.write_environment(text, service);
        if let Some(user) = service.user().filter(|user| !user.text.is_empty() && !user.text.contains(char::is_whitespace)) {
            let written = if user.is_unknown() { "${unknown}".into() } else { literal(user.text) };
            self.write(text, user.origin, &format!("USER {written}"));
        }
        if let Some(folder) = service.text("working_dir").filter(|folder| !folder.text.is_empty() && !folder.text.contains('\n'))
        {
            self.write(text, folder.origin, &format!("WORKDIR {}", literal(folder.text)));
        }
        // An entrypoint of compose takes away the command of the image too.
        let words = |key: &str| Some((service.get(key)?, service.words(key)?));
        if let Some((node, words)) = words("entrypoint") {
            self.write(text, node.origin, &format!("ENTRYPOINT {}", array(words)));
            if service.words("command").is_none() {
                self.write(text, node.origin, "CMD []");
            }
        }
        if let Some((node, words)) = words("command") {
            self.write(text, node.origin, &format!("CMD {}", array(words)));
        }
        if let Some(probe) = service.healthcheck() {
            let test = probe.test();
            let origin = probe.node.get("test").map_or(probe.node.origin, |test| test.origin);
            let line = match test.first().and_then(Node::as_str) {
                _ if probe.is_disabled() => Some("HEALTHCHECK NONE".to_owned()),
                Some("CMD") => Some(format!("HEALTHCHECK CMD {}", array(&test[1..]))),
                Some("CMD-SHELL") => {
                    let shell = test.get(1).and_then(Node::as_str).map(|command| ["/bin/sh", "-c", command]);
                    shell.and_then(|words| serde_json::to_string(&words).ok()).map(|words| format!("HEALTHCHECK CMD {words}"))
                }
                _ => None,
            };
            if let Some(line) = line {
                self.write(text, origin, &line);
            }
        }
    }

    fn write(&mut self, text: &mut String, origin: Origin, line: &str) {
        let start = text.len();
        let _ = writeln!(text, "{line}");
        self.parts.push((start..text.len(), origin.location()));
    }

    /// The Dockerfile of it all.
    pub fn dockerfile(&self) -> &Dockerfile {
        &self.dockerfile
    }

    /// The text of [`Self::dockerfile`].
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The stage that runs.
    pub fn stage(&self) -> Option<&Stage> {
        self.dockerfile.stages.last()
    }

    /// The image of its last FROM.
    pub fn from_span(&self) -> Option<Span> {
        let stage = self.stage()?;
        let image = self.dockerfile.image_word(stage).map(|word| word.span);
        Some(image.unwrap_or(self.dockerfile.instruction(stage.from).span))
    }

    /// Where a span of [`Self::dockerfile`] was written.
    pub fn location(&self, span: Span) -> Option<Location> {
        if let Some((_, location)) = self.parts.iter().find(|(range, _)| range.contains(&span.start())) {
            return Some(*location);
        }
        let file = self.file.filter(|_| span.end() <= self.own)?;
        let moved = |offset: usize| {
            let by: isize = self.replaced.iter().filter(|(at, _)| *at < offset).map(|(_, by)| by).sum();
            offset.saturating_add_signed(-by)
        };
        Some(Location { file, span: Span::new(moved(span.start()), moved(span.end())) })
    }
}

/// Writes a Dockerfile up to the target of a build, with the arguments of the build in the place of their defaults.
fn with_arguments(source: &str, dockerfile: &Dockerfile, build: &Node, text: &mut String) -> Option<Vec<(usize, isize)>> {
    let target = build.get("target");
    let stage = match target {
        Some(target) if target.origin.is_unknown() => return None,
        Some(target) => dockerfile.stage_by_name(target.as_str()?, dockerfile.stages.len())?,
        None => dockerfile.final_stage()?,
    };
    let last = stage.instructions.end.max(stage.from + 1) - 1;
    let end = dockerfile.instruction(last).span.end();
    let arguments = build.get("args").into_iter().flat_map(Node::entries);
    let known: Vec<(&str, &str)> = arguments
        .filter(|(_, value)| !value.origin.is_unknown())
        .filter_map(|(name, value)| Some((name, value.as_str()?)))
        .collect();
    let stages = dockerfile.stages.iter().flat_map(|stage| dockerfile.declared_in(stage));
    let declared = dockerfile.global_arguments().iter().chain(stages).filter(|variable| !variable.environment);
    let mut edits: Vec<(Span, String)> = declared
        .filter_map(|variable| {
            let (_, value) = known.iter().find(|(name, _)| *name == variable.name)?;
            let value = literal(value).into_owned();
            if value.contains(char::is_whitespace) || value.contains(['"', '\'', '\\']) {
                return None;
            }
            Some(match variable.value_span {
                Some(span) => (span, value),
                None => (Span::empty(variable.span.end()), format!("={value}")),
            })
        })
        .filter(|(span, _)| span.end() <= end)
        .collect();
    edits.sort_by_key(|(span, _)| *span);
    edits.dedup_by_key(|(span, _)| *span);
    let mut replaced = Vec::new();
    let mut at = 0;
    for (span, value) in edits {
        text.push_str(source.get(at..span.start())?);
        text.push_str(&value);
        replaced.push((text.len() - value.len(), value.len() as isize - span.range().len() as isize));
        at = span.end();
    }
    text.push_str(source.get(at..end)?);
    Some(replaced)
}

/// Text that a Dockerfile takes as it is.
fn literal(text: &str) -> Cow<'_, str> {
    if text.contains('$') { text.replace('$', "\\$").into() } else { text.into() }
}

fn array(words: &[Node]) -> String {
    let words: Vec<&str> = words.iter().filter_map(Node::as_str).collect();
    serde_json::to_string(&words).unwrap_or_else(|_| "[]".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::Environment;
    use crate::source::SourceFile;

    fn project(files: &[(&str, &str)]) -> Project {
        let kind = |path: &str| match path {
            _ if path.ends_with("Dockerfile") => Kind::Dockerfile,
            _ if path.ends_with(".conf") => Kind::Nginx,
            _ if path.ends_with(".env") => Kind::Env,
            _ => Kind::Compose,
        };
        let files = files.iter().map(|(path, text)| SourceFile::new(*path, kind(path), text.as_bytes().to_vec()));
        Project::load(files.collect(), &|_| Environment::Production)
    }

    /// Asks a service of the project in `compose.yml`.
    fn of<T>(files: &[(&str, &str)], name: &str, ask: impl FnOnce(&System<'_>, &EffectiveService<'_>) -> T) -> T {
        let project = project(files);
        let unit = project.units.iter().find(|unit| project.document(unit.root).source.path == "compose.yml").unwrap();
        let system = System::of(&project, unit).unwrap();
        let service = system.service(name).unwrap();
        ask(&system, &service)
    }

    fn text(system: &System<'_>, location: Location) -> String {
        let source = &system.project.document(location.file).source;
        format!("{} {}", source.path, location.span.slice(source.text()))
    }

    const COMPOSE: &str = "services:\n  web:\n    build:\n      context: app\n      args: { VERSION: \"3.13\" }\n    user: \"1000\"\n    healthcheck: { test: curl -f http://localhost:8000/ }\n  db:\n    image: postgres:17\n";
    const DOCKERFILE: &str = "ARG VERSION=3.11\nFROM python:${VERSION}-slim\nEXPOSE 8000\nHEALTHCHECK CMD python check.py\nCMD [\"uvicorn\", \"app:app\", \"--port\", \"8000\"]\n";

    #[test]
    fn compose_counts_before_the_dockerfile_and_that_before_the_image() {
        let files = [("compose.yml", COMPOSE), ("app/Dockerfile", DOCKERFILE)];
        of(&files, "web", |system, web| {
            assert_eq!(web.image().unwrap().text, "python:3.13-slim", "the argument of the build counts");
            let (user, place) = web.user();
            assert_eq!((user, text(system, place)), (Identity::Account("1000".to_owned()), "compose.yml \"1000\"".to_owned()));
            let probe = web.probe().unwrap();
            assert!(probe.scripts[0].script.commands.iter().any(|command| command.name() == "curl"));
            assert_eq!(text(system, probe.place().unwrap()), "compose.yml curl -f http://localhost:8000/");
            assert!(web.lacks("curl") && !web.lacks("python"));
            let listening = web.listening();
            assert_eq!(listening.len(), 1);
            assert_eq!(text(system, listening[0].place.unwrap()), "app/Dockerfile \"8000\"");
            assert_eq!(text(system, web.exposed()[0].place.unwrap()), "app/Dockerfile 8000");
        });
        of(&files, "db", |system, db| {
            assert_eq!((db.user().0, db.has_probe()), (Identity::StepsDown, Some(false)));
            assert_eq!(text(system, db.user().1), "compose.yml postgres:17");
            assert_eq!(db.listening(), [Listening { port: 5432, place: None }]);
        });
    }

    #[test]
    fn the_target_of_a_build_is_what_runs() {
        let compose = "services:\n  web:\n    build: { context: ., target: base }\n";
        let dockerfile = "FROM node:22 AS base\nUSER node\nFROM base\nUSER root\n";
        of(&[("compose.yml", compose), ("Dockerfile", dockerfile)], "web", |system, web| {
            let (user, place) = web.user();
            assert_eq!((user, text(system, place)), (Identity::Account("node".to_owned()), "Dockerfile USER node".to_owned()));
        });
    }

    #[test]
    fn what_hangs_on_a_variable_is_not_known() {
        let compose = "services:\n  web:\n    image: python:${TAG}\n    user: ${UID_}\n";
        of(&[("compose.yml", compose)], "web", |_, web| {
            assert!(web.container.is_none());
            assert_eq!((web.user().0, web.has_probe()), (Identity::Unknown, None));
        });
    }

    #[test]
    fn services_are_reached_over_networks_that_they_share() {
        let compose = "services:\n  web: { image: nginx, networks: [front] }\n  api: { image: a, networks: { front: { aliases: [backend] } } }\n  db: { image: postgres, networks: [back] }\nnetworks: { front: , back: }\n";
        of(&[("compose.yml", compose)], "web", |system, web| {
            let reached = |host: &str| system.reached(web.service, host).map(|service| service.name);
            assert_eq!(
                (reached("api"), reached("backend"), reached("db"), reached("none")),
                (Some("api"), Some("api"), None, None)
            );
        });
    }

    #[test]
    fn nginx_runs_what_is_mounted_or_copied() {
        let compose = "services:\n  web: { build: web }\n";
        let files = [
            ("compose.yml", compose),
            ("web/Dockerfile", "FROM nginx:1.27\nCOPY nginx.conf /etc/nginx/nginx.conf\n"),
            ("web/nginx.conf", "events {}\n"),
        ];
        of(&files, "web", |system, web| assert_eq!(system.nginx(web).len(), 1));
    }
}
