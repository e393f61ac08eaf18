//! The service matrix as a table, in the terminal and in Markdown, with what its cells rest on.

use std::fmt::Write as _;

use anstyle::Style as Ansi;

use super::markdown::{code, escaped};
use super::style::{BOLD, DIM, ERROR, GOOD, HINT};
use super::{Style, visible};
use crate::matrix::{Cell, CellState, Column, Matrix, Row};
use crate::report::visible::width;

/// Names are cut here, so that eight columns fit beside them.
const MOST_NAME: usize = 30;

/// The table alone.
pub fn table(matrix: &Matrix, style: Style) -> String {
    let mut text = String::new();
    if matrix.rows.is_empty() {
        return text;
    }
    let names: Vec<String> = matrix.rows.iter().map(|row| shortened(&title(row), style)).collect();
    let first = names.iter().map(|name| width(name)).max().unwrap_or_default();
    let widths: Vec<usize> = matrix
        .columns
        .iter()
        .enumerate()
        .map(|(index, column)| {
            let cells = matrix.rows.iter().filter_map(|row| row.cells.get(index)).map(|cell| word(cell.state).len());
            cells.chain([column.heading.len()]).max().unwrap_or_default()
        })
        .collect();
    let _ = write!(text, "{}", " ".repeat(first));
    for (column, width) in matrix.columns.iter().zip(&widths) {
        let _ = write!(text, "  {}", style.paint(BOLD, format_args!("{:width$}", column.heading)));
    }
    text.push('\n');
    for (row, name) in matrix.rows.iter().zip(&names) {
        let _ = write!(text, "{name}{}", " ".repeat(first.saturating_sub(width(name))));
        for (cell, width) in row.cells.iter().zip(&widths) {
            let _ = write!(text, "  {}", style.paint(paint(cell.state), format_args!("{:width$}", word(cell.state))));
        }
        while text.ends_with(' ') {
            text.pop();
        }
        text.push('\n');
    }
    text
}

/// What cells rest on, a line each and their evidence below it.
pub fn details(matrix: &Matrix, style: Style, all: bool) -> String {
    let mut lines = String::new();
    for (row, column, cell) in answers(matrix).filter(|(row, _, cell)| all || is_told(row, cell)) {
        let state = style.paint(paint(cell.state), word(cell.state));
        let _ = writeln!(lines, "{state} {} {}: {}", visible(&row.name), column.heading.to_lowercase(), visible(&cell.reason));
        for evidence in shown(cell, all) {
            let place = visible(&evidence.place()).into_owned();
            let rule = evidence.rule.map(|rule| format!(" {rule}")).unwrap_or_default();
            let other = if evidence.text == cell.reason { String::new() } else { format!(" {}", visible(&evidence.text)) };
            let _ = writeln!(lines, "  {}{}{other}", style.paint(HINT, place), style.paint(DIM, rule));
        }
    }
    lines
}

/// The table in Markdown, with the same below it.
pub fn markdown(matrix: &Matrix) -> String {
    let mut text = String::new();
    if matrix.rows.is_empty() {
        return text;
    }
    let headings: Vec<&str> = matrix.columns.iter().map(|column| column.heading).collect();
    let _ = writeln!(text, "| Service | {} |", headings.join(" | "));
    let _ = writeln!(text, "|---|{}", "---|".repeat(headings.len()));
    for row in &matrix.rows {
        let cells: Vec<String> = row.cells.iter().map(|cell| strong(cell.state)).collect();
        let _ = writeln!(text, "| {} | {} |", code(&title(row)), cells.join(" | "));
    }
    let told: Vec<_> = answers(matrix).filter(|(row, _, cell)| is_told(row, cell)).collect();
    if !told.is_empty() {
        text.push('\n');
    }
    for (row, column, cell) in told {
        let places: Vec<String> = shown(cell, false)
            .map(|evidence| match evidence.rule {
                Some(rule) => format!("{} {}", code(&evidence.place()), code(rule)),
                None => code(&evidence.place()),
            })
            .collect();
        let (state, heading) = (strong(cell.state), column.heading.to_lowercase());
        let _ = writeln!(text, "- {state} {} {heading}: {} ({})", code(&row.name), escaped(&cell.reason), places.join(", "));
    }
    text
}

fn answers(matrix: &Matrix) -> impl Iterator<Item = (&Row, &Column, &Cell)> {
    matrix.rows.iter().flat_map(|row| matrix.columns.iter().zip(&row.cells).map(move |(column, cell)| (row, column, cell)))
}

/// The evidence that has a place; of much of it the first.
fn shown(cell: &Cell, all: bool) -> impl Iterator<Item = &crate::matrix::Evidence> {
    let most = if all { usize::MAX } else { 3 };
    cell.evidence.iter().filter(|evidence| evidence.path.is_some()).take(most)
}

fn is_told(row: &Row, cell: &Cell) -> bool {
    row.counts() && matches!(cell.state, CellState::Fail | CellState::Waived)
}

/// The name of a row; what is not for production says so.
fn title(row: &Row) -> String {
    if row.counts() { row.name.clone() } else { format!("{} (development)", row.name) }
}

/// The state in a table: what is bad stands out without any colour.
const fn word(state: CellState) -> &'static str {
    match state {
        CellState::Pass => "pass",
        CellState::Fail => "FAIL",
        CellState::Waived => "waived",
        CellState::NotApplicable => "n/a",
        CellState::NotSeen => "unseen",
    }
}

fn strong(state: CellState) -> String {
    match state {
        CellState::Fail => "**FAIL**".to_owned(),
        state => word(state).to_owned(),
    }
}

const fn paint(state: CellState) -> Ansi {
    match state {
        CellState::Pass => GOOD,
        CellState::Fail => ERROR,
        CellState::Waived => HINT,
        CellState::NotApplicable | CellState::NotSeen => DIM,
    }
}

/// A name that fits, its end kept: paths are told apart there.
fn shortened(name: &str, style: Style) -> String {
    let name = visible(name).into_owned();
    if width(&name) <= MOST_NAME {
        return name;
    }
    let mut kept = String::new();
    for char in name.chars().rev() {
        if width(&kept) + 2 > MOST_NAME - style.ellipsis().len() {
            break;
        }
        kept.insert(0, char);
    }
    format!("{}{kept}", style.ellipsis())
}
