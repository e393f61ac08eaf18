//! The files of a run, each parsed and understood, and the links between them.

mod custody;
pub mod dependencies;
pub mod effective;
pub mod environment;
pub mod facts;
mod files;
pub mod first_policy;
pub mod fleet;
pub mod guessable;
pub mod hosts;
pub mod links;
mod load;
mod neighbours;
pub mod policy_scope;
pub mod postgres;
mod releases;
pub mod running;
pub mod runtime_versions;
mod secrets;
mod unit;
pub mod version_faults;
pub mod web_server;
pub mod written_probe;

use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

use jiff::civil::Date;
use rustc_hash::FxHashMap;

use crate::compose::ComposeFile;
use crate::config::Policy;
use crate::dockerfile::dockerignore::Dockerignore;
use crate::dockerfile::model::Dockerfile;
use crate::env::EnvFile;
use crate::finding::Environment;
use crate::live::SnapshotDocument;
use crate::nginx;
use crate::secret::Detection;
use crate::source::{FileId, Kind, SourceFile, Span};

pub use unit::{Unit, UnitContent, groups};

/// Every document of a run. A [`FileId`] is an index into `documents`.
#[derive(Debug, Default, Clone)]
pub struct Project {
    pub documents: Vec<Arc<Document>>,
    /// What several of them mean together.
    pub units: Vec<Arc<Unit>>,
    /// Roots of units whose loader failed on them, which is a bug of ours.
    pub failed: Vec<FileId>,
    /// Variables of the caller that compose may see (`--env`).
    pub variables: Arc<BTreeMap<String, String>>,
    pub(crate) by_path: OnceLock<FxHashMap<String, FileId>>,
    /// The folders and files that the run was to look at, links resolved; `None` where everything there is was given. What is missing elsewhere
    /// may be there all the same.
    pub looked_at: Option<Vec<std::path::PathBuf>>,
    /// The day that ends of life are compared with; the first day of all where nobody said.
    pub today: Date,
}

/// One file with its meaning.
#[derive(Debug)]
pub struct Document {
    pub file: FileId,
    pub source: Arc<SourceFile>,
    pub environment: Environment,
    pub policy: Arc<Policy>,
    pub content: Content,
    /// Values that no output may show.
    pub secrets: Vec<Span>,
    /// What the rules of the family `secret` judge.
    pub detections: Vec<Detection>,
}

/// What a document means, by its kind.
#[derive(Debug)]
pub enum Content {
    Dockerfile(Box<Dockerfile>),
    /// What it means is said by the units that it is in.
    Compose(Arc<ComposeFile>),
    Env(Arc<EnvFile>),
    Snapshot(Box<SnapshotDocument>),
    /// An nginx configuration or a part of one: what it means is said by the units that it is in.
    Nginx(Arc<nginx::syntax::Tree>),
    /// What a policy asks of it is read when it asks.
    Neighbour,
    /// A kind whose meaning is not read yet: listed, never judged, never a pass.
    Unread,
    /// The parser failed on it, which is a bug of ours: an error of this file.
    Panicked,
}

impl Project {
    /// The document of a file.
    pub fn document(&self, file: FileId) -> &Document {
        &self.documents[file.index()]
    }

    /// The file at a path, as [`crate::source::sources::join`] makes it.
    pub fn file_at(&self, path: &str) -> Option<FileId> {
        let by_path = self.by_path.get_or_init(|| {
            let documents = self.documents.iter();
            documents.map(|document| (crate::source::sources::join(".", &document.source.path), document.file)).collect()
        });
        by_path.get(path).copied()
    }

    /// Says what each file is judged by. Where that speaks of services, the files beside them are read too: manifests, workflows, guides.
    pub fn set_policies(&mut self, policy: &dyn Fn(FileId) -> Arc<Policy>) {
        for document in self.documents.iter_mut().filter_map(Arc::get_mut) {
            document.policy = policy(document.file);
        }
        neighbours::read(self);
    }
}

impl Document {
    /// What kind of file it is.
    pub fn kind(&self) -> Kind {
        self.source.kind
    }

    /// The `.dockerignore` that a build from the folder of this Dockerfile obeys.
    pub fn dockerignore(&self) -> Option<&Dockerignore> {
        match &self.content {
            Content::Dockerfile(dockerfile) => dockerfile.dockerignore.known(),
            _ => None,
        }
    }

    /// The engines of a snapshot.
    pub fn snapshot(&self) -> Option<&SnapshotDocument> {
        match &self.content {
            Content::Snapshot(snapshot) => Some(snapshot),
            _ => None,
        }
    }

    /// It is known that there is no `.dockerignore` beside this Dockerfile.
    pub fn lacks_dockerignore(&self) -> bool {
        matches!(&self.content, Content::Dockerfile(dockerfile) if dockerfile.dockerignore.is_absent())
    }
}
