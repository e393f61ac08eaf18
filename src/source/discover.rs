//! From the paths of a command line to the files of a run: the walk, what it leaves aside, and what it cannot read.

use std::fs::{self, File, FileType};
use std::io::{self, Read};
use std::path::{Component, Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use ignore::{WalkBuilder, WalkState};
use rayon::prelude::*;
use rustc_hash::FxHashSet;

use super::classify::{self, Candidate, HEAD_BYTES, Trust, Verdict};
use super::{Kind, MAX_BYTES, SourceFile};

/// What to look for, and where.
#[derive(Default, Clone)]
pub struct Request {
    /// As given; none means the current directory.
    pub paths: Vec<PathBuf>,
    /// What a walk passes over: a file, or a folder with all in it.
    pub exclude: Option<Exclude>,
    /// Excludes hold for paths of the command line too.
    pub force_exclude: bool,
    /// The kind of every named file, whatever its content; a walk brings only files of this kind.
    pub kind: Option<Kind>,
    pub current_directory: PathBuf,
}

/// Says whether a file or folder is not to be read; asked with the path where it lies.
pub type Exclude = Arc<dyn Fn(&Path) -> bool + Send + Sync>;

/// What was found. Each file is there once, whichever way led to it.
#[derive(Debug, Default)]
pub struct Discovered {
    /// Sorted by path.
    pub files: Vec<SourceFile>,
    /// Sorted by path.
    pub errors: Vec<ReadError>,
    /// Files that turned out to be of no kind, by their name when they were named, else by their content.
    pub skipped: usize,
    /// Paths of the command line that `force_exclude` left out.
    pub excluded: usize,
}

/// A path that could not be looked at.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct ReadError {
    /// As it is shown.
    pub path: String,
    pub message: String,
    /// It stands on the command line, so the run is incomplete without it.
    pub named: bool,
}

/// Walks and reads. Nothing but regular files is ever opened; a walk obeys `.gitignore`, a named file is read anyway.
pub fn discover(request: &Request) -> Discovered {
    let mut found = Found::default();
    let here = [PathBuf::from(".")];
    let paths = if request.paths.is_empty() { &here[..] } else { &request.paths };
    let mut named_files = Vec::new();
    for path in paths {
        let target = Target::new(path, &request.current_directory);
        if request.force_exclude && excluded_by_any_part(request, &target) {
            found.excluded += 1;
            continue;
        }
        match fs::metadata(&target.location) {
            Ok(metadata) if metadata.is_dir() => walk(&target, request, &mut found),
            Ok(metadata) => match irregular(metadata.file_type()) {
                None => named_files.push((target, metadata.len())),
                Some(what) => {
                    found.errors.push(ReadError { path: target.shown, message: format!("is {what}, not a file"), named: true })
                }
            },
            Err(error) => found.errors.push(ReadError { path: target.shown, message: words(&error), named: true }),
        }
    }
    let read = |(target, length): &(Target, u64)| read_named(target, *length, request.kind);
    let outcomes: Vec<Outcome> = if named_files.len() < PARALLEL_FILES {
        named_files.iter().map(read).collect()
    } else {
        named_files.par_iter().map(read).collect()
    };
    outcomes.into_iter().for_each(|outcome| found.add(outcome));
    found.into_discovered()
}

/// Standard input, or any text that an editor holds, as a file. `name` is shown, and may tell the kind.
pub fn read_stdin(bytes: Vec<u8>, name: Option<&str>, kind: Option<Kind>) -> Result<SourceFile, ReadError> {
    let path = name.map_or_else(|| "-".to_owned(), |name| display(Path::new(name)));
    if bytes.len() as u64 > MAX_BYTES {
        return Err(ReadError { path, message: too_large(), named: true });
    }
    let Some(kind) = kind.or_else(|| kind_of_named(&path, &bytes)) else {
        let message =
            "is neither a Dockerfile nor a compose, nginx or env file as far as its content tells; say which with `--kind`"
                .to_owned();
        return Err(ReadError { path, message, named: true });
    };
    let mut file = SourceFile::new(path, kind, bytes);
    file.explicit = true;
    Ok(file)
}

/// From this many named files on, starting threads costs less than it saves.
const PARALLEL_FILES: usize = 32;

/// A path, where it lies and how it is shown.
#[derive(Debug, Clone)]
struct Target {
    location: PathBuf,
    shown: String,
}

impl Target {
    fn new(path: &Path, current_directory: &Path) -> Self {
        let location = current_directory.join(path);
        let relative = location.strip_prefix(current_directory).map(Path::to_path_buf).or_else(|error| {
            // A path that was resolved, where the current directory is reached over a link.
            let real = current_directory.canonicalize().map_err(|_| error.clone())?;
            location.strip_prefix(real).map(Path::to_path_buf)
        });
        let shown = display(relative.as_deref().unwrap_or(&location));
        Self { location, shown }
    }

    fn child(&self, location: &Path) -> Self {
        // A walk makes no `.` parts.
        let below = location.strip_prefix(&self.location).unwrap_or(location).to_string_lossy();
        let below = if cfg!(windows) { below.replace('\\', "/").into() } else { below };
        let shown = match self.shown.as_str() {
            _ if below.is_empty() => self.shown.clone(),
            "." => below.into_owned(),
            shown if shown.ends_with('/') => format!("{shown}{below}"),
            shown => format!("{shown}/{below}"),
        };
        Self { location: location.to_path_buf(), shown }
    }
}

/// A path with `/`, without `.` parts; `..` stays, because it may follow a link.
fn display(path: &Path) -> String {
    let mut shown = String::with_capacity(path.as_os_str().len());
    for component in path.components() {
        match component {
            Component::CurDir => continue,
            Component::RootDir => shown.push('/'),
            Component::Prefix(_) | Component::ParentDir | Component::Normal(_) => {
                if !shown.is_empty() && !shown.ends_with('/') {
                    shown.push('/');
                }
                shown.push_str(&component.as_os_str().to_string_lossy());
            }
        }
    }
    if shown.is_empty() { ".".to_owned() } else { shown }
}

/// What became of one file.
enum Outcome {
    /// The path that it really has, when a link led to it.
    File(SourceFile, Option<PathBuf>),
    Skipped,
    Failed(ReadError),
}

/// Everything that was found, before each file is there only once.
#[derive(Default)]
struct Found {
    files: Vec<(SourceFile, Option<PathBuf>)>,
    errors: Vec<ReadError>,
    skipped: usize,
    excluded: usize,
}

impl Found {
    fn add(&mut self, outcome: Outcome) {
        match outcome {
            Outcome::File(file, real) => self.files.push((file, real)),
            Outcome::Skipped => self.skipped += 1,
            Outcome::Failed(error) => self.errors.push(error),
        }
    }

    fn into_discovered(mut self) -> Discovered {
        // A named file goes before the same one found by a walk, and a file before a link to it.
        self.files.sort_by(|(a, a_real), (b, b_real)| {
            (&a.path, a_real.is_some(), !a.explicit).cmp(&(&b.path, b_real.is_some(), !b.explicit))
        });
        self.files.dedup_by(|(again, _), (first, _)| again.path == first.path);
        if self.files.iter().any(|(_, real)| real.is_some()) {
            let locations = self.files.iter().filter(|(_, real)| real.is_none());
            let mut seen: FxHashSet<PathBuf> =
                locations.filter_map(|(file, _)| file.location.as_ref()?.canonicalize().ok()).collect();
            self.files.retain(|(file, real)| real.as_ref().is_none_or(|real| seen.insert(real.clone()) || file.explicit));
        }
        self.errors.sort();
        self.errors.dedup();
        Discovered {
            files: self.files.into_iter().map(|(file, _)| file).collect(),
            errors: self.errors,
            skipped: self.skipped,
            excluded: self.excluded,
        }
    }
}

/// Reads a file of the command line; one without a telling name is judged by its content.
fn read_named(target: &Target, length: u64, kind: Option<Kind>) -> Outcome {
    let failed = |message| Outcome::Failed(ReadError { path: target.shown.clone(), message, named: true });
    if length > MAX_BYTES {
        return failed(too_large());
    }
    let bytes = match fs::read(&target.location) {
        Ok(bytes) => bytes,
        Err(error) => return failed(words(&error)),
    };
    match kind.or_else(|| kind_of_named(&target.shown, &bytes)) {
        None => Outcome::Skipped,
        Some(kind) => {
            let bytes = if kind.is_judged() { bytes } else { Vec::new() };
            let mut file = SourceFile::new(target.shown.clone(), kind, bytes);
            file.location = Some(target.location.clone());
            file.explicit = true;
            Outcome::File(file, None)
        }
    }
}

pub(crate) fn kind_of_named(path: &str, bytes: &[u8]) -> Option<Kind> {
    match classify::candidate(path) {
        Some(candidate) => match classify::judge(candidate, path, bytes, true) {
            Verdict::Is(kind) => Some(kind),
            Verdict::Not | Verdict::Undecided => None,
        },
        None => classify::judge_unnamed(bytes),
    }
}

/// Walks one directory of the command line, on several threads when it is large.
fn walk(root: &Target, request: &Request, found: &mut Found) {
    let tree = Tree::new(root, &request.current_directory);
    let mut builder = WalkBuilder::new(&root.location);
    // What git ignores elsewhere than in the tree depends on the machine, and so would the findings.
    builder.hidden(false).ignore(false).git_global(false).require_git(false).follow_links(false);
    let exclude = request.exclude.clone();
    builder.filter_entry(move |entry| {
        let is_directory = entry.file_type().is_some_and(|kind| kind.is_dir());
        entry.depth() == 0
            || !((is_directory && entry.file_name() == ".git") || exclude.as_ref().is_some_and(|exclude| exclude(entry.path())))
    });
    let look = |entry: Result<ignore::DirEntry, ignore::Error>| match entry {
        Ok(entry) => {
            let file_type = entry.file_type();
            file_type.filter(|kind| !kind.is_dir()).and_then(|kind| visit(root, &tree, entry.path(), kind, request.kind))
        }
        Err(error) => walk_error(root, &error).map(Outcome::Failed),
    };
    let mut entries = builder.build();
    let mut seen: FxHashSet<PathBuf> = FxHashSet::default();
    for entry in entries.by_ref().take(FEW_ENTRIES) {
        let path = entry.as_ref().ok().map(|entry| entry.path().to_path_buf());
        if let Some(outcome) = look(entry) {
            found.add(outcome);
            seen.extend(path);
        }
    }
    if entries.next().is_none() {
        return;
    }
    // A walk cannot change over to several threads, so it begins anew; no file is read twice for that.
    let gathered = Mutex::new(Vec::new());
    builder.build_parallel().run(|| {
        Box::new(|entry| {
            if entry.as_ref().is_ok_and(|entry| seen.contains(entry.path())) {
                return WalkState::Continue;
            }
            if let Some(outcome) = look(entry) {
                gathered.lock().unwrap_or_else(PoisonError::into_inner).push(outcome);
            }
            WalkState::Continue
        })
    });
    gathered.into_inner().unwrap_or_else(PoisonError::into_inner).into_iter().for_each(|outcome| found.add(outcome));
}

/// A tree of no more entries is walked before the threads for it would have started.
const FEW_ENTRIES: usize = 128;

/// Looks at one entry of a walk; `None` for one that its name already rules out.
fn visit(root: &Target, tree: &Tree, location: &Path, file_type: FileType, kind: Option<Kind>) -> Option<Outcome> {
    let target = root.child(location);
    let candidate = classify::candidate(&target.shown)?;
    if kind.is_some_and(|kind| kind != candidate.kind) {
        return None;
    }
    let failed = |message: String| Some(Outcome::Failed(ReadError { path: target.shown.clone(), message, named: false }));
    let mut real = None;
    if file_type.is_symlink() {
        // A link of a name that proves nothing is not worth a word.
        let complaint =
            |message: &str| if candidate.trust > Trust::Doubtful { failed(message.to_owned()) } else { Some(Outcome::Skipped) };
        match location.canonicalize() {
            Err(error) => return complaint(&format!("is a symbolic link that leads nowhere: {}", words(&error))),
            Ok(end) if !tree.holds(&end) => return complaint("is a symbolic link out of the tree; name it to have it read"),
            Ok(end) if end.is_dir() => return None,
            Ok(end) => real = Some(end),
        }
    }
    let metadata = match fs::metadata(location) {
        Ok(metadata) => metadata,
        Err(error) => return failed(words(&error)),
    };
    if let Some(what) = irregular(metadata.file_type()) {
        return if candidate.trust > Trust::Doubtful { failed(format!("is {what}, not a file")) } else { Some(Outcome::Skipped) };
    }
    match read_candidate(&target, candidate, metadata.len()) {
        Ok(None) => Some(Outcome::Skipped),
        Ok(Some((kind, bytes))) => {
            let mut file = SourceFile::new(target.shown, kind, bytes);
            file.location = Some(target.location);
            Some(Outcome::File(file, real))
        }
        Err(message) => failed(message),
    }
}

/// Reads a file as far as it takes to know that it is none of ours.
fn read_candidate(target: &Target, candidate: Candidate, length: u64) -> Result<Option<(Kind, Vec<u8>)>, String> {
    let mut file = File::open(&target.location).map_err(|error| words(&error))?;
    let mut bytes = Vec::with_capacity(length.min(HEAD_BYTES as u64) as usize + 1);
    let mut wanted = HEAD_BYTES as u64;
    loop {
        let before = bytes.len() as u64;
        (&mut file).take(wanted - before).read_to_end(&mut bytes).map_err(|error| words(&error))?;
        let whole = (bytes.len() as u64) < wanted;
        match classify::judge(candidate, &target.shown, &bytes, whole || wanted > MAX_SNIFFED_BYTES) {
            Verdict::Not => return Ok(None),
            Verdict::Undecided => wanted *= 4,
            Verdict::Is(_) if length > MAX_BYTES => return Err(too_large()),
            Verdict::Is(kind) if !kind.is_judged() => return Ok(Some((kind, Vec::new()))),
            Verdict::Is(kind) => {
                if !whole {
                    bytes.reserve_exact((length as usize).saturating_sub(bytes.len()) + 1);
                    file.take(MAX_BYTES).read_to_end(&mut bytes).map_err(|error| words(&error))?;
                }
                return Ok(Some((kind, bytes)));
            }
        }
    }
}

/// A file that tells nothing in this many bytes is of no kind.
const MAX_SNIFFED_BYTES: u64 = 1024 * 1024;

/// Where a link may lead: below the walked directory, or below the current one.
struct Tree {
    roots: Vec<PathBuf>,
}

impl Tree {
    fn new(root: &Target, current_directory: &Path) -> Self {
        let roots = [root.location.as_path(), current_directory];
        Self { roots: roots.iter().filter_map(|root| root.canonicalize().ok()).collect() }
    }

    fn holds(&self, real: &Path) -> bool {
        self.roots.iter().any(|root| real.starts_with(root))
    }
}

/// Whether a path or a folder on the way to it from the current directory is excluded.
fn excluded_by_any_part(request: &Request, target: &Target) -> bool {
    let below = |part: &&Path| *part != request.current_directory && part.starts_with(&request.current_directory);
    let excludes =
        |exclude: &Exclude| exclude(&target.location) || target.location.ancestors().filter(below).any(|part| exclude(part));
    request.exclude.as_ref().is_some_and(excludes)
}

/// What a thing is that is no regular file, in words.
fn irregular(file_type: FileType) -> Option<&'static str> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::FileTypeExt;
        if file_type.is_fifo() {
            return Some("a named pipe");
        }
        if file_type.is_socket() {
            return Some("a socket");
        }
        if file_type.is_block_device() || file_type.is_char_device() {
            return Some("a device");
        }
    }
    if file_type.is_file() { None } else { Some("a special file") }
}

/// An error of the walk itself; a part of a `.gitignore` that is not understood is none.
fn walk_error(root: &Target, error: &ignore::Error) -> Option<ReadError> {
    let path = error_path(error)?;
    let message = error.io_error().map_or_else(|| error.to_string(), words);
    Some(ReadError { path: root.child(path).shown, message, named: path == root.location })
}

fn error_path(error: &ignore::Error) -> Option<&Path> {
    match error {
        ignore::Error::WithPath { path, .. } => Some(path),
        ignore::Error::WithDepth { err, .. } | ignore::Error::WithLineNumber { err, .. } => error_path(err),
        _ => None,
    }
}

/// An error of the system without its number.
fn words(error: &io::Error) -> String {
    let text = error.to_string();
    let text = text.split(" (os error").next().unwrap_or_default();
    let mut characters = text.chars();
    characters.next().map(|first| first.to_lowercase().chain(characters).collect()).unwrap_or_default()
}

fn too_large() -> String {
    format!("is larger than {} MiB", MAX_BYTES / 1024 / 1024)
}

#[cfg(test)]
mod tests;
