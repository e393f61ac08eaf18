//! Files as they lie on disk: bytes with a line index, spans, the kind of each file, and the walk that finds them.

mod classify;
pub mod discover;
mod file;
pub mod git_index;
mod mapped;
pub mod sources;
mod span;

pub use discover::{ReadError, read_stdin};
pub use file::{Custody, Kind, MAX_BYTES, Position, SourceFile, masked};
pub use mapped::{Mapped, Shift};
pub use sources::{Entry, Opened, Sources};
pub use span::{FileId, Location, Span};
