//! Files beside those of a run that a policy asks about: manifests, version files, workflows, guides, and the configuration. They are read
//! only where a policy speaks of services, and are no checked files: nothing but the rules of the policy speaks of them.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::files::base;
use super::{Document, Project, UnitContent};
use crate::compose::Node;
use crate::config::{Policy, PolicySource};
use crate::finding::Environment;
use crate::source::sources::{folder, join};
use crate::source::{FileId, Kind, SourceFile};

/// A longer file is not read: the lock files of large projects are of a few megabytes.
const MAX_BYTES: u64 = 16 << 20;

/// More is not read for one policy.
const MOST_BYTES: u64 = 256 << 20;

/// More files are not read for one policy.
const MOST_FILES: usize = 4000;

/// More entries of a folder are not looked at.
const MOST_ENTRIES: usize = 4000;

/// Names that say which release runs, or which dependencies there are.
const NAMES: &[&str] = &[
    ".python-version",
    ".nvmrc",
    ".node-version",
    ".ruby-version",
    ".tool-versions",
    "Gemfile",
    "Gemfile.lock",
    "Pipfile",
    "Pipfile.lock",
    "composer.json",
    "environment.yml",
    "go.mod",
    "package-lock.json",
    "package.json",
    "pdm.lock",
    "pnpm-lock.yaml",
    "poetry.lock",
    "pyproject.toml",
    "runtime.txt",
    "setup.cfg",
    "setup.py",
    "tox.ini",
    "uv.lock",
    "yarn.lock",
];

/// Whether a name is one of a list of requirements: `requirements.txt`, `requirements-dev.in`, `constraints.txt`.
pub(super) fn is_requirements(name: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    (lower.starts_with("requirements") || lower.ends_with("requirements.txt") || lower.starts_with("constraints"))
        && (lower.ends_with(".txt") || lower.ends_with(".in"))
}

/// Reads what the policies of a project ask about, behind the documents that are there.
pub(super) fn read(project: &mut Project) {
    let mut policies: Vec<Arc<Policy>> = Vec::new();
    for document in &project.documents {
        if document.policy.speaks_of_services() && !policies.iter().any(|known| Arc::ptr_eq(known, &document.policy)) {
            policies.push(Arc::clone(&document.policy));
        }
    }
    for policy in policies {
        let Some(source) = policy.source().cloned() else { continue };
        let found = Reader::new(project, &source).all(&policy);
        for source in found {
            let file = FileId(project.documents.len() as u32);
            let mut document = Document::new(file, Arc::new(source), Environment::Production);
            document.policy = Arc::clone(&policy);
            project.documents.push(Arc::new(document));
        }
    }
    project.by_path.take();
}

/// Reads files of the tree that one configuration speaks of.
struct Reader<'a> {
    project: &'a Project,
    config: &'a PolicySource,
    /// Where relative paths start; `None` where nothing came from a disk.
    base: Option<PathBuf>,
    /// The folder of the configuration, links resolved: what lies elsewhere is not read.
    tree: Option<PathBuf>,
    taken: BTreeSet<String>,
    found: Vec<SourceFile>,
    /// How many bytes may still be read.
    left: u64,
}

impl<'a> Reader<'a> {
    fn new(project: &'a Project, config: &'a PolicySource) -> Self {
        let base = project.documents.iter().find_map(|document| base(&document.source));
        let base = base.or_else(|| std::env::current_dir().ok().filter(|_| config.location.is_some()));
        let tree = config.root.canonicalize().ok();
        let taken = project.documents.iter().map(|document| join(".", &document.source.path)).collect();
        Self { project, config, base, tree, taken, found: Vec::new(), left: MOST_BYTES }
    }

    fn all(mut self, policy: &Policy) -> Vec<SourceFile> {
        let mut config = SourceFile::new(&self.config.path, Kind::Neighbour, self.config.text.clone().into_bytes());
        config.location.clone_from(&self.config.location);
        if self.taken.insert(join(".", &config.path)) {
            self.found.push(config);
        }
        let root = self.shown(&self.config.root.clone());
        for folder in self.folders(policy).into_iter().chain(root.clone()).collect::<BTreeSet<_>>() {
            self.folder(&folder, |name| NAMES.contains(&name) || is_requirements(name));
            self.folder(&join(&folder, "requirements"), |name| name.ends_with(".txt") || name.ends_with(".in"));
        }
        if let Some(root) = root {
            self.folder(&join(&root, ".github/workflows"), |name| name.ends_with(".yml") || name.ends_with(".yaml"));
        }
        for guide in policy.guides() {
            let location = self.config.root.join(guide.get_ref());
            if let Some(shown) = self.shown(&location) {
                self.file(&shown, location);
            }
        }
        self.found
    }

    /// The folders that services are built from.
    fn folders(&self, policy: &Policy) -> BTreeSet<String> {
        let mut folders = BTreeSet::new();
        let is_ours = |document: &Document| std::ptr::eq(&raw const *document.policy, policy);
        for document in self.project.documents.iter().filter(|document| is_ours(document)) {
            if document.kind() == Kind::Dockerfile {
                folders.insert(folder(&join(".", &document.source.path)).to_owned());
            }
        }
        for unit in self.project.units.iter().filter(|unit| is_ours(self.project.document(unit.root))) {
            let UnitContent::Compose(compose) = &unit.content else { continue };
            for service in compose.services() {
                let context = service.build().and_then(|build| build.get("context"));
                let context = context.filter(|context| !context.origin.is_unknown()).and_then(Node::as_str);
                folders.extend(context.filter(|context| !crate::compose::is_remote(context)).map(|context| join(".", context)));
            }
        }
        folders
    }

    /// How a place is shown: from where relative paths start, else as it is.
    fn shown(&self, location: &Path) -> Option<String> {
        let base = self.base.as_deref()?;
        let below = |base: &Path, path: &Path| Some(path.strip_prefix(base).ok()?.to_string_lossy().replace('\\', "/"));
        let shown = below(base, location).or_else(|| below(&base.canonicalize().ok()?, &location.canonicalize().ok()?));
        Some(join(".", &shown.unwrap_or_else(|| location.to_string_lossy().replace('\\', "/"))))
    }

    fn folder(&mut self, folder: &str, wanted: impl Fn(&str) -> bool) {
        let Some(location) = self.base.as_ref().map(|base| base.join(folder)) else { return };
        let Ok(entries) = fs::read_dir(&location) else { return };
        let names = entries.take(MOST_ENTRIES).flatten().map(|entry| entry.file_name().to_string_lossy().into_owned());
        let mut names: Vec<String> = names.filter(|name| wanted(name)).collect();
        names.sort();
        for name in names {
            self.file(&join(folder, &name), location.join(&name));
        }
    }

    /// Reads a file once; what is too large, no file, or leads out of the tree is passed over.
    fn file(&mut self, shown: &str, location: PathBuf) {
        if self.found.len() >= MOST_FILES || self.taken.contains(shown) {
            return;
        }
        let length = fs::metadata(&location).ok().filter(fs::Metadata::is_file).map_or(u64::MAX, |metadata| metadata.len());
        let fits = length <= MAX_BYTES.min(self.left);
        let is_inside = || match (location.canonicalize(), &self.tree) {
            (Ok(real), Some(tree)) => real.starts_with(tree),
            _ => false,
        };
        if !fits || !is_inside() {
            return;
        }
        let Ok(bytes) = fs::read(&location) else { return };
        self.left = self.left.saturating_sub(bytes.len() as u64);
        self.taken.insert(shown.to_owned());
        let mut file = SourceFile::new(shown, Kind::Neighbour, bytes);
        file.location = Some(location);
        self.found.push(file);
    }
}
