//! The lossless tree of a Dockerfile: items that tile the file, read as BuildKit's `parser.go` reads it.

use crate::source::Span;

use super::instruction::Instruction;

/// A whole file. [`parse`] never fails: what is wrong is in `problems`, and the rest is still there.
#[derive(Debug, Default)]
pub struct Tree {
    /// Every byte of the file in order: the spans of the items put together are the file.
    pub items: Vec<Item>,
    pub instructions: Vec<Instruction>,
    pub directives: Vec<Directive>,
    /// The escape character, `\` unless a directive says otherwise.
    pub escape: char,
    /// What BuildKit would refuse, in the order of the file.
    pub problems: Vec<Problem>,
}

/// A run of whole lines (or the byte order mark).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Item {
    /// With the newline that ends it.
    pub span: Span,
    pub kind: ItemKind,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ItemKind {
    ByteOrderMark,
    Blank,
    Comment,
    /// A parser directive; the index is one of [`Tree::directives`].
    Directive(usize),
    /// The index is one of [`Tree::instructions`].
    Instruction(usize),
}

/// `# name=value` at the head of the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Directive {
    /// In lower case: `syntax`, `escape` or `check`.
    pub name: String,
    pub value: String,
    pub span: Span,
    pub value_span: Span,
}

/// Something that BuildKit refuses. The words are in `rules/dockerfile/parse-error.yaml` and `build-error.yaml`:
/// `reason` names a variant there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    pub stage: ProblemStage,
    pub reason: &'static str,
    /// What the message names, such as `("flag", "--bogus")`.
    pub values: Vec<(&'static str, String)>,
    pub span: Span,
}

/// Which of the two rules reports a problem.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ProblemStage {
    /// BuildKit's parser refuses the text: `dockerfile/parse-error`.
    Parse,
    /// The text parses, but an instruction or the whole cannot be built: `dockerfile/build-error`.
    Build,
}
