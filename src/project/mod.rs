//! The files of a run, each parsed and understood, and the links between them.

mod custody;
pub mod dependencies;
mod document;
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

use crate::config::Policy;
use crate::source::FileId;

pub use document::{Content, Document};
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
