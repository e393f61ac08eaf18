//! From files to documents, in parallel; a panic in one file is an error of that file.

use std::collections::BTreeMap;
use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::Arc;

use super::custody;
use super::files::Files;
use super::unit::{self, Loaders, Unit};
use super::{Document, Project};
use crate::dockerfile::dockerignore::{Dockerignore, DockerignoreFile};
use crate::finding::Environment;
use crate::source::{FileId, Kind, SourceFile};
use crate::threads::{self, Job};

/// How far above a Dockerfile a build context is looked for.
const MOST_FOLDERS_ABOVE: usize = 4;

/// A longer `.dockerignore` counts as none.
const MAX_DOCKERIGNORE: u64 = 1 << 20;

impl Project {
    /// Parses every file, reads those that they name, and understands what they mean together. `environment` says what a file is
    /// for.
    pub fn load(files: Vec<SourceFile>, environment: &(dyn Fn(&SourceFile) -> Environment + Sync)) -> Self {
        Self::load_with(files, environment, BTreeMap::new())
    }

    /// As [`Self::load`], with variables of the caller that compose may see.
    pub fn load_with(
        files: Vec<SourceFile>,
        environment: &(dyn Fn(&SourceFile) -> Environment + Sync),
        variables: BTreeMap<String, String>,
    ) -> Self {
        let mut files = files;
        custody::look_after(files.iter_mut());
        let sources: Vec<_> = files.into_iter().map(Arc::new).collect();
        let documents = threads::each(jobs(sources.clone()), |index, source| {
            let environment = environment(&source);
            document(FileId(index as u32), source, environment)
        });
        let mut project = Self { documents, variables: Arc::new(variables), ..Self::default() };
        let files = Files::new(sources);
        let roots = unit::roots(&project, &files);
        project.link(files, roots, &[], environment);
        project
    }

    /// The same project with other bytes in some files; only these are parsed again, and the units that they are in. `parsed` are
    /// documents that take the place of others and were parsed before.
    pub fn replaced(&self, changes: &[(FileId, Vec<u8>)], parsed: Vec<Arc<Document>>) -> Self {
        if changes.is_empty() && parsed.is_empty() {
            return self.clone();
        }
        let mut documents = self.documents.clone();
        let jobs = changes.iter().map(|change| Job {
            thread: threads::home(&self.document(change.0).source.path),
            size: change.1.len(),
            item: change,
        });
        let changed = threads::each(jobs.collect(), |_, (file, bytes)| {
            let old = self.document(*file);
            let mut source = SourceFile::new(old.source.path.clone(), old.source.kind, bytes.clone());
            source.location = old.source.location.clone();
            source.explicit = old.source.explicit;
            source.custody = old.source.custody;
            let mut document = Document::new(*file, source.into(), old.environment);
            document.policy = Arc::clone(&old.policy);
            document.dockerignore = old.dockerignore.clone();
            read(&document);
            Arc::new(document)
        });
        for document in changed.into_iter().chain(parsed) {
            let index = document.file.index();
            documents[index] = document;
        }
        let is_changed = |file: &FileId| !Arc::ptr_eq(&documents[file.index()], &self.documents[file.index()]);
        let untouched = |unit: &&Arc<Unit>| !unit.files.iter().any(is_changed);
        let kept: Vec<Arc<Unit>> = self.units.iter().filter(untouched).cloned().collect();
        let mut project = Self {
            documents,
            today: self.today,
            variables: Arc::clone(&self.variables),
            looked_at: self.looked_at.clone(),
            ..Self::default()
        };
        // A fix adds no file, so what began a unit still does.
        let roots = self.units.iter().map(|unit| (unit.root, unit.kind())).collect();
        let sources = project.documents.iter().map(|document| Arc::clone(&document.source)).collect();
        project.link(Files::new(sources), roots, &kept, &|_| Environment::Production);
        project
    }

    /// Reads the units that are not kept, and makes documents of the files that they brought.
    fn link(
        &mut self,
        files: Files,
        roots: Vec<(FileId, Kind)>,
        kept: &[Arc<Unit>],
        environment: &(dyn Fn(&SourceFile) -> Environment + Sync),
    ) {
        let loaders = Loaders::new(self, &files);
        let job = |(root, kind)| {
            let document = self.document(root);
            Job { thread: threads::home(&document.source.path), size: size(document), item: (root, kind) }
        };
        let units = threads::each(roots.into_iter().map(job).collect(), |_, (root, kind)| {
            let known = kept.iter().find(|unit| unit.root == root && unit.kind() == kind);
            let load = || known.cloned().or_else(|| loaders.load(root, kind).map(Arc::new));
            catch_unwind(AssertUnwindSafe(load)).map_err(|_| root)
        });
        drop(loaders);
        for unit in units {
            match unit {
                Ok(unit) => self.units.extend(unit),
                Err(root) => self.failed.push(root),
            }
        }
        let first = self.documents.len();
        let mut named = files.named();
        custody::look_after(named.iter_mut().filter_map(Arc::get_mut));
        let named = threads::each(jobs(named), |index, source| {
            let environment = environment(&source);
            document(FileId((first + index) as u32), source, environment)
        });
        self.documents.extend(named);
        super::releases::set(self);
    }
}

/// To read each of the files.
fn jobs(sources: Vec<Arc<SourceFile>>) -> Vec<Job<Arc<SourceFile>>> {
    let job = |source: Arc<SourceFile>| Job { thread: threads::home(&source.path), size: source.text().len(), item: source };
    sources.into_iter().map(job).collect()
}

/// About how many bytes are read for the project of a file.
fn size(document: &Document) -> usize {
    const INCLUDED: usize = 1 << 10;
    let trees = document.compose().into_iter().flat_map(|file| &file.stream.documents);
    let included = trees.filter_map(|tree| Some(tree.items(tree.entry(tree.root?, "include")?.1).len()));
    document.source.text().len() + included.sum::<usize>() * INCLUDED
}

/// A file as it is read from disk.
fn document(file: FileId, source: Arc<SourceFile>, environment: Environment) -> Arc<Document> {
    let dockerignore = beside(&source);
    let mut document = Document::new(file, source, environment);
    document.dockerignore = dockerignore;
    read(&document);
    Arc::new(document)
}

/// Reads what a file means to those around it. A Dockerfile is read when it is judged, or a service that it builds.
fn read(document: &Document) {
    if document.kind() != Kind::Dockerfile {
        document.content();
    }
}

/// Whether a folder above that of the Dockerfile, within the same repository, has a `.dockerignore`.
fn is_above(location: &Path) -> bool {
    let folders = location.ancestors().skip(1).take(MOST_FOLDERS_ABOVE);
    let mut inside = folders.take_while(|folder| !folder.join(".git").exists()).map(Path::parent);
    inside.any(|parent| parent.is_some_and(|parent| parent.join(".dockerignore").is_file()))
}

/// BuildKit takes `<Dockerfile>.dockerignore`, else the `.dockerignore` of the context, which is mostly the folder of the
/// Dockerfile.
fn beside(source: &SourceFile) -> DockerignoreFile {
    let (Kind::Dockerfile, Some(location)) = (source.kind, &source.location) else { return DockerignoreFile::Unknown };
    let mut own = location.clone().into_os_string();
    own.push(".dockerignore");
    let read = |path: &Path| {
        let fits = fs::metadata(path).is_ok_and(|metadata| metadata.is_file() && metadata.len() <= MAX_DOCKERIGNORE);
        fits.then(|| fs::read(path).ok()).flatten()
    };
    match read(Path::new(&own)).or_else(|| read(&location.with_file_name(".dockerignore"))) {
        Some(bytes) => DockerignoreFile::Present(Arc::new(Dockerignore::parse(&String::from_utf8_lossy(&bytes)))),
        // The context may be a folder further up (`docker build -f docker/Dockerfile .`).
        None if is_above(location) => DockerignoreFile::Unknown,
        None => DockerignoreFile::Absent,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_own_dockerignore_of_a_dockerfile_comes_first() {
        let folder = tempfile::tempdir().unwrap();
        let load = |name: &str| {
            let mut source = SourceFile::new(name, Kind::Dockerfile, b"FROM scratch\n".to_vec());
            source.location = Some(folder.path().join(name));
            Project::load(vec![source], &|_| Environment::Production)
        };
        assert!(load("Dockerfile").documents[0].lacks_dockerignore());
        fs::write(folder.path().join(".dockerignore"), "a\n").unwrap();
        fs::write(folder.path().join("dev.Dockerfile.dockerignore"), "b\n").unwrap();
        let excludes = |name: &str, path: &str| load(name).documents[0].dockerignore().unwrap().excludes(path);
        assert!(excludes("Dockerfile", "a") && !excludes("Dockerfile", "b"));
        assert!(excludes("dev.Dockerfile", "b") && !excludes("dev.Dockerfile", "a"));
        assert!(load("docker/Dockerfile").documents[0].dockerignore().is_none());
        assert!(!load("docker/web/Dockerfile").documents[0].lacks_dockerignore());
        fs::create_dir_all(folder.path().join("other/.git")).unwrap();
        assert!(load("other/Dockerfile").documents[0].lacks_dockerignore());
        let project = load("Dockerfile").replaced(&[(FileId(0), b"FROM alpine\n".to_vec())], Vec::new());
        assert!(project.documents[0].dockerignore().unwrap().excludes("a"));
        let unnamed = Project::load(vec![SourceFile::new("-", Kind::Dockerfile, Vec::new())], &|_| Environment::Production);
        assert!(!unnamed.documents[0].lacks_dockerignore() && unnamed.documents[0].dockerignore().is_none());
    }
}
