//! YAML as text with meaning: a tree whose nodes know the bytes that they were written with.
//!
//! The scanner is granit-parser; this folder is the only place that names it. On top of its events stand a tree in an
//! arena ([`Tree`]), merge keys, JSON Pointers, and the scalar types of YAML 1.2's core schema as go-yaml reads them,
//! since go-yaml is what compose runs. The build script compiles this folder too: it may use nothing of the crate but
//! [`crate::source::Span`].

mod build;
pub mod edit;
mod json;
mod lenient;
mod merge;
mod place;
mod pointer;
mod problem;
mod scalar;
mod trace;
mod tree;

pub use scalar::Scalar;
pub use trace::{Borrowed, Trace};
pub use tree::{Node, NodeId, NodeKind, ScalarStyle, Tree};

use crate::source::Span;

/// All that a text holds.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Stream {
    /// In the order of the text. A document that broke off holds what was read before the error.
    pub documents: Vec<Tree>,
    /// Where the text is not YAML, in its order; at most one for each document, beside aliases that name nothing.
    pub problems: Vec<Problem>,
    /// In the order of the text. After an error the rest of that document has none.
    pub comments: Vec<Comment>,
}

/// Why a text is not what it should be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    pub message: String,
    pub span: Span,
}

/// A comment (YAML 1.2.2, 6.6).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Comment {
    /// From the `#` to the end of the line, without the newline.
    pub span: Span,
    /// Only blanks stand before it in its line.
    pub own_line: bool,
}

/// Reads `text`, whatever it holds: what is wrong comes back as [`Stream::problems`].
pub fn parse(text: &str) -> Stream {
    build::stream(text)
}

#[cfg(test)]
mod tests;
