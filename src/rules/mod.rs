//! Rules: their documents, the registry, the judges.

pub mod check;
mod registry;
pub mod rule;

pub use registry::{Registry, Selector, UnknownSelector};
pub use rule::Rule;

/// The rules in the binary, sorted by id. Made by `build.rs` from the documents in `rules/`.
pub static EMBEDDED: &[Rule] = &[];
