//! Fixes applied: a conflict-free choice of them, the proof that they mend and break nothing, diffs, and the write to disk.

mod bisect;
mod by_rules;
mod diff;
pub mod edits;
mod excerpt;
mod history;
mod hunk;
mod prove;
mod secrets;
mod ties;
mod trial;
mod view;
mod write;

pub use by_rules::ByRules;
pub use diff::{Patch, patch};
pub use excerpt::excerpt;
pub use prove::{Applied, FixedFile, Judge, Judgement, Outcome, Reason, Request, Withdrawn, fix};
pub use write::{WriteError, WriteProblem, replace, write};
