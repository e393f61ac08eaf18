//! Fixed files written back: whole or not at all, and never over what someone else wrote meanwhile.

use std::fs::{self, Metadata};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

use super::prove::FixedFile;
use crate::project::Project;
use crate::source::FileId;

/// A file that was not written, and why.
#[derive(Debug, thiserror::Error)]
#[error("{}: {problem}", path.display())]
pub struct WriteError {
    pub path: PathBuf,
    pub problem: WriteProblem,
}

/// Why a file was not written.
#[derive(Debug, thiserror::Error)]
pub enum WriteProblem {
    #[error("cannot be written: {0}")]
    Io(#[from] io::Error),
    #[error("changed since it was read; nothing was written")]
    Changed,
    #[error("is not a regular file")]
    NotAFile,
    #[error("is not on disk")]
    NoPlace,
    #[error("not written, because it shares fixes with {} that cannot be written", .0.display())]
    Together(PathBuf),
}

/// Writes the files; those that share fixes all or none, as far as a file system allows. One result for each file, in order.
pub fn write(project: &Project, files: &[FixedFile]) -> Vec<Result<(), WriteError>> {
    let mut staged: Vec<_> = files.iter().map(|file| stage(project, file)).collect();
    let mut results = Vec::with_capacity(files.len());
    let failed: Vec<(FileId, PathBuf)> = files
        .iter()
        .zip(&staged)
        .filter_map(|(file, staged)| staged.as_ref().err().map(|error| (file.together, error.path.clone())))
        .collect();
    for (file, staged) in files.iter().zip(staged.drain(..)) {
        results.push(staged.and_then(|staged| match failed.iter().find(|(together, _)| *together == file.together) {
            Some((_, other)) => Err(WriteError { path: staged.shown, problem: WriteProblem::Together(other.clone()) }),
            None => staged.commit(),
        }));
    }
    results
}

/// Writes one file that is no document of a project: whole or not at all, and only over what was read; a new one where that was nothing.
pub fn replace(path: &Path, before: &[u8], after: &[u8]) -> Result<(), WriteError> {
    let shown = path.to_owned();
    let staged = match before {
        [] if fs::symlink_metadata(path).is_err() => {
            return create(path, after).map_err(|problem| WriteError { path: shown, problem });
        }
        before => stage_contents(path, before, after),
    };
    match staged {
        Ok((target, new)) => Staged { shown, target, new }.commit(),
        Err(problem) => Err(WriteError { path: shown, problem }),
    }
}

fn create(path: &Path, contents: &[u8]) -> Result<(), WriteProblem> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut builder = tempfile::Builder::new();
    builder.prefix(".shipworthy-");
    // As any new file: the mask of the process takes from it what it takes.
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
    let mut new = builder.tempfile_in(folder)?;
    new.write_all(contents)?;
    new.persist_noclobber(path).map(drop).map_err(|error| error.error.into())
}

/// New contents beside the file that they are to replace.
struct Staged {
    shown: PathBuf,
    target: PathBuf,
    new: NamedTempFile,
}

fn stage(project: &Project, file: &FixedFile) -> Result<Staged, WriteError> {
    let shown = PathBuf::from(&file.path);
    let location = project.document(file.file).source.location.as_deref();
    let staged = location.ok_or(WriteProblem::NoPlace).and_then(|path| stage_contents(path, &file.before, &file.after));
    match staged {
        Ok((target, new)) => Ok(Staged { shown, target, new }),
        Err(problem) => Err(WriteError { path: shown, problem }),
    }
}

fn stage_contents(path: &Path, before: &[u8], after: &[u8]) -> Result<(PathBuf, NamedTempFile), WriteProblem> {
    // A symbolic link stays one: its target is replaced.
    let target = fs::canonicalize(path)?;
    let metadata = fs::metadata(&target)?;
    if !metadata.is_file() {
        return Err(WriteProblem::NotAFile);
    }
    let folder = target.parent().ok_or(WriteProblem::NotAFile)?;
    let mut new = tempfile::Builder::new().prefix(".shipworthy-").tempfile_in(folder)?;
    new.write_all(after)?;
    keep_owner(&new, &metadata);
    // After the owner, whose change may clear bits of the mode.
    fs::set_permissions(new.path(), metadata.permissions())?;
    if fs::read(&target)? != before {
        return Err(WriteProblem::Changed);
    }
    Ok((target, new))
}

impl Staged {
    fn commit(self) -> Result<(), WriteError> {
        let Self { shown, target, new } = self;
        new.persist(target).map(drop).map_err(|error| WriteError { path: shown, problem: error.error.into() })
    }
}

/// Only a superuser may give a file away; for everyone else the file stays their own.
#[cfg(unix)]
fn keep_owner(new: &NamedTempFile, old: &Metadata) {
    use std::os::unix::fs::{MetadataExt as _, fchown};

    let Ok(own) = new.as_file().metadata() else { return };
    if (own.uid(), own.gid()) != (old.uid(), old.gid()) && fchown(new, Some(old.uid()), Some(old.gid())).is_err() {
        let _group_at_least = fchown(new, None, Some(old.gid()));
    }
}

#[cfg(not(unix))]
fn keep_owner(_: &NamedTempFile, _: &Metadata) {}

#[cfg(all(test, unix))]
mod tests {
    use std::os::unix::fs::{PermissionsExt as _, symlink};
    use std::sync::Arc;

    use super::*;

    use crate::project::{Content, Document};
    use crate::source::{Kind, SourceFile};

    /// A folder with files that were read as a project.
    struct Site {
        folder: tempfile::TempDir,
        project: Project,
    }

    impl Site {
        fn new(files: &[(&str, &str)]) -> Self {
            let folder = tempfile::tempdir().unwrap();
            let mut project = Project::default();
            for (at, (name, text)) in files.iter().enumerate() {
                let location = folder.path().join(name);
                fs::write(&location, text).unwrap();
                let mut source = SourceFile::new(*name, Kind::Dockerfile, text.as_bytes().to_vec());
                source.location = Some(location);
                let document = Document::of_parts(FileId(at as u32), source, Content::Unread, Vec::new());
                project.documents.push(Arc::new(document));
            }
            Self { folder, project }
        }

        fn locate(&mut self, document: usize, location: Option<PathBuf>) {
            let document = Arc::get_mut(&mut self.project.documents[document]).unwrap();
            Arc::get_mut(&mut document.source).unwrap().location = location;
        }

        fn path(&self, name: &str) -> PathBuf {
            self.folder.path().join(name)
        }

        fn names(&self) -> Vec<String> {
            let entries = fs::read_dir(self.folder.path()).unwrap();
            let mut names: Vec<_> = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
            names.sort();
            names
        }

        fn fixed(&self, file: u32, after: &str, together: u32) -> FixedFile {
            let source = &self.project.documents[file as usize].source;
            FixedFile {
                file: FileId(file),
                path: source.path.clone(),
                before: source.bytes().to_vec(),
                after: after.as_bytes().to_vec(),
                secrets_before: Vec::new(),
                secrets_after: Vec::new(),
                together: FileId(together),
            }
        }
    }

    fn text(path: &Path) -> String {
        fs::read_to_string(path).unwrap()
    }

    fn problem(result: &Result<(), WriteError>) -> &WriteProblem {
        &result.as_ref().unwrap_err().problem
    }

    #[test]
    fn writes_and_keeps_the_mode() {
        let site = Site::new(&[("a", "old\n")]);
        fs::set_permissions(site.path("a"), fs::Permissions::from_mode(0o755)).unwrap();
        assert!(write(&site.project, &[site.fixed(0, "new\n", 0)])[0].is_ok());
        assert_eq!(text(&site.path("a")), "new\n");
        assert_eq!(fs::metadata(site.path("a")).unwrap().permissions().mode() & 0o7777, 0o755);
        assert_eq!(site.names(), ["a"]);
    }

    #[test]
    fn keeps_the_owner_where_it_may() {
        use std::os::unix::fs::{MetadataExt as _, chown};

        let site = Site::new(&[("a", "old")]);
        if chown(site.path("a"), Some(4711), Some(4712)).is_err() {
            return;
        }
        fs::set_permissions(site.path("a"), fs::Permissions::from_mode(0o2755)).unwrap();
        assert!(write(&site.project, &[site.fixed(0, "new", 0)])[0].is_ok());
        let metadata = fs::metadata(site.path("a")).unwrap();
        assert_eq!((metadata.uid(), metadata.gid(), metadata.mode() & 0o7777), (4711, 4712, 0o2755));
    }

    #[test]
    fn a_link_stays_a_link() {
        let mut site = Site::new(&[("a", "old")]);
        fs::create_dir(site.path("links")).unwrap();
        let link = site.path("links/b");
        symlink("../a", &link).unwrap();
        site.locate(0, Some(link.clone()));
        assert!(write(&site.project, &[site.fixed(0, "new", 0)])[0].is_ok());
        assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
        assert_eq!(text(&site.path("a")), "new");
    }

    #[test]
    fn a_file_that_changed_is_left_alone() {
        let site = Site::new(&[("a", "old"), ("b", "old")]);
        fs::write(site.path("a"), "theirs").unwrap();
        let results = write(&site.project, &[site.fixed(0, "new", 0), site.fixed(1, "new", 1)]);
        assert!(matches!(problem(&results[0]), WriteProblem::Changed));
        assert!(results[1].is_ok());
        assert_eq!((text(&site.path("a")), text(&site.path("b"))), ("theirs".to_owned(), "new".to_owned()));
        assert_eq!(site.names(), ["a", "b"]);
    }

    #[test]
    fn files_that_share_fixes_are_written_together_or_not_at_all() {
        let site = Site::new(&[("a", "old"), ("b", "old")]);
        fs::write(site.path("b"), "theirs").unwrap();
        let results = write(&site.project, &[site.fixed(0, "new", 0), site.fixed(1, "new", 0)]);
        assert!(matches!(problem(&results[0]), WriteProblem::Together(path) if path == Path::new("b")));
        assert!(matches!(problem(&results[1]), WriteProblem::Changed));
        assert_eq!(text(&site.path("a")), "old");
    }

    #[test]
    fn what_cannot_be_written_is_an_error_with_its_path() {
        let mut site = Site::new(&[("a", "old"), ("gone", "old"), ("stdin", "old"), ("folder", "old")]);
        let missing = site.path("nowhere/gone");
        site.locate(1, Some(missing));
        site.locate(2, None);
        fs::remove_file(site.path("folder")).unwrap();
        fs::create_dir(site.path("folder")).unwrap();
        let files: Vec<_> = (0..4).map(|at| site.fixed(at, "new", at)).collect();
        let results = write(&site.project, &files);
        assert!(results[0].is_ok());
        assert!(matches!(problem(&results[1]), WriteProblem::Io(error) if error.kind() == io::ErrorKind::NotFound));
        assert!(matches!(problem(&results[2]), WriteProblem::NoPlace));
        assert!(matches!(problem(&results[3]), WriteProblem::NotAFile));
        assert_eq!(results[2].as_ref().unwrap_err().to_string(), "stdin: is not on disk");
    }

    #[test]
    fn a_read_only_file_is_fixed_and_stays_read_only() {
        let site = Site::new(&[("a", "old")]);
        fs::set_permissions(site.path("a"), fs::Permissions::from_mode(0o444)).unwrap();
        assert!(write(&site.project, &[site.fixed(0, "new", 0)])[0].is_ok());
        assert_eq!(text(&site.path("a")), "new");
        assert_eq!(fs::metadata(site.path("a")).unwrap().permissions().mode() & 0o777, 0o444);
    }
}
