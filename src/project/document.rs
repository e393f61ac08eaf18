//! One file of a run with its meaning, which is read when it is first asked for.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock};

use super::secrets;
use crate::compose::ComposeFile;
use crate::config::Policy;
use crate::dockerfile;
use crate::dockerfile::dockerignore::{Dockerignore, DockerignoreFile};
use crate::dockerfile::model::Dockerfile;
use crate::env::{self, EnvFile};
use crate::finding::Environment;
use crate::kept::Kept;
use crate::live::SnapshotDocument;
use crate::nginx;
use crate::secret::{Detection, Secrets};
use crate::source::{FileId, Kind, SourceFile, Span};

/// The history of the sources, which holds what was ever committed, and files of secrets.
const PRIVATE: [&str; 4] = [".git", ".env", ".env.local", ".env.production"];

/// One file with its meaning.
#[derive(Debug)]
pub struct Document {
    pub file: FileId,
    pub source: Arc<SourceFile>,
    pub environment: Environment,
    pub policy: Arc<Policy>,
    /// Of a Dockerfile, what a build from its folder obeys, as far as it is known; whoever reads the file from disk sets it.
    pub dockerignore: DockerignoreFile,
    content: OnceLock<Content>,
    dockerfile: Kept<Dockerfile>,
    secrets: OnceLock<Secrets>,
    /// The parser failed on it.
    panicked: OnceLock<()>,
    /// How many will still ask what it means; see [`Self::awaited`].
    awaited: AtomicUsize,
}

/// What a document means, by its kind.
#[derive(Debug)]
pub enum Content {
    /// See [`Document::dockerfile`].
    Dockerfile,
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

impl Document {
    /// A file of which nothing was read yet.
    pub fn new(file: FileId, source: Arc<SourceFile>, environment: Environment) -> Self {
        Self {
            file,
            source,
            environment,
            policy: Arc::default(),
            dockerignore: DockerignoreFile::Unknown,
            content: OnceLock::new(),
            dockerfile: Kept::default(),
            secrets: OnceLock::new(),
            panicked: OnceLock::new(),
            awaited: AtomicUsize::new(0),
        }
    }

    /// What it means, read when the first one asks.
    pub fn content(&self) -> &Content {
        self.content.get_or_init(|| match self.kind() {
            Kind::Dockerfile => Content::Dockerfile,
            _ => self.guarded(|| self.read()).unwrap_or(Content::Panicked),
        })
    }

    /// What a Dockerfile means, read when the first one asks and kept until the last of those that [`Self::awaited`] counts is
    /// [`Self::done`].
    pub fn dockerfile(&self) -> Option<Arc<Dockerfile>> {
        if self.kind() != Kind::Dockerfile || self.is_panicked() {
            return None;
        }
        self.dockerfile.get_or_try(|| self.guarded(|| self.read_dockerfile()))
    }

    /// Says that one more will ask what it means, and will be [`Self::done`].
    pub fn awaited(&self) {
        self.awaited.fetch_add(1, Ordering::Relaxed);
    }

    /// Says that one of those who were awaited asks no more. After the last the memory is given back; whoever asks all the same has the
    /// file read again.
    pub fn done(&self) {
        if self.awaited.fetch_sub(1, Ordering::AcqRel) == 1 {
            self.dockerfile.give_back();
        }
    }

    /// Values that no output may show.
    pub fn secrets(&self) -> &[Span] {
        &self.all_secrets().masks
    }

    /// What the rules of the family `secret` judge.
    pub fn detections(&self) -> &[Detection] {
        &self.all_secrets().detections
    }

    fn all_secrets(&self) -> &Secrets {
        if self.secrets.get().is_none() {
            if self.kind() == Kind::Dockerfile {
                self.dockerfile();
            } else {
                self.content();
            }
        }
        self.secrets.get_or_init(Secrets::default)
    }

    /// Reads it and keeps its secrets; `None` where the parser panics.
    fn guarded<T>(&self, read: impl FnOnce() -> (T, Secrets)) -> Option<T> {
        let read = catch_unwind(AssertUnwindSafe(read));
        if read.is_err() {
            let _ = self.panicked.set(());
        }
        let (meaning, secrets) = read.ok()?;
        // Of a file that is read again they are the same.
        let _ = self.secrets.set(secrets);
        Some(meaning)
    }

    fn read_dockerfile(&self) -> (Dockerfile, Secrets) {
        let source = &self.source;
        let mut dockerfile = dockerfile::model::understand(source.text(), dockerfile::syntax::parse(source.text()));
        let secrets = dockerfile::secrets::secrets(source.text(), &dockerfile, secrets::setting(source));
        if dockerfile.copies_context() {
            dockerfile.private_beside = private_beside(source);
        }
        (dockerfile, secrets)
    }

    fn read(&self) -> (Content, Secrets) {
        let source = &self.source;
        match source.kind {
            Kind::Dockerfile => (Content::Dockerfile, Secrets::default()),
            // Who reads it from the command line has seen that it is one.
            Kind::Snapshot => match SnapshotDocument::read(source.text()) {
                Ok(snapshot) => (Content::Snapshot(Box::new(snapshot)), Secrets::default()),
                Err(_) => (Content::Unread, Secrets::default()),
            },
            Kind::Compose => {
                let file = ComposeFile::parse(source.text());
                let secrets = secrets::of_yaml(source, &file.stream);
                (Content::Compose(Arc::new(file)), secrets)
            }
            Kind::Kubernetes | Kind::Terraform => (Content::Unread, Secrets::default()),
            Kind::Env => (Content::Env(Arc::new(env::parse(source.text()))), secrets::of_env(source)),
            Kind::Neighbour => {
                let masks = secrets::of_lines(source);
                (Content::Neighbour, Secrets { detections: Vec::new(), masks })
            }
            Kind::Nginx => {
                let tree = nginx::syntax::parse(source.text());
                let secrets = secrets::of_nginx(source, &tree);
                (Content::Nginx(Arc::new(tree)), secrets)
            }
        }
    }

    /// What kind of file it is.
    pub fn kind(&self) -> Kind {
        self.source.kind
    }

    /// It is listed, and nothing looks at what it means. No file is read to say so.
    pub fn is_unread(&self) -> bool {
        match self.kind() {
            Kind::Kubernetes | Kind::Terraform => true,
            _ => matches!(self.content.get(), Some(Content::Unread)),
        }
    }

    /// The parser was asked, and failed.
    pub fn is_panicked(&self) -> bool {
        self.panicked.get().is_some()
    }

    /// A compose file, as it was parsed.
    pub fn compose(&self) -> Option<&Arc<ComposeFile>> {
        match self.content_of(Kind::Compose)? {
            Content::Compose(file) => Some(file),
            _ => None,
        }
    }

    /// An env file, as it was parsed.
    pub fn env(&self) -> Option<&EnvFile> {
        match self.content_of(Kind::Env)? {
            Content::Env(file) => Some(file),
            _ => None,
        }
    }

    /// The tree of an nginx configuration.
    pub fn nginx(&self) -> Option<&Arc<nginx::syntax::Tree>> {
        match self.content_of(Kind::Nginx)? {
            Content::Nginx(tree) => Some(tree),
            _ => None,
        }
    }

    /// The engines of a snapshot.
    pub fn snapshot(&self) -> Option<&SnapshotDocument> {
        match self.content_of(Kind::Snapshot)? {
            Content::Snapshot(snapshot) => Some(snapshot),
            _ => None,
        }
    }

    /// Files of other kinds are not read for it.
    fn content_of(&self, kind: Kind) -> Option<&Content> {
        (self.kind() == kind).then(|| self.content())
    }

    /// The `.dockerignore` that a build from the folder of this Dockerfile obeys.
    pub fn dockerignore(&self) -> Option<&Dockerignore> {
        self.dockerignore.known()
    }

    /// It is known that there is no `.dockerignore` beside this Dockerfile.
    pub fn lacks_dockerignore(&self) -> bool {
        self.kind() == Kind::Dockerfile && self.dockerignore.is_absent()
    }

    /// A document that says what a test wants it to say.
    #[cfg(test)]
    pub fn of_parts(file: FileId, source: SourceFile, content: Content, masks: Vec<Span>) -> Self {
        let document = Self::new(file, source.into(), Environment::Production);
        if matches!(content, Content::Panicked) {
            let _ = document.panicked.set(());
        }
        let secrets = Secrets { detections: Vec::new(), masks };
        Self { content: content.into(), secrets: secrets.into(), ..document }
    }

    /// Makes other values secret than those that were detected.
    #[cfg(test)]
    pub fn hide(&mut self, masks: Vec<Span>) {
        self.secrets = OnceLock::from(Secrets { detections: Vec::new(), masks });
    }
}

/// What lies beside a Dockerfile and belongs into no image.
fn private_beside(source: &SourceFile) -> Vec<&'static str> {
    let Some(location) = &source.location else { return Vec::new() };
    PRIVATE.iter().copied().filter(|name| location.with_file_name(name).symlink_metadata().is_ok()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn dockerfile(text: &str) -> Document {
        let source = SourceFile::new("Dockerfile", Kind::Dockerfile, text.as_bytes().to_vec());
        Document::new(FileId(0), source.into(), Environment::Production)
    }

    #[test]
    fn it_is_given_back_when_the_last_is_done() {
        let document = dockerfile("FROM scratch\nENV API_TOKEN=ghp_abcdefghijklmnopqrstuvwxyz0123456789\n");
        document.awaited();
        document.awaited();
        let first = Arc::downgrade(&document.dockerfile().unwrap());
        document.done();
        assert!(first.upgrade().is_some());
        document.done();
        assert!(first.upgrade().is_none());
        assert_eq!((document.secrets().len(), document.detections().len()), (1, 1), "secrets stay known");
        assert_eq!(document.dockerfile().unwrap().stages.len(), 1, "it is read again");
    }

    #[test]
    fn files_of_other_kinds_are_not_read_to_say_so() {
        let document = dockerfile("FROM scratch\n");
        assert!(document.compose().is_none() && document.env().is_none() && document.nginx().is_none() && !document.is_unread());
        assert!(document.content.get().is_none() && document.secrets.get().is_none());
        assert!(document.secrets().is_empty() && document.secrets.get().is_some());
    }
}
