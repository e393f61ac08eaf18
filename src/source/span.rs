//! Half-open byte ranges and the files that they lie in.

use std::ops::Range;

/// A half-open range of bytes in one file. Offsets are `u32`: no file above [`super::file::MAX_BYTES`] is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct Span {
    pub start: u32,
    pub end: u32,
}

impl Span {
    /// The bytes from `start` up to, not including, `end`; an inverted range becomes empty.
    pub const fn new(start: usize, end: usize) -> Self {
        let start = start as u32;
        let end = end as u32;
        Self { start, end: if end < start { start } else { end } }
    }

    /// The empty span before the byte at `at`: where an insertion goes.
    pub const fn empty(at: usize) -> Self {
        Self::new(at, at)
    }

    /// The offset of the first byte.
    pub const fn start(self) -> usize {
        self.start as usize
    }

    /// The offset behind the last byte.
    pub const fn end(self) -> usize {
        self.end as usize
    }

    /// How many bytes it covers.
    pub const fn len(self) -> usize {
        (self.end - self.start) as usize
    }

    /// Whether it is a place between bytes.
    pub const fn is_empty(self) -> bool {
        self.start == self.end
    }

    /// To index with.
    pub const fn range(self) -> Range<usize> {
        self.start as usize..self.end as usize
    }

    /// Whether `other` lies wholly inside.
    pub const fn contains(self, other: Self) -> bool {
        self.start <= other.start && other.end <= self.end
    }

    /// The smallest span that holds both.
    pub fn cover(self, other: Self) -> Self {
        Self { start: self.start.min(other.start), end: self.end.max(other.end) }
    }

    /// The text of the span; empty when the span does not fit the text.
    pub fn slice(self, text: &str) -> &str {
        text.get(self.range()).unwrap_or_default()
    }
}

impl From<Range<usize>> for Span {
    fn from(range: Range<usize>) -> Self {
        Self::new(range.start, range.end)
    }
}

/// The place of a file in [`crate::project::Project::documents`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct FileId(pub u32);

impl FileId {
    /// To index [`crate::project::Project::documents`] with.
    pub const fn index(self) -> usize {
        self.0 as usize
    }
}

/// A span in a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Location {
    pub file: FileId,
    pub span: Span,
}
