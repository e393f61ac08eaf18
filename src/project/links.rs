//! What the services of a compose project are made of beside its compose files: Dockerfiles, mounted files, nginx configurations.

use super::effective::Container;
use crate::compose::{ComposeProject, Node, Service};
use crate::kept::Kept;
use crate::source::sources::join;
use crate::source::{Entry, FileId, Opened, Sources};

/// A folder with more files than this is not looked into for configurations.
const MOST_MOUNTED: usize = 200;

/// The links of a project, in the order of its services.
#[derive(Debug, Default)]
pub struct Links {
    pub services: Vec<ServiceLinks>,
}

/// What one service is made of.
#[derive(Debug)]
pub struct ServiceLinks {
    pub service: String,
    /// `None` for a service that is not built.
    pub build: Option<BuildLink>,
    /// The service as a Dockerfile, made when a rule first asks for it.
    pub(super) container: Kept<Container>,
    /// What stands on this machine where bind mounts begin, in the order of `volumes`.
    pub binds: Vec<Bind>,
    /// Files of nginx that are mounted where nginx looks for them.
    pub nginx: Vec<MountedFile>,
}

/// The Dockerfile of a build.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BuildLink {
    Dockerfile(FileId),
    /// The folder of the build is not there; as it is named, from the current directory.
    MissingContext(String),
    /// The folder is there, and the Dockerfile is not.
    MissingDockerfile(String),
    /// A repository, an inline Dockerfile, a path that hangs on a variable, or nothing can be known of it.
    Unknown,
}

/// A bind mount and what is there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bind {
    /// The place in `volumes`.
    pub index: usize,
    /// From the current directory.
    pub path: String,
    pub entry: Entry,
}

/// A file and where a container sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MountedFile {
    pub target: String,
    pub file: FileId,
}

impl ServiceLinks {
    /// The Dockerfile that it is built from, where that was read.
    pub fn dockerfile(&self) -> Option<FileId> {
        match self.build {
            Some(BuildLink::Dockerfile(file)) => Some(file),
            _ => None,
        }
    }
}

impl Links {
    /// Finds the links of every service; Dockerfiles and configurations are opened, so that they are read.
    pub fn of(project: &ComposeProject, sources: &dyn Sources) -> Self {
        Self { services: project.services().map(|service| of_service(project, service, sources)).collect() }
    }

    /// The links of a service.
    pub fn service(&self, name: &str) -> Option<&ServiceLinks> {
        self.services.iter().find(|links| links.service == name)
    }

    /// Gives back the services as Dockerfiles.
    pub fn give_back(&self) {
        self.services.iter().for_each(|service| service.container.give_back());
    }

    /// Every file that a service is made of.
    pub fn files(&self) -> impl Iterator<Item = FileId> + '_ {
        self.services
            .iter()
            .flat_map(|links| links.dockerfile().into_iter().chain(links.nginx.iter().map(|mounted| mounted.file)))
    }
}

fn of_service(project: &ComposeProject, service: Service<'_>, sources: &dyn Sources) -> ServiceLinks {
    let binds: Vec<Bind> = service
        .volumes()
        .filter(|mount| mount.kind == "bind" && !mount.is_unknown())
        .filter_map(|mount| {
            let path = mount.source.filter(|path| !path.starts_with('~'))?.to_owned();
            Some(Bind { index: mount.index, entry: sources.entry(&path), path })
        })
        .collect();
    let targets: Vec<(usize, &str)> = service.volumes().map(|mount| (mount.index, mount.target)).collect();
    let mut nginx = Vec::new();
    for bind in &binds {
        let target = targets.iter().find(|(index, _)| *index == bind.index).map(|(_, target)| *target).unwrap_or_default();
        if target == "/etc/nginx" || target.starts_with("/etc/nginx/") {
            mounted_files(bind, target, sources, &mut nginx);
        }
    }
    // `configs:` of the project are files too.
    for item in service.list("configs") {
        let target = item.get("target").and_then(Node::as_str).filter(|target| target.starts_with("/etc/nginx/"));
        let source = item.get("source").and_then(Node::as_str).unwrap_or_default();
        let config = project.resources("configs").find(|(name, _)| *name == source);
        let file = config.and_then(|(_, config)| config.get("file").filter(|file| !file.origin.is_unknown())?.as_str());
        if let (Some(target), Some(path)) = (target, file)
            && let Opened::File(file) = sources.open(path)
        {
            nginx.push(MountedFile { target: target.to_owned(), file });
        }
    }
    ServiceLinks {
        service: service.name.to_owned(),
        container: Kept::default(),
        build: service.build().map(|build| dockerfile(build, sources)),
        binds,
        nginx,
    }
}

fn mounted_files(bind: &Bind, target: &str, sources: &dyn Sources, found: &mut Vec<MountedFile>) {
    let mut open = |path: &str, target: String| {
        if let Opened::File(file) = sources.open(path) {
            found.push(MountedFile { target, file });
        }
    };
    match bind.entry {
        Entry::File => open(&bind.path, target.to_owned()),
        Entry::Directory => {
            let names = sources.list(&bind.path).filter(|names| names.len() <= MOST_MOUNTED).unwrap_or_default();
            for name in names.iter().filter(|name| name.ends_with(".conf") || name.ends_with(".template")) {
                open(&join(&bind.path, name), format!("{}/{name}", target.trim_end_matches('/')));
            }
        }
        Entry::Missing | Entry::Unknown => {}
    }
}

fn dockerfile(build: &Node, sources: &dyn Sources) -> BuildLink {
    let text = |key: &str| build.get(key).map(|node| (node.as_str().unwrap_or_default(), node.origin.is_unknown()));
    if build.get("dockerfile_inline").is_some() {
        return BuildLink::Unknown;
    }
    let (context, unknown_context) = text("context").unwrap_or((".", false));
    let (dockerfile, unknown_name) = text("dockerfile").unwrap_or(("Dockerfile", false));
    if unknown_context || unknown_name || crate::compose::is_remote(context) {
        return BuildLink::Unknown;
    }
    let path = join(context, dockerfile);
    match (sources.open(&path), sources.entry(context)) {
        (Opened::File(file), _) => BuildLink::Dockerfile(file),
        (_, Entry::Missing) => BuildLink::MissingContext(context.to_owned()),
        (Opened::Missing | Opened::Directory, Entry::Directory) => BuildLink::MissingDockerfile(path),
        _ => BuildLink::Unknown,
    }
}
