//! Releases of languages as files state them: each with who says it, where, and how another one is written there.

mod files;
mod images;
mod range;
mod workflow;

pub use files::in_file;
pub use images::{in_dockerfile, in_service, of_container, of_image};
pub use range::Range;

use crate::config::{Runtime, agree};
use crate::finding::Edit;
use crate::source::{Location, Span};

/// One place that says which release of a language is meant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StatedVersion {
    pub runtime: Runtime,
    pub said: Said,
    /// As it is written, for messages.
    pub text: String,
    pub place: Location,
    /// Who says it, in a word: `FROM`, `requires-python`, `.python-version`.
    pub by: &'static str,
    /// What it decides.
    pub role: Role,
    /// How another release is written in its place.
    pub rewrite: Option<Rewrite>,
    /// Rules on images speak of its end of life.
    pub judged_as_image: bool,
    /// The folder, from the current directory, that a workflow says it is about.
    pub folder: Option<String>,
}

/// What a place decides.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Role {
    /// The release that runs in production: the final image, the container.
    Runs,
    /// The release that something is built with.
    Builds,
    /// What people and tools take beside it.
    Works,
    /// What tests run on.
    Tests,
}

/// What a place says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Said {
    /// This release, as exactly as it is written: `3.11` is any `3.11.x`.
    Exactly(String),
    /// Each of these, as tests do.
    Each(Vec<String>),
    /// Any release of a range.
    Within(Range),
}

/// A place where a release can be written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rewrite {
    pub place: Location,
    /// What stays around the release: `v` in `v22`, `-slim` in `3.11-slim`.
    pub before: String,
    pub after: String,
}

impl Rewrite {
    /// The edit that writes a release.
    pub fn to(&self, version: &str) -> Edit {
        let replacement = format!("{}{version}{}", self.before, self.after);
        Edit { file: self.place.file, span: self.place.span, replacement }
    }

    /// Of a text in which the release stands once, at its place.
    fn around(place: Location, whole: &str, version: &str) -> Option<Self> {
        let at = whole.find(version)?;
        Some(Self { place, before: whole[..at].to_owned(), after: whole[at + version.len()..].to_owned() })
    }
}

impl StatedVersion {
    /// What a file beside the services says; without a way to write another release.
    fn new(runtime: Runtime, said: Said, text: impl Into<String>, place: Location, by: &'static str, role: Role) -> Self {
        let (rewrite, judged_as_image, folder) = (None, false, None);
        Self { runtime, said, text: text.into(), place, by, role, rewrite, judged_as_image, folder }
    }

    /// The release, where it is one.
    pub fn exactly(&self) -> Option<&str> {
        match &self.said {
            Said::Exactly(version) => Some(version),
            Said::Each(_) | Said::Within(_) => None,
        }
    }

    /// Whether what it says leaves room for a release.
    pub fn admits(&self, version: &str) -> bool {
        match &self.said {
            Said::Exactly(own) => agree(own, version),
            Said::Each(all) => all.iter().any(|own| agree(own, version)),
            Said::Within(range) => range.admits(version),
        }
    }
}

/// The number that a text begins with: `3.11` of `3.11-slim`, `20.11.1` of `v20.11.1`. `None` where none does.
pub(super) fn leading_version(text: &str) -> Option<&str> {
    let text = text.strip_prefix('v').unwrap_or(text);
    let end = text.find(|char: char| !char.is_ascii_digit() && char != '.').unwrap_or(text.len());
    let version = text[..end].trim_end_matches('.');
    let is_number = |part: &str| !part.is_empty() && part.len() <= 6;
    (!version.is_empty() && version.split('.').all(is_number) && version.split('.').count() <= 4).then_some(version)
}

/// Where a part of a text stands that is a slice of it.
fn span_within(text: &str, part: &str) -> Span {
    let at = part.as_ptr() as usize - text.as_ptr() as usize;
    Span::new(at, at + part.len())
}
