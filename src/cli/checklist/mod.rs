//! `shipworthy checklist`: may this go to production?

mod judged;

use std::io::{self, Write};

use super::arguments::{ChecklistArguments, ChecklistFormat};
use super::progress::Progress;
use super::{Exit, Failure, terminal};
use crate::matrix::{CellState, Matrix};
use crate::report;

pub fn run(arguments: &ChecklistArguments) -> Result<Exit, Failure> {
    let progress = Progress::start(!arguments.no_progress);
    let judged = judged::judge(arguments)?;
    let matrix = Matrix::of(&judged.session.project, &judged.outcome);
    drop(progress);
    let text = match arguments.output_format {
        ChecklistFormat::Full => report::matrix::terminal(&matrix, terminal::style(arguments.color), arguments.verbose),
        ChecklistFormat::Markdown => report::matrix::markdown(&matrix),
        ChecklistFormat::Json => serde_json::to_string_pretty(&matrix).unwrap_or_default() + "\n",
    };
    super::tolerate_closed_pipe(io::stdout().lock().write_all(text.as_bytes()))?;
    Ok(match () {
        () if judged.session.incomplete => Exit::Incomplete,
        () if matrix.count(CellState::Fail) > 0 => Exit::Findings,
        () => Exit::Success,
    })
}
