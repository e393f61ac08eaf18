//! Engines and what runs on them: how they are asked, and the snapshot of what they answered.

pub mod answer;
pub mod client;
pub mod collect;
mod convert;
mod document;
pub mod endpoint;
pub mod input;
pub mod mounts;
pub mod probe;
pub mod redact;
pub mod select;
pub mod services;
pub mod snapshot;
pub mod state;
mod transport;
pub mod users;
pub mod words;

pub use document::{Part, SnapshotDocument, SnapshotError, Subject};
pub use snapshot::{Container, Engine, Image, Snapshot};
