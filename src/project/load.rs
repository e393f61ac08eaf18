//! From files to documents, in parallel; a panic in one file is an error of that file.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use jiff::civil::Date;
use rayon::prelude::*;

use super::{Content, Document, Project};
use crate::dockerfile;
use crate::finding::Environment;
use crate::source::{FileId, Kind, SourceFile};

/// Fewer files than this are read on the calling thread: starting the others costs more.
const PARALLEL_FROM: usize = 4;

impl Project {
    /// Parses every file. `environment` says what a file is for.
    pub fn load(files: Vec<SourceFile>, environment: &(dyn Fn(&SourceFile) -> Environment + Sync)) -> Self {
        let document = |(index, source): (usize, SourceFile)| {
            let environment = environment(&source);
            Arc::new(Document::load(FileId(index as u32), source, environment))
        };
        let documents = if files.len() < PARALLEL_FROM {
            files.into_iter().enumerate().map(document).collect()
        } else {
            files.into_par_iter().enumerate().map(document).collect()
        };
        Self { documents, today: Date::default() }
    }

    /// The same project with other bytes in some files; only these are parsed again.
    pub fn replaced(&self, changes: &[(FileId, Vec<u8>)]) -> Self {
        let mut documents = self.documents.clone();
        let changed = |(file, bytes): &(FileId, Vec<u8>)| {
            let old = self.document(*file);
            let mut source = SourceFile::new(old.source.path.clone(), old.source.kind, bytes.clone());
            source.location = old.source.location.clone();
            source.explicit = old.source.explicit;
            Arc::new(Document { policy: Arc::clone(&old.policy), ..Document::load(*file, source, old.environment) })
        };
        let new: Vec<_> = if changes.len() < PARALLEL_FROM {
            changes.iter().map(changed).collect()
        } else {
            changes.par_iter().map(changed).collect()
        };
        for document in new {
            let index = document.file.index();
            documents[index] = document;
        }
        Self { documents, today: self.today }
    }
}

impl Document {
    fn load(file: FileId, source: SourceFile, environment: Environment) -> Self {
        let read = || match source.kind {
            Kind::Dockerfile => {
                let dockerfile = dockerfile::model::understand(source.text(), dockerfile::syntax::parse(source.text()));
                let secrets = dockerfile::secrets::secret_spans(source.text(), &dockerfile);
                (Content::Dockerfile(Box::new(dockerfile)), secrets)
            }
            Kind::Compose | Kind::Nginx | Kind::Env => (Content::Unread, Vec::new()),
        };
        let (content, secrets) = catch_unwind(AssertUnwindSafe(read)).unwrap_or((Content::Panicked, Vec::new()));
        Self { file, source, environment, policy: Arc::default(), content, secrets }
    }
}
