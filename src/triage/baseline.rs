//! The baseline: findings that an existing repository starts with, so that only new ones count.
//!
//! It counts findings by path, rule and the text of their line, never by line number, so it holds when lines move. A second finding of
//! the same kind in an equal line is new.

use std::collections::BTreeMap;
use std::fs;
use std::io::{self, Write as _};
use std::path::{Component, Path, PathBuf};

use rustc_hash::FxHashSet;
use serde::{Deserialize, Serialize};

use super::{Outcome, Settings, Suppressed, SuppressedBy, fingerprint};
use crate::finding::Finding;
use crate::project::Project;

/// The name of a baseline that is used without being named.
pub const FILE_NAME: &str = ".shipworthy-baseline.json";

/// A larger file is no baseline.
const MAX_BYTES: u64 = 64 << 20;

const SCHEMA_VERSION: u32 = 1;

/// How many findings of each kind are known: by path, rule, and the text of the line.
type Counts = BTreeMap<String, BTreeMap<String, BTreeMap<String, u32>>>;

/// What the file holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Content {
    schema_version: u32,
    findings: Counts,
}

/// A baseline and where it lies; paths in it are relative to its folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Baseline {
    pub path: PathBuf,
    findings: Counts,
    /// See [`Self::whole`].
    is_whole: bool,
}

/// A baseline that cannot be read or written.
#[derive(Debug, thiserror::Error)]
#[error("{}: {message}", path.display())]
pub struct BaselineError {
    pub path: PathBuf,
    pub message: String,
}

/// What a baseline did to a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Applied {
    /// Findings that it knew.
    pub known: usize,
    /// Findings that it lists for judged files and that are no longer there.
    pub gone: usize,
}

/// The rules on what an engine refuses whose findings a list may know: the file was read and judged all the same, and what comes new is told.
/// Compose refuses a project for a `.env` that only the server has; an old Dockerfile that nobody builds stops nobody. What does not parse was
/// not looked at, and no list says otherwise.
const REFUSED_AND_KNOWN: [&str; 2] = ["compose/load-error", "dockerfile/build-error"];

/// A finding as the baseline knows it.
type Key = (String, String, String);

impl Baseline {
    /// One that lists nothing yet.
    pub fn empty(path: &Path) -> Self {
        Self { path: path.to_owned(), findings: Counts::new(), is_whole: false }
    }

    /// One that will list everything, what an engine refuses as well: what was there before a change, which is no list of anybody.
    pub fn whole(path: &Path) -> Self {
        Self { is_whole: true, ..Self::empty(path) }
    }

    /// Whether findings of a rule are never taken in and never taken out.
    pub fn leaves(&self, settings: &Settings, rule: &str) -> bool {
        !self.is_whole && !REFUSED_AND_KNOWN.contains(&rule) && settings.is_mandatory(rule)
    }

    /// Reads a baseline.
    pub fn load(path: &Path) -> Result<Self, BaselineError> {
        let failed = |message: String| BaselineError { path: path.to_owned(), message };
        let length = fs::metadata(path).map_err(|error| match error.kind() {
            std::io::ErrorKind::NotFound => {
                failed("there is no such baseline; `shipworthy baseline create` writes one".to_owned())
            }
            _ => failed(format!("the baseline cannot be read: {error}")),
        });
        let length = length?.len();
        if length > MAX_BYTES {
            return Err(failed("is too large for a baseline".to_owned()));
        }
        let text = fs::read(path).map_err(|error| failed(format!("the baseline cannot be read: {error}")))?;
        let content: Content = serde_json::from_slice(&text)
            .map_err(|error| failed(format!("is no baseline: {error}; `shipworthy baseline create` writes one")))?;
        if content.schema_version != SCHEMA_VERSION {
            let version = content.schema_version;
            return Err(failed(format!("is a baseline of version {version}; this version reads {SCHEMA_VERSION}")));
        }
        Ok(Self { findings: content.findings, ..Self::empty(path) })
    }

    /// Writes it whole or not at all.
    pub fn save(&self) -> Result<(), BaselineError> {
        let failed = |error: io::Error| BaselineError { path: self.path.clone(), message: format!("cannot be written: {error}") };
        let content = Content { schema_version: SCHEMA_VERSION, findings: self.findings.clone() };
        let mut text = serde_json::to_vec_pretty(&content).map_err(io::Error::from).map_err(failed)?;
        text.push(b'\n');
        let folder = self.path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let mut file = tempfile::NamedTempFile::new_in(folder).map_err(failed)?;
        file.write_all(&text).map_err(failed)?;
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            let mode = fs::metadata(&self.path).map_or(0o644, |metadata| metadata.permissions().mode());
            file.as_file().set_permissions(fs::Permissions::from_mode(mode)).map_err(failed)?;
        }
        file.persist(&self.path).map_err(|error| failed(error.error))?;
        Ok(())
    }

    /// How many findings it lists.
    pub fn len(&self) -> usize {
        self.findings.values().flat_map(BTreeMap::values).flat_map(BTreeMap::values).map(|count| *count as usize).sum()
    }

    /// Whether it lists none.
    pub fn is_empty(&self) -> bool {
        self.findings.is_empty()
    }

    /// Takes the findings that it knows out of what is shown. What does not parse stays: no baseline lets it through.
    pub fn apply(&self, project: &Project, settings: &Settings, outcome: &mut Outcome) -> Applied {
        let mut left = self.findings.clone();
        let mut applied = Applied::default();
        let names = Names::new(project, &self.path);
        let judged = std::mem::take(&mut outcome.findings);
        for judged in judged {
            let key = names.key(project, &judged.finding);
            if !self.leaves(settings, judged.finding.rule) && take(&mut left, &key) {
                applied.known += 1;
                let (finding, fingerprint) = (judged.finding, judged.fingerprint);
                outcome.suppressed.push(Suppressed { finding: *finding, fingerprint, by: SuppressedBy::Baseline, reason: None });
            } else {
                outcome.findings.push(judged);
            }
        }
        let of_judged = left.iter().filter(|(path, _)| names.paths.contains(*path));
        applied.gone =
            of_judged.flat_map(|(_, rules)| rules.values()).flat_map(BTreeMap::values).map(|count| *count as usize).sum();
        applied
    }

    /// Drops what no longer occurs in files that were judged, or whose file is gone; with `accept_new`, takes in what is new.
    /// Gives how many were dropped and how many were added.
    pub fn update(&mut self, project: &Project, settings: &Settings, outcome: &Outcome, accept_new: bool) -> (usize, usize) {
        let before = self.len();
        let names = Names::new(project, &self.path);
        let mut found = Counts::new();
        let shown = outcome.findings.iter().map(|judged| &judged.finding);
        for finding in shown.filter(|finding| !self.leaves(settings, finding.rule)) {
            let (path, rule, line) = names.key(project, finding);
            *found.entry(path).or_default().entry(rule).or_default().entry(line).or_default() += 1;
        }
        let folder = self.path.parent().unwrap_or(Path::new("")).to_owned();
        self.findings.retain(|path, _| names.paths.contains(path) || folder.join(path).exists());
        let mut kept = 0;
        for (path, rules) in self.findings.iter_mut() {
            for (rule, lines) in rules.iter_mut() {
                for (line, count) in lines.iter_mut() {
                    if names.paths.contains(path) {
                        let now = found.get(path).and_then(|rules| rules.get(rule)?.get(line)).copied().unwrap_or_default();
                        *count = (*count).min(now);
                    }
                    kept += *count as usize;
                }
                lines.retain(|_, count| *count > 0);
            }
            rules.retain(|_, lines| !lines.is_empty());
        }
        self.findings.retain(|_, rules| !rules.is_empty());
        if accept_new {
            for (path, rules) in found {
                for (rule, lines) in rules {
                    let known = self.findings.entry(path.clone()).or_default().entry(rule).or_default();
                    for (line, count) in lines {
                        let here = known.entry(line).or_default();
                        *here = count.max(*here);
                    }
                }
            }
        }
        (before - kept, self.len() - kept)
    }
}

/// Takes one finding out of the counts, where there is one.
fn take(counts: &mut Counts, (path, rule, line): &Key) -> bool {
    let count = counts.get_mut(path).and_then(|rules| rules.get_mut(rule)?.get_mut(line));
    match count {
        Some(count) if *count > 0 => {
            *count -= 1;
            true
        }
        _ => false,
    }
}

/// The files of a project as a baseline names them.
struct Names {
    by_file: Vec<String>,
    paths: FxHashSet<String>,
}

impl Names {
    fn new(project: &Project, baseline: &Path) -> Self {
        let here = std::env::current_dir().unwrap_or_default();
        let folder = here.join(baseline).parent().map(plain).unwrap_or_default();
        let name = |path: &Path| relative(&plain(&here.join(path)), &folder);
        let documents = project.documents.iter().map(|document| &document.source);
        let by_file: Vec<String> =
            documents.map(|source| name(source.location.as_deref().unwrap_or(Path::new(&source.path)))).collect();
        let paths = by_file.iter().cloned().collect();
        Self { by_file, paths }
    }

    fn key(&self, project: &Project, finding: &Finding) -> Key {
        let path = self.by_file[finding.primary.file.index()].clone();
        (path, finding.rule.to_owned(), fingerprint::of_line(project, finding))
    }
}

/// A path without `.` and `..`, as far as the text tells.
fn plain(path: &Path) -> PathBuf {
    let mut plain = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir => {
                plain.pop();
            }
            part => plain.push(part),
        }
    }
    plain
}

/// A path from a folder, with `/`, through `..` where it has to be; the absolute path of what has nothing but the root in common with it.
fn relative(path: &Path, folder: &Path) -> String {
    let common = path.components().zip(folder.components()).take_while(|(one, other)| one == other);
    let shared: PathBuf = common.map(|(component, _)| component).collect();
    if shared.parent().is_none() {
        return path.to_string_lossy().replace('\\', "/");
    }
    let up = folder.components().count() - shared.components().count();
    let below = path.strip_prefix(&shared).unwrap_or(path);
    "../".repeat(up) + &below.to_string_lossy().replace('\\', "/")
}
