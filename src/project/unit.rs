//! Files that mean something only together, and what they mean.

use std::sync::Arc;

use rayon::prelude::*;

use super::files::Files;
use super::links::Links;
use super::{Document, Project};
use crate::compose::{self, ComposeProject};
use crate::nginx;
use crate::nginx::configuration::Configuration;
use crate::source::sources::Memory;
use crate::source::{FileId, Kind, SourceFile};
use crate::threads::PARALLEL_FROM;

/// A compose project with its overrides, includes and env files; an nginx configuration with all that it includes.
#[derive(Debug)]
pub struct Unit {
    /// The file that the others hang on; the unit is of its kind.
    pub root: FileId,
    /// Every file that was read for it, the root first, each once. What is said of one of them hangs on all.
    pub files: Vec<FileId>,
    pub content: UnitContent,
    /// Of a compose project, what its services are made of.
    pub links: Links,
}

/// What the files of a unit mean together.
#[derive(Debug)]
pub enum UnitContent {
    Compose(Box<ComposeProject>),
    Nginx(Box<Configuration>),
}

impl Unit {
    /// The kind of its root.
    pub const fn kind(&self) -> Kind {
        match self.content {
            UnitContent::Compose(_) => Kind::Compose,
            UnitContent::Nginx(_) => Kind::Nginx,
        }
    }

    /// Gives back the memory of what rules asked of it: who asks again has it made again.
    pub fn give_back(&self) {
        self.links.give_back();
        if let UnitContent::Compose(compose) = &self.content {
            compose.give_back();
        }
    }
}

/// What reads units; each file is parsed once for all of them.
pub(super) struct Loaders<'a> {
    compose: compose::Loader<'a>,
    files: &'a Files,
    documents: &'a [Arc<Document>],
}

impl<'a> Loaders<'a> {
    pub fn new(project: &'a Project, files: &'a Files) -> Self {
        let options = compose::load::Options { given: (*project.variables).clone(), directory_name: files.directory_name() };
        let compose = compose::Loader::new(files, options);
        for document in &project.documents {
            if let Some(parsed) = document.compose() {
                compose.add_compose_file(document.file, Arc::clone(parsed));
            }
        }
        Self { compose, files, documents: &project.documents }
    }

    /// Reads the unit of a root.
    pub fn load(&self, root: FileId, kind: Kind) -> Option<Unit> {
        match kind {
            Kind::Compose => {
                let project = self.compose.load(root);
                let mut files = vec![root];
                files.extend(project.files.iter().filter(|file| **file != root));
                let links = Links::of(&project, self.files);
                for file in links.files() {
                    if !files.contains(&file) {
                        files.push(file);
                    }
                }
                Some(Unit { root, files, content: UnitContent::Compose(Box::new(project)), links })
            }
            Kind::Nginx => {
                let configuration = self.configuration(root);
                let files = configuration.files.iter().map(|read| read.file).collect();
                Some(Unit { root, files, content: UnitContent::Nginx(Box::new(configuration)), links: Links::default() })
            }
            Kind::Dockerfile | Kind::Env | Kind::Snapshot | Kind::Neighbour | Kind::Kubernetes | Kind::Terraform => None,
        }
    }
}

impl Loaders<'_> {
    fn configuration(&self, root: FileId) -> Configuration {
        let tree =
            |file: FileId, source: &SourceFile| match self.documents.get(file.index()).and_then(|document| document.nginx()) {
                Some(tree) => Arc::clone(tree),
                None => Arc::new(nginx::syntax::parse(source.text())),
            };
        nginx::expand::expand(root, self.files, &tree)
    }
}

fn nginx_roots(documents: &[Arc<Document>]) -> Vec<FileId> {
    let files: Vec<_> = documents
        .iter()
        .filter_map(|document| Some((document.file, Arc::clone(&document.source), Arc::clone(document.nginx()?))))
        .collect();
    if files.is_empty() {
        return Vec::new();
    }
    // Files that are only on disk are no roots, whoever includes them.
    nginx::roots::roots(&files, &Memory::new(documents.iter().map(|document| Arc::clone(&document.source))))
}

/// The files of a run that others hang on, each with its kind.
pub(super) fn roots(project: &Project, files: &Files) -> Vec<(FileId, Kind)> {
    let loaders = Loaders::new(project, files);
    let compose = project.documents.iter().filter(|document| document.compose().is_some());
    let compose: Vec<FileId> = compose.map(|document| document.file).collect();
    if compose.len() >= PARALLEL_FROM {
        // What lies in their folders is asked for one by one below: many questions to the disk.
        compose.par_iter().for_each(|file| compose::roots::look_around(&loaders.compose, *file));
    }
    let compose = compose::roots::roots(&loaders.compose, &compose).into_iter().map(|root| (root, Kind::Compose));
    compose.chain(nginx_roots(&project.documents).into_iter().map(|root| (root, Kind::Nginx))).collect()
}

/// For each file the number of the group that it is in: files that share a unit, directly or over others. Files of no unit are in
/// none.
pub fn groups(units: &[Arc<Unit>], files: usize) -> Vec<Option<usize>> {
    let mut leader: Vec<usize> = (0..files).collect();
    for unit in units {
        let root = find(&mut leader, unit.root.index());
        for file in &unit.files {
            let other = find(&mut leader, file.index());
            leader[other] = root;
        }
    }
    let mut groups = vec![None; files];
    for file in units.iter().flat_map(|unit| &unit.files) {
        groups[file.index()] = Some(find(&mut leader, file.index()));
    }
    groups
}

/// The leader of a file's group; the way there is made shorter as it is walked.
fn find(leader: &mut [usize], mut at: usize) -> usize {
    while leader[at] != at {
        leader[at] = leader[leader[at]];
        at = leader[at];
    }
    at
}
