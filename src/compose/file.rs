//! A compose file as text: its YAML, read once for all the projects that it is part of.

use super::placeholder::{Placeholders, cover};
use crate::yaml::{self, Stream};

/// A larger file is refused unread: compose would need minutes for it.
pub const MAX_BYTES: usize = 16 * 1024 * 1024;

/// One file, parsed.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ComposeFile {
    pub stream: Stream,
    pub placeholders: Placeholders,
    /// It was not parsed at all.
    pub too_large: bool,
}

impl ComposeFile {
    /// Reads a text, whatever it holds.
    pub fn parse(text: &str) -> Self {
        if text.len() > MAX_BYTES {
            return Self { too_large: true, ..Self::default() };
        }
        let (placeholders, covered) = cover(text);
        Self { stream: yaml::parse(covered.as_deref().unwrap_or(text)), placeholders, too_large: false }
    }
}
