//! Files that other files name: an include, an env file, a mounted configuration. They are read when first asked for.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::{FileId, Kind, SourceFile};

/// What became of opening a file that another file names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Opened {
    File(FileId),
    Missing,
    Directory,
    /// It is there and cannot be read: no permission, too large, no regular file. The text says why.
    Unreadable(String),
    /// Nothing can be known of it: an absolute path exists on some server or in some image, and standard input has no folder.
    Unknown,
}

/// What stands at a path, without reading it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Entry {
    File,
    Directory,
    Missing,
    Unknown,
}

/// The files of a run and, where they come from a disk, those around them.
///
/// Paths are those of [`SourceFile::path`]: relative to the current directory, with `/`, as [`join`] makes them.
pub trait Sources: Sync {
    /// Reads a file, once; the same path gives the same id. Where neither name nor content tells its kind, it is an env file.
    fn open(&self, path: &str) -> Opened {
        self.open_as(path, Kind::Env)
    }

    /// Reads a file that is of this kind where neither name nor content tells another one.
    fn open_as(&self, path: &str, kind: Kind) -> Opened;

    /// What was read. Ids come from [`Sources::open`] or are those of files of the run.
    fn source(&self, file: FileId) -> Arc<SourceFile>;

    /// What stands at a path.
    fn entry(&self, path: &str) -> Entry;

    /// The names in a folder, sorted, not more than a bound; `None` where the folder cannot be listed.
    fn list(&self, folder: &str) -> Option<Vec<String>>;
}

/// The path that a file in `folder` means by `named`, without `.` and with `..` taken away where that can be done by the text
/// alone. An absolute `named` stays as it is.
pub fn join(folder: &str, named: &str) -> String {
    // Most paths are as they have to be.
    match (is_joined(folder), is_joined(named)) {
        (true, true) => return [folder, "/", named].concat(),
        (false, true) if folder == "." => return named.to_owned(),
        _ => {}
    }
    let folder = if named.starts_with('/') { "" } else { folder };
    let root = usize::from(named.starts_with('/') || folder.starts_with('/'));
    let mut joined = String::with_capacity(folder.len() + named.len() + 2);
    joined.push_str(&"/"[..root]);
    for part in folder.split('/').chain(named.split('/')) {
        let above = joined.rfind('/').map_or(root, |slash| slash.max(root));
        let is_deeper = joined.len() > root && !joined[above..].trim_start_matches('/').eq("..");
        match part {
            "" | "." => {}
            ".." if is_deeper => joined.truncate(above),
            ".." if root == 1 => {}
            part => {
                if joined.len() > root {
                    joined.push('/');
                }
                joined.push_str(part);
            }
        }
    }
    if joined.is_empty() { ".".to_owned() } else { joined }
}

/// Whether a path is relative and has nothing that [`join`] would take away.
fn is_joined(path: &str) -> bool {
    let bytes = path.as_bytes();
    let starts_part = |at: usize| at == 0 || bytes[at - 1] == b'/';
    let is_dot_or_nothing = |at: usize| match bytes[at] {
        b'/' => starts_part(at),
        b'.' => starts_part(at) && matches!(bytes.get(at + 1), None | Some(b'.' | b'/')),
        _ => false,
    };
    !path.is_empty() && !path.ends_with('/') && !(0..bytes.len()).any(is_dot_or_nothing)
}

/// The folder of a path: `.` for a name alone.
pub fn folder(path: &str) -> &str {
    match path.rfind('/') {
        Some(0) => "/",
        Some(at) => &path[..at],
        None => ".",
    }
}

/// Files in memory alone: those of an example, a test, or an editor.
#[derive(Debug, Default)]
pub struct Memory {
    files: Vec<Arc<SourceFile>>,
    by_path: BTreeMap<String, FileId>,
}

impl Memory {
    /// The ids are the places in the list.
    pub fn new(files: impl IntoIterator<Item = Arc<SourceFile>>) -> Self {
        let files: Vec<_> = files.into_iter().collect();
        let by_path = files.iter().enumerate().map(|(index, file)| (join(".", &file.path), FileId(index as u32))).collect();
        Self { files, by_path }
    }
}

impl Sources for Memory {
    fn open_as(&self, path: &str, _: Kind) -> Opened {
        match (self.entry(path), self.by_path.get(&join(".", path))) {
            (Entry::File, Some(file)) => Opened::File(*file),
            (Entry::Directory, _) => Opened::Directory,
            (Entry::Unknown, _) => Opened::Unknown,
            _ => Opened::Missing,
        }
    }

    fn source(&self, file: FileId) -> Arc<SourceFile> {
        Arc::clone(&self.files[file.index()])
    }

    fn entry(&self, path: &str) -> Entry {
        let path = join(".", path);
        if self.by_path.contains_key(&path) {
            return Entry::File;
        }
        if path.starts_with('/') {
            return Entry::Unknown;
        }
        let below = format!("{path}/");
        let is_folder =
            path == "." || self.by_path.range(below.clone()..).next().is_some_and(|(name, _)| name.starts_with(&below));
        if is_folder { Entry::Directory } else { Entry::Missing }
    }

    fn list(&self, folder: &str) -> Option<Vec<String>> {
        if self.entry(folder) != Entry::Directory {
            return None;
        }
        let folder = join(".", folder);
        let prefix = if folder == "." { String::new() } else { format!("{folder}/") };
        let mut names: Vec<String> = Vec::new();
        for path in self.by_path.keys().filter_map(|path| path.strip_prefix(&prefix)) {
            let name = path.split('/').next().unwrap_or(path);
            if names.last().is_none_or(|last| last != name) {
                names.push(name.to_owned());
            }
        }
        names.sort();
        names.dedup();
        Some(names)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::Kind;

    #[test]
    fn paths_are_joined_as_text() {
        assert_eq!(join(".", "./a/../b.yml"), "b.yml");
        assert_eq!(join("deploy", "../compose.yml"), "compose.yml");
        assert_eq!(join("..", "../x"), "../../x");
        assert_eq!(join("a", "/etc/../nginx"), "/nginx");
        assert_eq!(join("/srv", ".."), "/");
        assert_eq!(join("a", ".."), ".");
        assert_eq!(
            (join("", "/"), join("/", "../a/./b//c/"), join("/a/b", "../../../c")),
            ("/".into(), "/a/b/c".into(), "/c".into())
        );
        assert_eq!(
            (join("a/../..", "b/.."), join("../..", "../a/.."), join("", "")),
            ("..".into(), "../../..".into(), ".".into())
        );
        assert_eq!(
            (join("a/.b", ".env"), join("a.b", "c..d/e"), join("a/..b", "c")),
            ("a/.b/.env".into(), "a.b/c..d/e".into(), "a/..b/c".into())
        );
        assert_eq!(
            (join(".", "a//b"), join("a/.", "b"), join("a", "b/"), join("a", "")),
            ("a/b".into(), "a/b".into(), "a/b".into(), "a".into())
        );
        assert_eq!((folder("a/b/c"), folder("c"), folder("/c")), ("a/b", ".", "/"));
    }

    #[test]
    fn memory_knows_folders_by_their_files() {
        let file = |path: &str| Arc::new(SourceFile::new(path, Kind::Env, Vec::new()));
        let memory = Memory::new([file("a/.env"), file("a/b/c.conf"), file("compose.yml")]);
        assert_eq!(memory.open("./a/.env"), Opened::File(FileId(0)));
        assert_eq!(
            (memory.entry("a/b"), memory.entry("a/d"), memory.entry("/etc")),
            (Entry::Directory, Entry::Missing, Entry::Unknown)
        );
        assert_eq!(memory.list(".").unwrap(), ["a", "compose.yml"]);
        assert_eq!(memory.list("a").unwrap(), [".env", "b"]);
        assert_eq!(memory.list("nowhere"), None);
    }
}
