//! Loading one project, in the order of compose-go (`loader/loader.go`).

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use rustc_hash::FxHashMap;

use super::decode::{Decoded, VALUES, decode, yaml_problems};
use super::environment::Environment;
use super::file::ComposeFile;
use super::interpolate::Room;
use super::model::{ComposeProject, Unresolved};
use super::node::{Node, Origin, Ways};
use super::problem::{Problem, Problems};
use super::roots::Folder;
use super::site::Sites;
use super::{canonical, consistency, extends, include, merge, normalise, path, reset, roots, unique, validate, variables};
use crate::env::{self, EnvFile};
use crate::kept::Kept;
use crate::source::sources::{folder, join};
use crate::source::{FileId, Location, Opened, Sources, Span};

/// Includes and chains of `extends` are no longer.
pub(super) const MOST_NESTED: usize = 64;

/// A project includes no more files: those that include others twice double with each level.
pub(super) const MOST_INCLUDES: usize = 4096;

/// What a run gives to every project.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// Variables of the caller that are to count (`--env`).
    pub given: BTreeMap<String, String>,
    /// The name of the current directory, for projects that lie in it.
    pub directory_name: Option<String>,
}

/// Loads projects; each file is parsed once for all of them.
pub struct Loader<'s> {
    sources: &'s dyn Sources,
    options: Options,
    compose: Mutex<FxHashMap<FileId, Arc<ComposeFile>>>,
    env: Mutex<FxHashMap<(FileId, bool), Arc<EnvFile>>>,
    folders: Mutex<FxHashMap<String, Arc<Folder>>>,
}

impl std::fmt::Debug for Loader<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Loader").field("options", &self.options).finish_non_exhaustive()
    }
}

impl<'s> Loader<'s> {
    pub fn new(sources: &'s dyn Sources, options: Options) -> Self {
        Self { sources, options, compose: Mutex::default(), env: Mutex::default(), folders: Mutex::default() }
    }

    /// The YAML of a file.
    pub fn compose_file(&self, file: FileId) -> Arc<ComposeFile> {
        if let Some(known) = self.compose.lock().unwrap_or_else(PoisonError::into_inner).get(&file) {
            return Arc::clone(known);
        }
        // Parsed without the lock: two that ask at the same time may both parse.
        let parsed = Arc::new(ComposeFile::parse(self.sources.source(file).text()));
        self.compose.lock().unwrap_or_else(PoisonError::into_inner).insert(file, Arc::clone(&parsed));
        parsed
    }

    /// Gives a file that was parsed elsewhere, so that it is not parsed again.
    pub fn add_compose_file(&self, file: FileId, parsed: Arc<ComposeFile>) {
        self.compose.lock().unwrap_or_else(PoisonError::into_inner).insert(file, parsed);
    }

    /// The variables of an env file; `raw` for `format: raw`.
    pub fn env_file(&self, file: FileId, raw: bool) -> Arc<EnvFile> {
        if let Some(known) = self.env.lock().unwrap_or_else(PoisonError::into_inner).get(&(file, raw)) {
            return Arc::clone(known);
        }
        let source = self.sources.source(file);
        let parsed = Arc::new(if raw { env::parse_raw(source.text()) } else { env::parse(source.text()) });
        self.env.lock().unwrap_or_else(PoisonError::into_inner).insert((file, raw), Arc::clone(&parsed));
        parsed
    }

    /// What compose finds in a folder.
    pub(super) fn folder(&self, directory: &str) -> Arc<Folder> {
        if let Some(known) = self.folders.lock().unwrap_or_else(PoisonError::into_inner).get(directory) {
            return Arc::clone(known);
        }
        let found = Arc::new(Folder::read(self, directory));
        self.folders.lock().unwrap_or_else(PoisonError::into_inner).insert(directory.to_owned(), Arc::clone(&found));
        found
    }

    /// The sources that it reads from.
    pub fn sources(&self) -> &'s dyn Sources {
        self.sources
    }

    /// Loads the project of a root that [`roots::roots`] gave: with its override files, as compose finds them beside it.
    /// A file named `compose.<word>.yml` that compose refuses alone, and takes over the base of its folder, is laid over that.
    pub fn load(&self, root: FileId) -> ComposeProject {
        let files = roots::files_of(self, root);
        let project = self.load_files(root, &files);
        if project.problems.is_empty() || files.len() > 1 {
            return project;
        }
        let Some(base) = roots::base_below(self, root) else { return project };
        let over = self.load_files(root, &[base, root]);
        let own = |problem: &Problem| project.files.contains(&problem.location.file);
        if over.problems.iter().any(own) { project } else { over }
    }

    /// Loads a project of several files, each overriding those before it; `root` is the one that it is named after.
    pub fn load_files(&self, root: FileId, files: &[FileId]) -> ComposeProject {
        let path = self.sources.source(files.first().copied().unwrap_or(root)).path.clone();
        let directory = folder(&join(".", &path)).to_owned();
        let mut loading = Loading {
            loader: self,
            sources: self.sources,
            sites: Sites::default(),
            problems: Problems::default(),
            files: Vec::new(),
            unresolved: Vec::new(),
            lacks_names: false,
            including: files.to_vec(),
            includes: 0,
            values: VALUES,
            room: Room::default(),
        };
        let mut environment = Environment::given(&self.options.given);
        let env_file = loading.add_env_file(&mut environment, &join(&directory, ".env"), None);
        let mut tree: Option<Node> = None;
        for &file in files {
            let name = project_name(tree.as_ref(), &environment, &directory, &self.options);
            environment.set("COMPOSE_PROJECT_NAME", &name);
            tree = loading.file(tree, file, &directory, &environment);
        }
        let name = project_name(tree.as_ref(), &environment, &directory, &self.options);
        let is_empty = tree.is_none();
        let mut tree = tree.unwrap_or_default();
        if is_empty {
            let at = Location { file: root, span: Span::empty(0) };
            if loading.problems.is_empty() {
                loading.problems.push(Problem::new(at, "this compose file is empty; compose refuses it"));
            }
            tree.origin = Origin { file: root, ..Origin::default() };
            tree.value = super::node::Value::Map(Box::default());
        }
        path::resolve(&mut tree, &directory);
        consistency::check_resources(&tree, &mut loading.problems);
        normalise::normalise(&mut loading, &mut tree, &name, &environment);
        consistency::check(&tree, &profiles(&environment), &mut loading.problems);
        if loading.lacks_names {
            loading.problems.forget_undeclared();
        }
        tree.shrink();
        let mut read = files.to_vec();
        read.extend(loading.files.iter().copied().filter(|file| !files.contains(file)));
        ComposeProject {
            root,
            config_files: files.to_vec(),
            files: read,
            env_file,
            directory,
            name,
            tree,
            sites: loading.sites,
            problems: loading.problems.finish(),
            unresolved: loading.unresolved,
            facts: Kept::default(),
        }
    }
}

/// A project while it is loaded.
pub(super) struct Loading<'l> {
    pub loader: &'l Loader<'l>,
    pub sources: &'l dyn Sources,
    pub sites: Sites,
    pub problems: Problems,
    /// What was read, without the files that the project was given.
    pub files: Vec<FileId>,
    pub unresolved: Vec<Unresolved>,
    /// What an `include` would bring is not known, so nothing that is named is certainly missing.
    pub lacks_names: bool,
    /// The files that are being loaded: the given ones, then one for each `include` on the way.
    pub including: Vec<FileId>,
    /// How many files were included so far.
    pub includes: usize,
    /// What aliases may still add.
    pub values: usize,
    /// For the values of variables, in all its files.
    pub room: Room,
}

/// What became of a file that a value names.
pub(super) enum Reached {
    File(FileId),
    /// It was said why, where that is a problem.
    Not,
}

impl Loading<'_> {
    pub fn refuse(&mut self, origin: Origin, message: String) {
        self.problems.push(Problem::new(origin.location(), message));
    }

    pub fn unresolved(&mut self, origin: Origin, path: &str) {
        self.unresolved.push(Unresolved { location: origin.location(), path: path.to_owned() });
    }

    pub fn path_of(&self, file: FileId) -> String {
        self.sources.source(file).path.clone()
    }

    fn read(&mut self, file: FileId) {
        if !self.files.contains(&file) {
            self.files.push(file);
        }
    }

    /// Opens a compose file that a value names.
    pub fn reach(&mut self, path: &str, origin: Origin) -> Reached {
        let refused = match self.sources.open(path) {
            Opened::File(file) => {
                self.read(file);
                return Reached::File(file);
            }
            Opened::Missing => format!("`{path}` does not exist"),
            Opened::Directory => format!("`{path}` is a folder; name the compose file in it"),
            Opened::Unreadable(why) => format!("`{path}` {why}"),
            Opened::Unknown => {
                self.unresolved(origin, path);
                return Reached::Not;
            }
        };
        self.refuse(origin, refused);
        Reached::Not
    }

    /// Adds the variables of an env file; one that nobody named may be missing.
    pub fn add_env_file(&mut self, environment: &mut Environment, path: &str, named: Option<Origin>) -> Option<FileId> {
        let refused = match self.sources.open(path) {
            Opened::File(file) => {
                self.read(file);
                let parsed = self.loader.env_file(file, false);
                environment.add_file(file, &parsed, &mut self.problems);
                return Some(file);
            }
            Opened::Missing => super::normalise::missing_env_file(self.sources, path),
            Opened::Directory => format!("the env file `{path}` is a folder"),
            Opened::Unreadable(why) => format!("the env file `{path}` {why}"),
            Opened::Unknown => return None,
        };
        if let Some(origin) = named {
            self.refuse(origin, refused);
        }
        None
    }

    /// The documents of a file.
    pub fn decoded(&mut self, file: FileId) -> Vec<Decoded> {
        let source = self.sources.source(file);
        let parsed = self.loader.compose_file(file);
        if parsed.too_large {
            let at = Location { file, span: Span::empty(0) };
            let most = super::file::MAX_BYTES >> 20;
            self.problems.push(Problem::new(at, format!("this file is larger than {most} MiB; it is not read")));
            return Vec::new();
        }
        yaml_problems(file, &parsed, &mut self.problems);
        if !parsed.stream.problems.is_empty() {
            return Vec::new();
        }
        let trees = parsed.stream.documents.iter();
        let (values, sites, problems) = (&mut self.values, &mut self.sites, &mut self.problems);
        trees.map(|tree| decode(file, &source, &parsed, tree, values, sites, problems)).collect()
    }

    /// Merges every document of a file into what was loaded before it.
    pub fn file(&mut self, base: Option<Node>, file: FileId, directory: &str, environment: &Environment) -> Option<Node> {
        let mut project = base;
        for document in self.decoded(file) {
            let Decoded { root, resets } = document;
            let Some(mut root) = root else { continue };
            let source = self.sources.source(file);
            if root.as_map().is_none() {
                let message = format!("a compose file is a mapping; this is {}", root.kind());
                self.refuse(root.origin, message);
                continue;
            }
            variables::replace(&mut root, &source, environment, &mut self.room, &mut self.sites, &mut self.problems);
            root = include::apply(self, root, directory, environment);
            if let Some(base) = &mut project {
                reset::apply(base, &resets);
            }
            extends::apply(self, &mut root, file, folder(&join(".", &source.path)), environment, &resets);
            let mut merged = match project.take() {
                Some(base) => merge::merge(base, root, &mut self.problems),
                None => root,
            };
            unique::keep_last(&mut merged);
            validate::validate(&merged, &mut self.problems);
            canonical::canonical(&mut merged, &mut self.problems);
            unique::keep_last(&mut merged);
            project = Some(merged);
        }
        project
    }
}

/// The profiles that are on when nobody names any: those of `COMPOSE_PROFILES`.
fn profiles(environment: &Environment) -> Vec<String> {
    match environment.get("COMPOSE_PROFILES") {
        // Any may be.
        Some(setting) if setting.unknown => vec!["*".to_owned()],
        Some(setting) => setting.value.split(',').map(|profile| profile.trim().to_owned()).collect(),
        None => Vec::new(),
    }
}

/// The name of a project: as the variable says, as the file says, else that of its directory.
fn project_name(tree: Option<&Node>, environment: &Environment, directory: &str, options: &Options) -> String {
    let set = environment.get("COMPOSE_PROJECT_NAME").filter(|setting| !setting.unknown).map(|setting| setting.value.as_str());
    let named = tree.and_then(|tree| tree.get("name")).filter(|name| !name.origin.is_unknown()).and_then(Node::as_str);
    let of_directory = match directory.rsplit('/').next().unwrap_or(directory) {
        "." | ".." | "" => options.directory_name.as_deref().unwrap_or_default(),
        name => name,
    };
    // A name in the file counts before the one that compose set by itself from the directory.
    let candidates = [named, set, Some(of_directory)];
    let name = candidates.into_iter().flatten().map(normalised_name).find(|name| !name.is_empty());
    name.unwrap_or_else(|| "default".to_owned())
}

/// Lower case, without what a name may not hold.
pub(crate) fn normalised_name(name: &str) -> String {
    let lower = name.to_lowercase();
    let kept = lower.chars().filter(|next| next.is_ascii_lowercase() || next.is_ascii_digit() || matches!(next, '_' | '-'));
    kept.collect::<String>().trim_start_matches(['_', '-']).to_owned()
}

/// Marks what compose adds to a mapping.
pub(super) fn implied(origin: Origin) -> Origin {
    Origin { key: None, ..origin.derived(Ways::IMPLIED) }
}
