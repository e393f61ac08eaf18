//! The files around those that are open, with what is open in the place of what was saved, and what there is to say about them.

use std::collections::BTreeMap;
use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use jiff::civil::Date;
use rustc_hash::FxHashSet;

use super::buffers::{Buffer, Buffers};
use crate::config::{ConfigError, ConfigSet, NAMES, Overrides};
use crate::finding::Finding;
use crate::project::{Document, Project, groups};
use crate::rules::{self, Registry, Rule};
use crate::source::discover::{self, Request, kind_of_named};
use crate::source::{FileId, Kind, SourceFile};
use crate::triage::prepare::{self, Prepared, RulesError};
use crate::triage::{self, Baseline, Judged, Outcome, Settings, baseline};

/// What the command line says, the same for every folder.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// One configuration for all files instead of the nearest of each.
    pub config: Option<PathBuf>,
    /// No configuration, baseline or rules of the user.
    pub isolated: bool,
    pub overrides: Overrides,
    /// Variables that compose may see.
    pub variables: BTreeMap<String, String>,
    /// By default the day that it is.
    pub today: Option<Date>,
}

/// Where a walk begins, and how far it goes.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Home {
    /// A folder with all below it: one that the editor has open, or the repository around a file.
    Tree(PathBuf),
    /// A folder that nothing tells to be a project: the files in it, not those below.
    Folder(PathBuf),
    /// A document that was never saved.
    Nowhere(String),
}

/// A walk that has seen this many entries goes no further: what is open there is no project.
const MOST_ENTRIES: usize = 200_000;

/// A walk that takes longer goes no further.
const LONGEST_WALK: Duration = Duration::from_secs(5);

/// Why there is nothing to say about a folder.
#[derive(Debug, Clone)]
pub enum Obstacle {
    Config(ConfigError),
    /// Of a rule of the user: where it stands, the line and the column from 1, and what is wrong.
    Rule(PathBuf, u32, u32, String),
    Other(String),
}

/// A folder as it was last read and judged.
#[derive(Debug)]
pub struct Workspace {
    pub home: Home,
    pub registry: Registry,
    pub project: Project,
    pub settings: Settings,
    /// The rules that run, without those that compare projects.
    rules: Vec<&'static Rule>,
    /// Those that compare the projects of many tenants: what they say of one hangs on all.
    fleet_rules: Vec<&'static Rule>,
    /// What was found, by file, before triage.
    found: Vec<Vec<Finding>>,
    /// Files whose findings hang on others.
    linked: FxHashSet<FileId>,
    baseline: Option<Baseline>,
    /// Where the rules of the user lie.
    rule_folders: Vec<PathBuf>,
    pub outcome: Outcome,
    /// What is in the way; then the outcome is that of the last time that nothing was.
    pub obstacles: Vec<Obstacle>,
    /// What a person should know: the folder is too large to be read whole, a rule failed.
    pub notes: Vec<String>,
    /// Has to be read anew.
    pub stale: bool,
    /// Has rules of a user to be read anew as well.
    pub rules_stale: bool,
    /// Documents that changed since they were judged, by URI.
    pub changed: FxHashSet<String>,
}

impl Workspace {
    pub fn new(home: Home) -> Self {
        Self {
            home,
            registry: Registry::embedded(),
            project: Project::default(),
            settings: Settings::everything(),
            rules: Vec::new(),
            fleet_rules: Vec::new(),
            found: Vec::new(),
            linked: FxHashSet::default(),
            baseline: None,
            rule_folders: Vec::new(),
            outcome: Outcome::default(),
            obstacles: Vec::new(),
            notes: Vec::new(),
            stale: true,
            rules_stale: true,
            changed: FxHashSet::default(),
        }
    }

    /// The file of an open document.
    pub fn file(&self, buffer: &Buffer) -> Option<FileId> {
        let is_it = |document: &&Arc<Document>| match (&document.source.location, &buffer.path) {
            (Some(location), Some(path)) => location == path,
            (None, None) => document.source.path == unsaved_name(buffer),
            _ => false,
        };
        self.project.documents.iter().find(is_it).map(|document| document.file)
    }

    /// What there is to say about a file.
    pub fn findings(&self, file: FileId) -> impl Iterator<Item = &Judged> {
        self.outcome.findings.iter().filter(move |judged| judged.finding.primary.file == file)
    }

    /// A file on disk changed.
    pub fn touch(&mut self, path: &Path) {
        let is_config = path.file_name().and_then(|name| name.to_str()).is_some_and(|name| NAMES.contains(&name));
        self.stale = true;
        self.rules_stale |= is_config || self.rule_folders.iter().any(|folder| path.starts_with(folder));
    }

    /// Whether something has to be done before there is anything to say.
    pub fn is_due(&self) -> bool {
        self.stale || !self.changed.is_empty()
    }

    /// Reads what has to be read, and judges what that touches. `buffers` are the open documents of this folder.
    pub fn update(&mut self, buffers: &[&Buffer], options: &Options) {
        self.notes.clear();
        let changed = std::mem::take(&mut self.changed);
        let changed: Vec<&Buffer> = buffers.iter().copied().filter(|buffer| changed.contains(buffer.uri.as_str())).collect();
        let unknown = |buffer: &&Buffer| self.file(buffer).is_none() && kind_of(buffer, self.root()).is_some();
        if self.stale || changed.iter().any(unknown) {
            self.stale = false;
            self.read(buffers, options);
            // Files that only others name, such as a guide of the policy, were read from disk.
            if self.obstacles.is_empty() {
                self.replace(buffers);
            }
        } else {
            self.replace(&changed);
        }
    }

    /// The folder that shown paths start in.
    fn root(&self) -> Option<&Path> {
        match &self.home {
            Home::Tree(root) | Home::Folder(root) => Some(root),
            Home::Nowhere(_) => None,
        }
    }

    fn read(&mut self, buffers: &[&Buffer], options: &Options) {
        self.obstacles.clear();
        let configs = match configs(options) {
            Ok(configs) => Arc::new(configs),
            Err(error) => return self.obstacles.push(Obstacle::Config(error)),
        };
        let files = match self.files(buffers, &configs) {
            Ok(files) => files,
            Err(error) => return self.obstacles.push(Obstacle::Config(error)),
        };
        if self.rules_stale {
            let mut registry = Registry::embedded();
            match prepare::load_rules(&mut registry, &files, &configs) {
                Ok(()) => {}
                Err(RulesError::Config(error)) => return self.obstacles.push(Obstacle::Config(error)),
                Err(RulesError::Rules(errors)) => {
                    let place = |error: &rules::load::RuleError| {
                        Obstacle::Rule(error.path.clone(), error.line as u32, error.column as u32, error.message.clone())
                    };
                    return self.obstacles.extend(errors.iter().map(place));
                }
            }
            self.registry = registry;
            self.rule_folders =
                self.root().and_then(|root| configs.of_folder(root).ok()).map_or_else(Vec::new, |config| config.rule_folders());
            self.rules_stale = false;
        }
        let today = options.today.unwrap_or_else(|| jiff::Zoned::now().date());
        let variables = options.variables.clone();
        let prepared = prepare::prepare(files, variables, &configs, &options.overrides, &self.registry, today);
        let Prepared { mut project, settings } = match prepared {
            Ok(prepared) => prepared,
            Err(error) => return self.obstacles.push(Obstacle::Config(error)),
        };
        project.looked_at = Some(self.root().and_then(|root| root.canonicalize().ok()).into_iter().collect());
        self.baseline = match self.baseline_path(&settings, &configs, options).map(|path| Baseline::load(&path)).transpose() {
            Ok(baseline) => baseline,
            Err(error) => return self.obstacles.push(Obstacle::Other(error.to_string())),
        };
        (self.fleet_rules, self.rules) = settings.rules(&self.registry).into_iter().partition(|rule| rule.subject == "fleet");
        (self.project, self.settings) = (project, settings);
        self.found.clear();
        self.linked.clear();
        let all: Vec<FileId> = self.project.documents.iter().map(|document| document.file).collect();
        self.judge(&all);
    }

    /// The files of the folder, with what is open in the place of what was saved.
    fn files(&mut self, buffers: &[&Buffer], configs: &Arc<ConfigSet>) -> Result<Vec<SourceFile>, ConfigError> {
        let mut wanted = Vec::new();
        for buffer in buffers {
            if !excluded(buffer, configs)? {
                wanted.push(*buffer);
            }
        }
        let mut files = match self.root().map(Path::to_path_buf) {
            Some(root) => {
                let named = wanted.iter().filter_map(|buffer| buffer.path.clone()).filter(|path| path.is_file());
                let paths = std::iter::once(root.clone()).chain(named).collect();
                let (found, cut) = walk(&self.home, &root, paths, configs);
                if cut {
                    self.notes.push(format!("{} is too large to be read whole: what is not open may be missing", root.display()));
                }
                found
            }
            None => Vec::new(),
        };
        for file in &mut files {
            // An open document is no more asked for than the others: a fragment of a project stays one.
            file.explicit = false;
        }
        for buffer in wanted {
            let at = files.iter().position(|file| file.location.is_some() && file.location == buffer.path);
            let known = at.map(|at| files[at].kind);
            let Some(kind) = kind_of(buffer, self.root()).or(known) else { continue };
            let name = self.root().and_then(|root| shown(buffer.path.as_deref()?, root)).unwrap_or_else(|| unsaved_name(buffer));
            let mut file = SourceFile::new(name, kind, buffer.text.clone().into_bytes());
            file.location = buffer.path.clone();
            match at {
                Some(at) => files[at] = file,
                None => files.push(file),
            }
        }
        files.sort_by(|a, b| a.path.cmp(&b.path));
        Ok(files)
    }

    /// The baseline that `shipworthy check` would go by in this folder.
    fn baseline_path(&self, settings: &Settings, configs: &ConfigSet, options: &Options) -> Option<PathBuf> {
        if options.isolated {
            return None;
        }
        let root = self.root()?;
        let configured = configs.of_folder(root).ok().and_then(|config| Some(root.join(Path::new(config.path()?).parent()?)));
        let repository = || root.ancestors().find(|folder| folder.join(".git").exists()).map(Path::to_path_buf);
        let usual = || configured.or_else(repository).unwrap_or_else(|| root.to_path_buf()).join(baseline::FILE_NAME);
        settings.baseline().or_else(|| Some(usual()).filter(|path| path.is_file()))
    }

    /// Puts the text of some open documents in the place of what was there, and judges what that touches.
    fn replace(&mut self, buffers: &[&Buffer]) {
        let differs = |(file, buffer): &(FileId, &&Buffer)| self.project.document(*file).source.bytes() != buffer.text.as_bytes();
        let known = buffers.iter().filter_map(|buffer| Some((self.file(buffer)?, buffer)));
        let changes: Vec<(FileId, Vec<u8>)> =
            known.filter(differs).map(|(file, buffer)| (file, buffer.text.clone().into_bytes())).collect();
        if changes.is_empty() {
            return;
        }
        let touched = |project: &Project| {
            let groups = groups(&project.units, project.documents.len());
            let changed: FxHashSet<usize> = changes.iter().filter_map(|(file, _)| groups[file.index()]).collect();
            let files = project.documents.iter().map(|document| document.file);
            files.filter(|file| groups[file.index()].is_some_and(|group| changed.contains(&group))).collect::<Vec<_>>()
        };
        let mut open: FxHashSet<FileId> = changes.iter().map(|(file, _)| *file).collect();
        // What a file was in before, and what it is in now.
        open.extend(touched(&self.project));
        let known = self.project.documents.len();
        self.project = self.project.replaced(&changes, Vec::new());
        open.extend(touched(&self.project));
        open.extend(self.linked.iter().copied());
        open.extend(self.project.documents[known..].iter().map(|document| document.file));
        // What is said of one file of a unit hangs on all of them.
        let groups = groups(&self.project.units, self.project.documents.len());
        let open_groups: FxHashSet<usize> = open.iter().filter_map(|file| groups[file.index()]).collect();
        let beside = |file: &FileId| groups[file.index()].is_some_and(|group| open_groups.contains(&group));
        let files = self.project.documents.iter().map(|document| document.file);
        let open: Vec<FileId> = files.filter(|file| open.contains(file) || beside(file)).collect();
        self.judge(&open);
    }

    /// Judges some files again; what was found in the others stays.
    fn judge(&mut self, files: &[FileId]) {
        self.found.resize_with(self.project.documents.len(), Vec::new);
        for file in files {
            self.found[file.index()].clear();
            self.linked.remove(file);
        }
        let judgement = rules::judge_files(&self.project, &self.rules, files);
        let asked: FxHashSet<FileId> = files.iter().copied().collect();
        for finding in judgement.findings.into_iter().filter(|finding| asked.contains(&finding.primary.file)) {
            self.found[finding.primary.file.index()].push(finding);
        }
        self.linked.extend(judgement.linked);
        let fleets = rules::judge(&self.project, &self.fleet_rules);
        for failure in judgement.failures.iter().chain(&fleets.failures) {
            let path = &self.project.document(failure.file).source.path;
            self.notes.push(format!("{path}: the rule {} failed: a bug of shipworthy, please report it", failure.rule));
        }
        let panicked = self.project.documents.iter().filter(|document| document.is_panicked());
        let unread = panicked.map(|document| document.file).chain(self.project.failed.iter().copied());
        for file in unread {
            let path = &self.project.document(file).source.path;
            self.notes.push(format!("{path}: cannot be read: a bug of shipworthy, please report it"));
        }
        let findings = self.found.iter().flatten().cloned().chain(fleets.findings).collect();
        let triaged = || triage::triage(&self.project, &self.registry, findings, &self.settings);
        let mut outcome = catch_unwind(AssertUnwindSafe(triaged)).unwrap_or_default();
        if let Some(baseline) = &self.baseline {
            baseline.apply(&self.project, &self.settings, &mut outcome);
        }
        self.outcome = outcome;
    }
}

/// Where the configuration comes from.
fn configs(options: &Options) -> Result<ConfigSet, ConfigError> {
    match &options.config {
        _ if options.isolated => Ok(ConfigSet::isolated()),
        Some(path) => ConfigSet::file(path),
        None => Ok(ConfigSet::nearest()),
    }
}

/// Whether the configuration leaves an open document out, itself or a folder on the way to it.
fn excluded(buffer: &Buffer, configs: &ConfigSet) -> Result<bool, ConfigError> {
    let Some(path) = &buffer.path else { return Ok(false) };
    configs.of(path)?;
    let repository = path.ancestors().skip(1).find(|folder| folder.join(".git").exists());
    let inside = path.ancestors().take_while(|part| Some(*part) != repository);
    Ok(inside.into_iter().any(|part| configs.excludes(part).unwrap_or_default()))
}

/// Reads a folder and the named files in it. Also says whether it went on too long to be read whole.
fn walk(home: &Home, root: &Path, paths: Vec<PathBuf>, configs: &Arc<ConfigSet>) -> (Vec<SourceFile>, bool) {
    let excluding = Arc::clone(configs);
    let seen = AtomicUsize::new(0);
    let cut = Arc::new(AtomicBool::new(false));
    let cutting = Arc::clone(&cut);
    let started = Instant::now();
    let shallow = matches!(home, Home::Folder(_));
    let exclude = move |path: &Path| {
        if seen.fetch_add(1, Ordering::Relaxed) > MOST_ENTRIES || started.elapsed() > LONGEST_WALK {
            cutting.store(true, Ordering::Relaxed);
            return true;
        }
        (shallow && path.is_dir()) || excluding.excludes(path).unwrap_or_default()
    };
    let request = Request {
        paths,
        exclude: Some(Arc::new(exclude)),
        force_exclude: false,
        kind: None,
        current_directory: root.to_path_buf(),
    };
    let found = discover::discover(&request);
    (found.files, cut.load(Ordering::Relaxed))
}

/// The folder that a document is looked at in: the deepest that the editor has open around it, else the repository or the folder
/// with a configuration around it, else its own folder.
pub fn home(buffer: &Buffer, folders: &[PathBuf]) -> Home {
    let Some(path) = &buffer.path else { return Home::Nowhere(buffer.uri.as_str().to_owned()) };
    let around = folders.iter().filter(|folder| path.starts_with(folder));
    if let Some(folder) = around.max_by_key(|folder| folder.components().count()) {
        return Home::Tree(folder.clone());
    }
    let is_project = |folder: &&Path| folder.join(".git").exists() || NAMES.iter().any(|name| folder.join(name).is_file());
    let folder = path.parent().unwrap_or(path);
    match folder.ancestors().find(is_project) {
        Some(project) if project.parent().is_some() => Home::Tree(project.to_path_buf()),
        _ => Home::Folder(folder.to_path_buf()),
    }
}

/// The kind of an open document, by its name and content, else by its language.
fn kind_of(buffer: &Buffer, root: Option<&Path>) -> Option<Kind> {
    let name = root.and_then(|root| shown(buffer.path.as_deref()?, root));
    let told = name.and_then(|name| kind_of_named(&name, buffer.text.as_bytes()));
    told.or_else(|| buffer.kind_of_language()).or_else(|| {
        let unsaved = buffer.path.is_none().then(|| discover::read_stdin(buffer.text.clone().into_bytes(), None, None));
        unsaved.and_then(Result::ok).map(|file| file.kind)
    })
}

/// A path as it is shown, from a folder, with `/`.
fn shown(path: &Path, root: &Path) -> Option<String> {
    let parts: Vec<_> = path.strip_prefix(root).ok()?.components().map(|part| part.as_os_str().to_string_lossy()).collect();
    Some(parts.join("/"))
}

/// The name of a document that was never saved.
fn unsaved_name(buffer: &Buffer) -> String {
    let name = buffer.uri.as_str();
    name.rsplit([':', '/']).next().filter(|name| !name.is_empty()).unwrap_or("-").to_owned()
}

/// The open documents of a folder.
pub fn buffers_in<'b>(buffers: &'b Buffers, home: &Home, folders: &[PathBuf]) -> Vec<&'b Buffer> {
    buffers.values().filter(|buffer| self::home(buffer, folders) == *home).collect()
}

/// The text of a file on disk, for places in it; empty where there is none.
pub fn text_of(path: &Path) -> String {
    fs::read(path).map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).unwrap_or_default()
}
