//! The service matrix for a page: each cell leads to what it rests on, and from there to the finding.

use rustc_hash::FxHashSet;

use crate::matrix::{CellState, Evidence, Matrix, Row};

use super::slug;

/// The rows of the matrix with the anchors of their cells.
pub(in crate::report) struct ServiceRow<'v> {
    pub name: &'v str,
    /// What it is, where it is no service for production.
    pub note: &'static str,
    pub place: String,
    pub cells: Vec<ServiceCell<'v>>,
}

/// An answer.
pub(in crate::report) struct ServiceCell<'v> {
    pub heading: &'static str,
    pub anchor: String,
    pub state: CellState,
    pub reason: &'v str,
    pub evidence: Vec<ServiceEvidence<'v>>,
}

/// What an answer rests on.
pub(in crate::report) struct ServiceEvidence<'v> {
    /// Empty where the reason says it already.
    pub text: &'v str,
    pub place: String,
    pub rule: &'static str,
    /// Where the finding is told, on the same page.
    pub anchor: Option<String>,
    pub waived: Option<&'v str>,
}

impl ServiceCell<'_> {
    /// For the colours of a page.
    pub const fn class(&self) -> &'static str {
        match self.state {
            CellState::Pass => "pass",
            CellState::Fail => "fail",
            CellState::Waived => "waived",
            CellState::NotApplicable => "none",
            CellState::NotSeen => "open",
        }
    }

    pub const fn icon(&self) -> &'static str {
        match self.state {
            CellState::Pass => "✓",
            CellState::Fail => "✕",
            CellState::Waived => "~",
            CellState::NotApplicable => "–",
            CellState::NotSeen => "?",
        }
    }
}

/// `told` are the fingerprints of the findings on the page.
pub(super) fn rows<'v>(matrix: &'v Matrix, told: &FxHashSet<&str>) -> Vec<ServiceRow<'v>> {
    matrix.rows.iter().enumerate().map(|(index, row)| one(matrix, index, row, told)).collect()
}

fn one<'v>(matrix: &'v Matrix, index: usize, row: &'v Row, told: &FxHashSet<&str>) -> ServiceRow<'v> {
    let cells = row.cells.iter().zip(&matrix.columns).map(|(cell, column)| ServiceCell {
        heading: column.heading,
        // The number, for two services may have one name.
        anchor: format!("service-{}-{}-{}", index + 1, slug(&row.name), slug(column.id)),
        state: cell.state,
        reason: &cell.reason,
        evidence: cell.evidence.iter().map(|evidence| evidence_of(&cell.reason, evidence, told)).collect(),
    });
    ServiceRow {
        name: &row.name,
        note: if row.counts() { "" } else { "for development" },
        place: format!("{}:{}", row.path, row.line),
        cells: cells.collect(),
    }
}

/// What an answer rests on; `reason` is said already.
pub(super) fn evidence_of<'v>(reason: &str, evidence: &'v Evidence, told: &FxHashSet<&str>) -> ServiceEvidence<'v> {
    let fingerprint = evidence.fingerprint.as_deref().filter(|fingerprint| told.contains(fingerprint));
    ServiceEvidence {
        text: if evidence.text == reason { "" } else { &evidence.text },
        place: evidence.place(),
        rule: evidence.rule.unwrap_or_default(),
        anchor: fingerprint.map(super::findings::anchor),
        waived: evidence.waived.as_deref(),
    }
}
