//! Files as they lie on disk: bytes with a line index, spans, the kind of each file, and the walk that finds them.

mod classify;
pub mod discover;
mod file;
mod mapped;
mod span;

pub use discover::{ReadError, read_stdin};
pub use file::{Kind, MAX_BYTES, Position, SourceFile, masked};
pub use mapped::Mapped;
pub use span::{FileId, Location, Span};
