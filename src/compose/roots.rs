//! Which compose files begin a project, and which files a project has (compose-go, `cli/options.go`).

use rustc_hash::FxHashSet;

use super::load::Loader;
use crate::source::sources::{folder, join};
use crate::source::{Entry, FileId, Opened};
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

/// What each of the compose files of a run is, in their order.
pub fn roles(loader: &Loader<'_>, files: &[FileId]) -> Vec<Role> {
    let named: FxHashSet<FileId> = files.iter().flat_map(|&file| references(loader, file)).collect();
    let role = |&file: &FileId| {
        let source = loader.sources().source(file);
        let path = join(".", &source.path);
        let name = path.rsplit('/').next().unwrap_or(&path);
        if OVERRIDES.contains(&name) && base_of(loader, folder(&path)).is_some_and(|base| override_of(loader, base) == Some(file)) {
            return Role::Override;
        }
        let is_base = base_of(loader, folder(&path)) == Some(file);
        if named.contains(&file) && !is_base {
            return Role::Fragment;
        }
        if named.contains(&file) && is_base && included_by_others(loader, files, file) {
            return Role::Fragment;
        }
        if config_files(loader, folder(&path)).is_some_and(|given| given.contains(&file) && given.first() != Some(&file)) {
            return Role::Override;
        }
        if is_base || stands_alone(loader, file) {
            return Role::Root;
        }
        match base_of(loader, folder(&path)) {
            Some(base) if lies_over(loader, file, base) => Role::Overlay,
            _ if has_services(loader, file) => Role::Root,
            _ => Role::Fragment,
        }
    };
    files.iter().map(role).collect()
}

/// The files of a run at which a project begins.
pub fn roots(loader: &Loader<'_>, files: &[FileId]) -> Vec<FileId> {
    let roles = roles(loader, files);
    files.iter().zip(roles).filter(|(_, role)| matches!(role, Role::Root | Role::Overlay)).map(|(file, _)| *file).collect()
}

/// The files that compose reads for a root, each overriding those before it.
pub(super) fn files_of(loader: &Loader<'_>, root: FileId) -> Vec<FileId> {
    let source = loader.sources().source(root);
    let path = join(".", &source.path);
    let directory = folder(&path);
    if let Some(given) = config_files(loader, directory).filter(|given| given.first() == Some(&root)) {
        return given;
    }
    match base_of(loader, directory) {
        Some(base) if base == root => [Some(root), override_of(loader, root)].into_iter().flatten().collect(),
        Some(base) if !stands_alone(loader, root) && lies_over(loader, root, base) => vec![base, root],
        _ => vec![root],
    }
}

/// The file that compose takes in a folder.
pub fn base_of(loader: &Loader<'_>, directory: &str) -> Option<FileId> {
    BASES.iter().find_map(|name| open(loader, directory, name))
}

fn override_of(loader: &Loader<'_>, base: FileId) -> Option<FileId> {
    let source = loader.sources().source(base);
    let path = join(".", &source.path);
    OVERRIDES.iter().find_map(|name| open(loader, folder(&path), name))
}

fn open(loader: &Loader<'_>, directory: &str, name: &str) -> Option<FileId> {
    let path = join(directory, name);
    if loader.sources().entry(&path) != Entry::File {
        return None;
    }
    match loader.sources().open(&path) {
        Opened::File(file) => Some(file),
        _ => None,
    }
}

/// The files that `COMPOSE_FILE` in the `.env` of a folder names, when all of them are there.
fn config_files(loader: &Loader<'_>, directory: &str) -> Option<Vec<FileId>> {
    let env_file = open(loader, directory, ".env")?;
    let text = loader.sources().source(env_file);
    if !text.text().contains("COMPOSE_FILE") {
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
            if !named.contains("://") && !named.contains('$')
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

/// Whether a base is taken by a file that is no fragment of its own: a project that includes it stands for it.
fn included_by_others(loader: &Loader<'_>, files: &[FileId], file: FileId) -> bool {
    let includes = |&other: &FileId| other != file && references(loader, other).contains(&file);
    let others: Vec<_> = files.iter().copied().filter(includes).collect();
    // Two that take each other: the first one is the root.
    others.iter().any(|&other| !references(loader, file).contains(&other) || other.0 < file.0)
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

fn has_services(loader: &Loader<'_>, file: FileId) -> bool {
    !services(loader, file).is_empty() || has_include(loader, file)
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

