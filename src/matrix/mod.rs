//! The service matrix: one row a service, one column a question, and behind each cell what was seen.
//!
//! A finding answers with no. That there is none is a yes only where the fact itself was looked at; otherwise the cell says that it was not
//! seen, and why.

mod attribution;
mod cell;
mod evidence;
mod facts;
mod subjects;
#[cfg(test)]
mod tests;

use schemars::JsonSchema;
use serde::Serialize;

use crate::catalog::matrix::{columns, names};
use crate::finding::Environment;
use crate::project::{Project, policy_scope};
use crate::rules::{Registry, Rule};
use crate::triage::Outcome;

pub use attribution::why as why_silenced;
pub use evidence::Evidence;

/// One row a service, with the answers of every column.
#[derive(Debug, Clone, Default, Serialize, JsonSchema)]
pub struct Matrix {
    pub columns: Vec<Column>,
    /// Services of compose projects first, then images that no compose file runs, then containers that nothing here was made for.
    pub rows: Vec<Row>,
}

/// A question.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Column {
    pub id: &'static str,
    pub heading: &'static str,
    pub question: &'static str,
}

/// A service, an image or a container.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Row {
    pub name: String,
    pub kind: RowKind,
    /// The file that says it: compose file, Dockerfile or snapshot.
    pub path: String,
    pub line: usize,
    /// What the file is for.
    #[schemars(with = "String")]
    pub environment: Environment,
    /// The containers of it that were seen.
    pub containers: Vec<String>,
    /// In the order of the columns.
    pub cells: Vec<Cell>,
}

/// What a row stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum RowKind {
    /// A service of a compose project.
    Service,
    /// A Dockerfile that no compose file builds.
    Image,
    /// A container that nothing in the files was made for.
    Container,
}

/// The answer to one question about one row.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Cell {
    pub column: &'static str,
    pub state: CellState,
    /// One sentence: what decided.
    pub reason: String,
    /// What the answer rests on, what decided first.
    pub evidence: Vec<Evidence>,
}

/// An answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum CellState {
    Pass,
    Fail,
    /// It would fail, and somebody answers for it: a comment, the configuration, the baseline or a waiver.
    Waived,
    NotApplicable,
    /// Nothing here shows it: never a pass.
    NotSeen,
}

impl CellState {
    pub const ALL: [Self; 5] = [Self::Pass, Self::Fail, Self::Waived, Self::NotApplicable, Self::NotSeen];

    /// As people read it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Pass => "pass",
            Self::Fail => "fail",
            Self::Waived => "waived",
            Self::NotApplicable => "not applicable",
            Self::NotSeen => "not seen",
        }
    }
}

impl Matrix {
    /// The matrix of a run. Every rule of [`rules`] has to have run, whatever the profile; what is silenced has to be in the outcome.
    pub fn of(project: &Project, outcome: &Outcome) -> Self {
        let scopes = policy_scope::scopes(project);
        let rows = subjects::subjects(project, &scopes).iter().map(|subject| row(project, outcome, subject)).collect();
        let columns = columns().iter();
        let columns = columns.map(|column| Column { id: &column.id, heading: &column.heading, question: &column.question });
        Self { columns: columns.collect(), rows }
    }

    /// How many cells have a state, those of rows that are for development left out.
    pub fn count(&self, state: CellState) -> usize {
        self.rows.iter().filter(|row| row.counts()).flat_map(|row| &row.cells).filter(|cell| cell.state == state).count()
    }
}

impl Row {
    /// Whether it is to go to production: what is for development is shown, and stops nobody.
    pub fn counts(&self) -> bool {
        self.environment != Environment::Development
    }

    /// The answer of a column.
    pub fn cell(&self, column: &str) -> Option<&Cell> {
        self.cells.iter().find(|cell| cell.column == column)
    }
}

/// The rules that some column asks.
pub fn rules(registry: &Registry) -> Vec<&'static Rule> {
    let named: Vec<&String> = columns().iter().flat_map(|column| column.fails.iter().chain(&column.says)).collect();
    registry.iter().filter(|rule| named.iter().any(|name| names(name, rule.id))).collect()
}

fn row(project: &Project, outcome: &Outcome, subject: &subjects::RowSubject<'_>) -> Row {
    let document = project.document(subject.place.file);
    let own = attribution::findings_of(outcome, subject);
    Row {
        name: subject.name.clone(),
        kind: subject.kind(),
        path: document.source.path.clone(),
        line: document.source.position(subject.place.span.start()).line,
        environment: document.environment,
        containers: subject.containers.iter().map(|seen| seen.container.name.clone()).collect(),
        cells: columns().iter().map(|column| cell::decide(project, column, subject, &own)).collect(),
    }
}
