//! The checklist: may this go to production? Each control is decided by rules, by the service matrix, by what runs, by a command, or by a
//! person who signs; what nobody has looked at is said, and is never a pass.

mod applies;
mod audit;
pub mod command;
mod decide;
mod digest;
mod document;
mod lists;
mod records;
mod tasks;
#[cfg(test)]
mod tests;
mod write;

use schemars::JsonSchema;
use serde::Serialize;

use crate::config::Stopping;
use crate::finding::Severity;
use crate::matrix::{Evidence, Matrix};

pub use audit::{Request, apply_waivers, audit, subjects_of_rule};
pub use decide::state_of_rules;
pub use digest::of_control as digest_of;
pub use document::{Command, Control, List, SCHEMA, embedded, embedded_names, load, parse};
pub use lists::{Lists, lists};
pub use records::{Record, RecordKind, Records};
pub use tasks::{Proposal, Ticked, UnknownName, propose, tick};
pub use write::write_record;

/// What a checklist says of a system.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Audit {
    pub summary: Summary,
    pub matrix: Matrix,
    pub lists: Vec<ListResult>,
    /// Sign-offs and waivers that somebody has to look at: lapsed, expired, soon to expire, unused, unknown.
    pub notes: Vec<Note>,
}

/// How many controls there are in each state, and what that means.
#[derive(Debug, Clone, Default, Serialize, JsonSchema)]
pub struct Summary {
    /// Nothing stops the release.
    pub worthy: bool,
    pub pass: usize,
    pub fail: usize,
    pub waived: usize,
    pub manual_open: usize,
    pub manual_signed: usize,
    pub not_applicable: usize,
    pub not_collected: usize,
    /// The states that stop a release.
    pub gate: Vec<Stopping>,
}

/// A list with what became of its controls.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct ListResult {
    pub id: String,
    pub title: String,
    pub about: String,
    pub controls: Vec<ControlResult>,
}

/// One control and what became of it.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct ControlResult {
    /// `list/control`
    pub id: String,
    pub title: String,
    pub group: String,
    pub why: String,
    pub severity: Severity,
    /// The role that answers for it.
    pub owner: String,
    pub state: State,
    /// One sentence: what decided.
    pub reason: String,
    pub evidence: Vec<Evidence>,
    /// What decides it: names of rules and columns, `command`, `manual`.
    pub decided_by: Vec<String>,
    /// What a person states when signing it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub statement: Option<String>,
    /// The sign-off or waiver that holds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub record: Option<RecordShown>,
    /// What keeps it open, each with a name that stays the same while it does; a waiver names them.
    #[serde(skip)]
    pub subjects: Vec<String>,
    /// What a sign-off of it speaks of, as a digest; `None` where that cannot be known here.
    #[serde(skip)]
    pub digest: Option<String>,
}

/// What became of a control.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum State {
    Pass,
    Fail,
    /// It would not pass, and somebody answers for that until a day.
    Waived,
    /// A person has to look, and nobody has signed, or not for what is there now.
    ManualOpen,
    ManualSigned,
    NotApplicable,
    /// What decides it was not looked at.
    NotCollected,
}

impl State {
    pub const ALL: [Self; 7] =
        [Self::Fail, Self::ManualOpen, Self::NotCollected, Self::Waived, Self::ManualSigned, Self::Pass, Self::NotApplicable];

    /// As people read it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Pass => "pass",
            Self::Fail => "fail",
            Self::Waived => "waived",
            Self::ManualOpen => "manual, open",
            Self::ManualSigned => "manual, signed",
            Self::NotApplicable => "not applicable",
            Self::NotCollected => "not collected",
        }
    }

    /// Whether all is well with it, for a box that is ticked.
    pub const fn holds(self) -> bool {
        matches!(self, Self::Pass | Self::ManualSigned | Self::Waived | Self::NotApplicable)
    }

    /// Whether it stops a release, by what the gate lists.
    pub fn stops(self, gate: &[Stopping]) -> bool {
        let stopping = match self {
            Self::Fail => Stopping::Fail,
            Self::ManualOpen => Stopping::ManualOpen,
            Self::NotCollected => Stopping::NotCollected,
            Self::Pass | Self::Waived | Self::ManualSigned | Self::NotApplicable => return false,
        };
        gate.contains(&stopping)
    }
}

/// A sign-off or waiver as it is shown.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct RecordShown {
    pub kind: RecordKind,
    pub by: String,
    #[schemars(with = "String")]
    pub on: jiff::civil::Date,
    /// What was stated, or why it is waived.
    pub words: String,
    #[schemars(with = "Option<String>")]
    pub until: Option<jiff::civil::Date>,
    pub ticket: Option<String>,
    pub evidence: Option<String>,
}

/// Something about a sign-off or a waiver that somebody has to look at.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Note {
    pub path: String,
    pub line: usize,
    pub message: String,
    /// What it spoke of is open again, or it speaks of nothing that there is.
    pub lapsed: bool,
}

impl Audit {
    /// Whether the release is stopped.
    pub fn stops(&self) -> bool {
        !self.summary.worthy
    }

    /// Every control with its list.
    pub fn controls(&self) -> impl Iterator<Item = &ControlResult> {
        self.lists.iter().flat_map(|list| &list.controls)
    }
}
