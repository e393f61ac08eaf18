//! The controls of a checklist for a page: each with what decided it, and a place to sign for those that wait for a person.

use rustc_hash::FxHashSet;

use crate::checklist::{Audit, ControlResult, RecordKind, State};

use super::services::{ServiceEvidence, evidence_of};
use super::slug;

/// A list with its controls.
pub(in crate::report) struct ControlList<'v> {
    pub id: &'v str,
    pub title: &'v str,
    pub about: &'v str,
    pub controls: Vec<ControlRow<'v>>,
}

/// A control.
pub(in crate::report) struct ControlRow<'v> {
    pub control: &'v ControlResult,
    pub anchor: String,
    pub evidence: Vec<ServiceEvidence<'v>>,
    /// Who answers for it, by a sign-off or a waiver.
    pub answered: Option<String>,
}

impl ControlRow<'_> {
    /// For the colours of a page.
    pub const fn class(&self) -> &'static str {
        match self.control.state {
            State::Fail => "fail",
            State::ManualOpen | State::NotCollected => "open",
            State::Waived => "waived",
            State::ManualSigned | State::Pass => "pass",
            State::NotApplicable => "none",
        }
    }

    pub const fn icon(&self) -> &'static str {
        match self.control.state {
            State::Fail => "✕",
            State::ManualOpen => "☐",
            State::NotCollected => "?",
            State::Waived => "~",
            State::ManualSigned => "✎",
            State::Pass => "✓",
            State::NotApplicable => "–",
        }
    }

    /// Whether a person has to look at it.
    pub fn is_open(&self) -> bool {
        self.control.state == State::ManualOpen
    }

    /// Its place among the others, worst first.
    pub fn rank(&self) -> usize {
        State::ALL.iter().position(|state| *state == self.control.state).unwrap_or_default()
    }
}

pub(super) fn lists<'v>(audit: &'v Audit, told: &FxHashSet<&str>) -> Vec<ControlList<'v>> {
    let row = |control: &'v ControlResult| ControlRow {
        control,
        anchor: format!("control-{}", slug(&control.id)),
        evidence: control.evidence.iter().map(|evidence| evidence_of(&control.reason, evidence, told)).collect(),
        answered: control.record.as_ref().map(|record| {
            let what = match record.kind {
                RecordKind::Waiver => "waived",
                _ => "signed",
            };
            let until = record.until.map(|until| format!(", until {until}")).unwrap_or_default();
            let ticket = record.ticket.as_ref().map(|ticket| format!(", {ticket}")).unwrap_or_default();
            let seen = record.evidence.as_ref().map(|evidence| format!(" ({evidence})")).unwrap_or_default();
            format!("{what} by {} on {}{until}{ticket}: {}{seen}", record.by, record.on, record.words)
        }),
    };
    let lists = audit.lists.iter().map(|list| {
        let mut controls: Vec<ControlRow<'v>> = list.controls.iter().map(row).collect();
        // What stops a release first, and of that what matters most; else as in the list.
        controls.sort_by_key(|row| (row.rank(), std::cmp::Reverse(row.control.severity)));
        ControlList { id: &list.id, title: &list.title, about: &list.about, controls }
    });
    lists.collect()
}
