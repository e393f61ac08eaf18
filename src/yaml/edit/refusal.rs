//! Why a change is refused.

use std::fmt;

use crate::source::Span;

/// A change that would touch more than what was asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Refusal {
    pub reason: Reason,
    /// The place that is in the way: an alias, a merge key, a duplicate, …
    pub at: Span,
}

impl Refusal {
    pub(super) const fn new(reason: Reason, at: Span) -> Self {
        Self { reason, at }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reason {
    /// The value comes by this alias.
    Alias,
    /// The value comes, or would then come, by a merge key.
    Merge,
    /// This alias reads the same bytes.
    Shared,
    /// This alias names an anchor that would go.
    Anchor,
    /// `!reset` leaves nothing of the value.
    Reset,
    /// A tag says what type the value has.
    Tag,
    /// The key stands here once more.
    Duplicate,
    /// The whole document.
    Root,
    /// The node is of another kind.
    Shape,
    /// What stands here would be read as a part of the text above it.
    Absorbed,
    /// The text is not YAML.
    Broken,
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Alias => "the value comes by an alias",
            Self::Merge => "the value comes by a merge key",
            Self::Shared => "an alias reads the same value",
            Self::Anchor => "an alias needs an anchor in it",
            Self::Reset => "`!reset` removes the value",
            Self::Tag => "a tag gives the value its type",
            Self::Duplicate => "the key stands there twice",
            Self::Root => "it is the whole document",
            Self::Shape => "it is written in another form",
            Self::Absorbed => "what follows would become a part of the text above it",
            Self::Broken => "the file is not valid YAML",
        })
    }
}
