//! Which compose files begin a project, and which files a project has (compose-go, `cli/options.go`).

use rustc_hash::FxHashMap;

use super::load::Loader;
use crate::source::sources::{folder, join};
use crate::source::{FileId, Opened};
use crate::yaml::{NodeId, Tree};

/// The names that compose looks for, the first one that is there.
pub const BASES: [&str; 4] = ["compose.yaml", "compose.yml", "docker-compose.yml", "docker-compose.yaml"];

/// The names of overrides that compose looks for beside a base, the first one that is there.
pub const OVERRIDES: [&str; 4] =
    ["compose.override.yaml", "compose.override.yml", "docker-compose.override.yml", "docker-compose.override.yaml"];

/// What a compose file of a run is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// A project begins here; [`Loader::load`] loads it.
    Root,
    /// A project begins here that lays this file over the base of its folder.
    Overlay,
    /// Compose reads it together with the base of its folder.
    Override,
    /// Another file includes it, or extends services of it: it is judged there.
    Fragment,
}

/// What compose finds in a folder.
#[derive(Debug, Default)]
pub(super) struct Folder {
    base: Option<FileId>,
    /// Beside the base.
    over: Option<FileId>,
    /// What `COMPOSE_FILE` in its `.env` names, when all of it is there.
    given: Option<Vec<FileId>>,
}

impl Folder {
    pub(super) fn read(loader: &Loader<'_>, directory: &str) -> Self {
        let base = BASES.iter().find_map(|name| open(loader, directory, name));
        let over = base.and_then(|_| OVERRIDES.iter().find_map(|name| open(loader, directory, name)));
        Self { base, over, given: given_files(loader, directory) }
    }

    /// The files that compose reads there when nobody names others.
    fn config_files(&self) -> Vec<FileId> {
        match &self.given {
            Some(given) => given.clone(),
            None => self.base.into_iter().chain(self.over).collect(),
        }
    }
}

/// What each of the compose files of a run is, in their order.
pub fn roles(loader: &Loader<'_>, files: &[FileId]) -> Vec<Role> {
    let taken: FxHashMap<FileId, Vec<FileId>> = files.iter().map(|&file| (file, references(loader, file))).collect();
    let mut takers: FxHashMap<FileId, Vec<FileId>> = FxHashMap::default();
    for &file in files {
        for &other in &taken[&file] {
            takers.entry(other).or_default().push(file);
        }
    }
    let role = |&file: &FileId| {
        let found = loader.folder(folder(&path_of(loader, file)));
        let config_files = found.config_files();
        // Two that take each other: the first one is the root.
        let by_another = |other: &FileId| !taken[&file].contains(other) || other.0 < file.0;
        if takers.get(&file).is_some_and(|takers| takers.iter().any(by_another)) {
            return Role::Fragment;
        }
        match config_files.iter().position(|config| *config == file) {
            Some(0) => return Role::Root,
            Some(_) if taken.contains_key(&config_files[0]) => return Role::Override,
            Some(_) => return Role::Overlay,
            None => {}
        }
        match found.base {
            _ if stands_alone(loader, file) => Role::Root,
            Some(base) if lies_over(loader, file, base) => Role::Overlay,
            _ if runs_something(loader, file) || loader.sources().source(file).explicit => Role::Root,
            _ => Role::Fragment,
        }
    };
    files.iter().map(role).collect()
}

/// Looks into the folder of a compose file, so that the answer is known.
pub fn look_around(loader: &Loader<'_>, file: FileId) {
    loader.folder(folder(&path_of(loader, file)));
}

/// The files of a run at which a project begins.
pub fn roots(loader: &Loader<'_>, files: &[FileId]) -> Vec<FileId> {
    let roles = roles(loader, files);
    files.iter().zip(roles).filter(|(_, role)| matches!(role, Role::Root | Role::Overlay)).map(|(file, _)| *file).collect()
}

/// The files that compose reads for a root, each overriding those before it.
pub(super) fn files_of(loader: &Loader<'_>, root: FileId) -> Vec<FileId> {
    let found = loader.folder(folder(&path_of(loader, root)));
    let config_files = found.config_files();
    if config_files.contains(&root) {
        return config_files;
    }
    match found.base {
        Some(base) if base != root && !stands_alone(loader, root) && lies_over(loader, root, base) => vec![base, root],
        _ => vec![root],
    }
}

/// The base that a file is made for by its name: `docker-compose.prod.yml` for `docker-compose.yml`.
pub(super) fn base_below(loader: &Loader<'_>, file: FileId) -> Option<FileId> {
    let path = path_of(loader, file);
    let name = path.rsplit('/').next().unwrap_or(&path);
    let base = loader.folder(folder(&path)).base.filter(|base| *base != file)?;
    ["compose.", "docker-compose.", "compose-", "docker-compose-"].iter().any(|start| name.starts_with(start)).then_some(base)
}

fn path_of(loader: &Loader<'_>, file: FileId) -> String {
    join(".", &loader.sources().source(file).path)
}

fn open(loader: &Loader<'_>, directory: &str, name: &str) -> Option<FileId> {
    match loader.sources().open(&join(directory, name)) {
        Opened::File(file) => Some(file),
        _ => None,
    }
}

/// The files that `COMPOSE_FILE` in the `.env` of a folder names, when all of them are there.
fn given_files(loader: &Loader<'_>, directory: &str) -> Option<Vec<FileId>> {
    let env_file = open(loader, directory, ".env")?;
    if !loader.sources().source(env_file).text().contains("COMPOSE_FILE") {
        return None;
    }
    let parsed = loader.env_file(env_file, false);
    let value = |name: &str| match &parsed.get(name)?.value {
        crate::env::Value::Written { template, .. } => Some(template.clone()),
        crate::env::Value::Inherited => None,
    };
    let separator = value("COMPOSE_PATH_SEPARATOR").unwrap_or_else(|| ":".to_owned());
    let named = value("COMPOSE_FILE").filter(|named| !named.is_empty() && !named.contains('$'))?;
    let parts: Vec<&str> = if separator.is_empty() { vec![&named] } else { named.split(separator.as_str()).collect() };
    parts.into_iter().map(|part| open(loader, directory, part)).collect()
}

/// The files whose services or projects a file takes: by `include`, and by `extends` with `file`.
fn references(loader: &Loader<'_>, file: FileId) -> Vec<FileId> {
    let source = loader.sources().source(file);
    let text = source.text();
    if !text.contains("include") && !text.contains("extends") {
        return Vec::new();
    }
    let path = join(".", &source.path);
    let parsed = loader.compose_file(file);
    let mut found = Vec::new();
    for tree in &parsed.stream.documents {
        for named in named_paths(tree) {
            if !named.contains("://")
                && !named.contains('$')
                && let Opened::File(other) = loader.sources().open(&join(folder(&path), named))
                && other != file
            {
                found.push(other);
            }
        }
    }
    found
}

fn named_paths(tree: &Tree) -> Vec<&str> {
    let Some(root) = tree.root else { return Vec::new() };
    let mut named = Vec::new();
    let texts = |id: NodeId| -> Vec<&str> {
        let items = tree.items(id).iter().filter_map(|&item| tree.str(item));
        tree.str(id).into_iter().chain(items).collect()
    };
    for &entry in tree.get(root, "include").map_or(&[][..], |include| tree.items(include)) {
        match tree.get(entry, "path") {
            Some(path) => named.extend(texts(path)),
            None => named.extend(tree.str(entry)),
        }
    }
    if let Some(services) = tree.get(root, "services") {
        for (_, service) in tree.effective_entries(services) {
            let file = tree.get(service, "extends").and_then(|extends| tree.get(extends, "file"));
            named.extend(file.and_then(|file| tree.str(file)));
        }
    }
    named
}

fn services(loader: &Loader<'_>, file: FileId) -> Vec<(String, bool)> {
    let parsed = loader.compose_file(file);
    let mut found = Vec::new();
    for tree in &parsed.stream.documents {
        let Some(services) = tree.root.and_then(|root| tree.get(root, "services")) else { continue };
        for (key, service) in tree.effective_entries(services) {
            let runs = ["image", "build", "extends", "provider"].iter().any(|attribute| tree.get(service, attribute).is_some());
            found.extend(tree.str(key).map(|name| (name.to_owned(), runs)));
        }
    }
    found
}

/// Whether some service of a file has something to run. One without any waits for a base that is not here.
fn runs_something(loader: &Loader<'_>, file: FileId) -> bool {
    services(loader, file).iter().any(|(_, runs)| *runs)
}

fn has_include(loader: &Loader<'_>, file: FileId) -> bool {
    let parsed = loader.compose_file(file);
    parsed.stream.documents.iter().any(|tree| tree.root.is_some_and(|root| tree.get(root, "include").is_some()))
}

/// Whether every service of a file has something to run. One that cannot be read stands alone too: that is to be said.
fn stands_alone(loader: &Loader<'_>, file: FileId) -> bool {
    let parsed = loader.compose_file(file);
    if parsed.too_large || !parsed.stream.problems.is_empty() {
        return true;
    }
    let services = services(loader, file);
    (!services.is_empty() || has_include(loader, file)) && services.iter().all(|(_, runs)| *runs)
}

/// Whether a file that does not stand alone completes the services of a base.
fn lies_over(loader: &Loader<'_>, file: FileId, base: FileId) -> bool {
    let bases = services(loader, base);
    let own = services(loader, file);
    let incomplete: Vec<_> = own.iter().filter(|(_, runs)| !runs).collect();
    !incomplete.is_empty() && incomplete.iter().all(|(name, _)| bases.iter().any(|(other, runs)| other == name && *runs))
}
