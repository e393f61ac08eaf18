//! The files of a run and those around them on disk, as [`Sources`].

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use rustc_hash::FxHashMap;

use crate::source::discover::kind_of_named;
use crate::source::sources::{folder, join};
use crate::source::{Entry, FileId, Kind, MAX_BYTES, Opened, SourceFile, Sources};

/// More files than this are not read because other files name them.
const MOST_NAMED: usize = 20_000;

/// A folder with more entries counts as one that cannot be listed.
const MOST_ENTRIES: usize = 50_000;

/// Files by path, and the disk behind them. A file is read once, whoever asks.
#[derive(Debug)]
pub struct Files {
    /// Where relative paths start; `None` where nothing came from a disk.
    base: Option<PathBuf>,
    /// Folders in which absolute paths are those of this machine and not of a server.
    here: Vec<String>,
    state: Mutex<State>,
    /// How many files the run began with.
    first: usize,
}

#[derive(Debug)]
struct State {
    sources: Vec<Arc<SourceFile>>,
    opened: FxHashMap<String, Opened>,
}

impl Files {
    /// The files of a run; their ids are their places.
    pub fn new(sources: Vec<Arc<SourceFile>>) -> Self {
        let base = sources.iter().find_map(|source| base(source));
        let mut here: Vec<String> = Vec::new();
        for path in sources.iter().map(|source| source.path.as_str()).filter(|path| path.starts_with('/')) {
            let around = match folder(folder(path)) {
                "/" => folder(path),
                around => around,
            };
            if !here.iter().any(|known| known == around) {
                here.push(around.to_owned());
            }
        }
        let named = |(index, source): (usize, &Arc<SourceFile>)| (join(".", &source.path), Opened::File(FileId(index as u32)));
        let opened = sources.iter().enumerate().map(named).collect();
        Self { base, here, first: sources.len(), state: Mutex::new(State { sources, opened }) }
    }

    /// The name of the folder in which relative paths start.
    pub fn directory_name(&self) -> Option<String> {
        Some(self.base.as_ref()?.file_name()?.to_string_lossy().into_owned())
    }

    /// The files that were read because others name them, in the order of their ids.
    pub fn named(self) -> Vec<Arc<SourceFile>> {
        let state = self.state.into_inner().unwrap_or_else(PoisonError::into_inner);
        state.sources.into_iter().skip(self.first).collect()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Where a path lies on disk; `None` for one of which nothing can be known.
    fn location(&self, path: &str) -> Option<PathBuf> {
        if path.starts_with('/') {
            let within = |folder: &String| path.strip_prefix(folder.as_str()).is_some_and(|rest| rest.starts_with('/'));
            return self.here.iter().any(within).then(|| PathBuf::from(path));
        }
        Some(self.base.as_ref()?.join(path))
    }

    fn read(&self, path: &str, kind: Kind) -> Result<SourceFile, Opened> {
        let location = self.location(path).ok_or(Opened::Unknown)?;
        let metadata = fs::metadata(&location).map_err(|error| refusal(&error))?;
        if metadata.is_dir() {
            return Err(Opened::Directory);
        }
        let unreadable = |why: &str| Err(Opened::Unreadable(why.to_owned()));
        if !metadata.is_file() {
            return unreadable("is no regular file");
        }
        if metadata.len() > MAX_BYTES {
            return unreadable("is larger than 256 MiB");
        }
        if self.is_link_out_of_the_tree(&location) {
            return unreadable("is a symbolic link out of the tree");
        }
        let bytes = fs::read(&location).map_err(|error| refusal(&error))?;
        let kind = kind_of_named(path, &bytes).unwrap_or(kind);
        let mut file = SourceFile::new(path, kind, bytes);
        file.location = Some(location);
        Ok(file)
    }

    fn is_link_out_of_the_tree(&self, location: &Path) -> bool {
        let Ok(metadata) = fs::symlink_metadata(location) else { return false };
        let real = |path: &Path| path.canonicalize().ok();
        metadata.is_symlink()
            && match (real(location), self.base.as_deref().and_then(real)) {
                (Some(end), Some(base)) => !end.starts_with(base),
                _ => true,
            }
    }
}

/// The folder that the shown path of a file starts in.
pub(super) fn base(source: &SourceFile) -> Option<PathBuf> {
    let location = source.location.as_deref()?;
    if source.path.starts_with('/') || !location.ends_with(&source.path) {
        return None;
    }
    let parts = Path::new(&source.path).components().count();
    location.ancestors().nth(parts).map(Path::to_path_buf)
}

fn refusal(error: &io::Error) -> Opened {
    match error.kind() {
        io::ErrorKind::NotFound | io::ErrorKind::NotADirectory => Opened::Missing,
        io::ErrorKind::PermissionDenied => Opened::Unreadable("cannot be read: permission denied".to_owned()),
        _ => Opened::Unreadable(format!("cannot be read: {error}")),
    }
}

impl Sources for Files {
    fn open_as(&self, path: &str, kind: Kind) -> Opened {
        let path = join(".", path);
        if let Some(known) = self.state().opened.get(&path) {
            return known.clone();
        }
        // Read without the lock: two that ask at the same time may both read, and the first one counts.
        let read = self.read(&path, kind);
        let mut state = self.state();
        if let Some(known) = state.opened.get(&path) {
            return known.clone();
        }
        let opened = match read {
            Ok(_) if state.sources.len() - self.first >= MOST_NAMED => {
                Opened::Unreadable(format!("is not read: more than {MOST_NAMED} files are referred to"))
            }
            Ok(file) => {
                state.sources.push(Arc::new(file));
                Opened::File(FileId(state.sources.len() as u32 - 1))
            }
            Err(refused) => refused,
        };
        state.opened.insert(path, opened.clone());
        opened
    }

    fn source(&self, file: FileId) -> Arc<SourceFile> {
        Arc::clone(&self.state().sources[file.index()])
    }

    fn entry(&self, path: &str) -> Entry {
        let path = join(".", path);
        match self.state().opened.get(&path) {
            Some(Opened::File(_)) => return Entry::File,
            Some(Opened::Directory) => return Entry::Directory,
            _ => {}
        }
        let Some(location) = self.location(&path) else { return Entry::Unknown };
        match fs::metadata(location) {
            Ok(metadata) if metadata.is_dir() => Entry::Directory,
            Ok(_) => Entry::File,
            Err(error) if matches!(refusal(&error), Opened::Missing) => Entry::Missing,
            Err(_) => Entry::Unknown,
        }
    }

    fn list(&self, folder: &str) -> Option<Vec<String>> {
        let entries = fs::read_dir(self.location(&join(".", folder))?).ok()?;
        let mut names = Vec::new();
        for entry in entries.flatten() {
            if names.len() == MOST_ENTRIES {
                return None;
            }
            names.push(entry.file_name().to_string_lossy().into_owned());
        }
        names.sort();
        Some(names)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_around_a_run_are_read_once_and_servers_are_not_looked_at() {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("app")).unwrap();
        fs::write(folder.path().join("app/.env"), "A=1\n").unwrap();
        fs::write(folder.path().join("shared.yml"), "services: {}\n").unwrap();
        let mut source = SourceFile::new("app/compose.yml", Kind::Compose, b"services: {}\n".to_vec());
        source.location = Some(folder.path().join("app/compose.yml"));
        let files = Files::new(vec![Arc::new(source)]);
        assert_eq!(files.open("app/compose.yml"), Opened::File(FileId(0)));
        assert_eq!(files.open("app/./.env"), Opened::File(FileId(1)));
        assert_eq!(files.open("app/.env"), Opened::File(FileId(1)));
        assert_eq!(files.open("app/../shared.yml"), Opened::File(FileId(2)));
        assert_eq!(files.open("app/none"), Opened::Missing);
        assert_eq!(files.open("app"), Opened::Directory);
        assert_eq!((files.open("/etc/passwd"), files.entry("/etc")), (Opened::Unknown, Entry::Unknown));
        assert_eq!(files.entry("app/none/at/all"), Entry::Missing);
        assert_eq!(files.list("app").unwrap(), [".env"]);
        assert_eq!(files.source(FileId(2)).kind, Kind::Compose);
        assert_eq!(files.named().len(), 2);
    }

    #[test]
    fn a_run_in_memory_knows_only_itself() {
        let source = SourceFile::new("compose.yml", Kind::Compose, Vec::new());
        let files = Files::new(vec![Arc::new(source)]);
        assert_eq!(files.open("compose.yml"), Opened::File(FileId(0)));
        assert_eq!((files.open(".env"), files.entry(".env"), files.list(".")), (Opened::Unknown, Entry::Unknown, None));
    }

    #[test]
    fn absolute_paths_of_the_run_are_of_this_machine() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("compose.yml");
        fs::write(&path, "services: {}\n").unwrap();
        fs::write(folder.path().join(".env"), "A=1\n").unwrap();
        let shown = path.to_string_lossy().into_owned();
        let mut source = SourceFile::new(shown, Kind::Compose, b"services: {}\n".to_vec());
        source.location = Some(path);
        let files = Files::new(vec![Arc::new(source)]);
        assert_eq!(files.open(&folder.path().join(".env").to_string_lossy()), Opened::File(FileId(1)));
        assert_eq!(files.open("/etc/passwd"), Opened::Unknown);
    }
}
