//! What the page of a checklist shows beside its controls: the findings of the profile that is configured, and all that decided something.

use rustc_hash::FxHashSet;

use super::Looked;
use crate::checklist::State;
use crate::cli::arguments::{ChecklistArguments, InputArguments, SelectionArguments};
use crate::cli::record::{self, About};
use crate::cli::{Exit, Failure, check, session};
use crate::config::Overrides;
use crate::matrix::CellState;
use crate::report::record::Record;
use crate::triage::{Judged, Outcome, Settings};

/// The findings of the page and the record of the run.
pub(super) struct Shown {
    pub outcome: Outcome,
    pub record: Record,
    pub settings: Settings,
}

pub(super) fn shown(looked: &Looked, arguments: &ChecklistArguments, exit: Exit) -> Result<Shown, Failure> {
    let input = &arguments.looked_at;
    let session = &looked.judged.session;
    let configs = session::configs(&InputArguments {
        config: input.config.clone(),
        isolated: input.isolated,
        ..InputArguments::default()
    })?;
    let today = session.project.today;
    let settings = Settings::of_project(&session.project, &configs, &Overrides::default(), &session.registry, today)?;
    let told = deciding(looked);
    let all = &looked.judged.outcome;
    let keeps = |judged: &&Judged| {
        settings.of(judged.finding.primary.file).keeps(&judged.finding) || told.contains(judged.fingerprint.as_str())
    };
    let mut outcome = Outcome {
        findings: all.findings.iter().filter(keeps).cloned().collect(),
        suppressed: all.suppressed.clone(),
        errors: all.errors.clone(),
        hidden: all.hidden,
        baseline: all.baseline,
    };
    check::draw_diffs(&session.project, &mut outcome);
    let selection = SelectionArguments::default();
    let mut input_arguments = Vec::new();
    if let Some(config) = &input.config {
        input_arguments.extend(["--config".to_owned(), config.to_string_lossy().into_owned()]);
    }
    input_arguments.extend(input.isolated.then(|| "--isolated".to_owned()));
    let about = About {
        targets: input.paths.iter().map(|path| path.to_string_lossy().into_owned()).collect(),
        input_arguments,
        selection: &selection,
        exit,
    };
    let mut record = record::record(session, arguments.no_timestamps, arguments.operator.as_ref(), &about);
    record.profile =
        "every rule decides; findings are those of the profile that is configured, and those that decided something".to_owned();
    Ok(Shown { outcome, record, settings })
}

/// The fingerprints of findings that made a cell or a control what it is.
fn deciding(looked: &Looked) -> FxHashSet<&str> {
    let audit = &looked.audit;
    let cells = audit.matrix.rows.iter().filter(|row| row.counts()).flat_map(|row| &row.cells);
    let cells = cells.filter(|cell| matches!(cell.state, CellState::Fail)).flat_map(|cell| &cell.evidence);
    let controls = audit.controls().filter(|control| matches!(control.state, State::Fail)).flat_map(|control| &control.evidence);
    cells.chain(controls).filter_map(|evidence| evidence.fingerprint.as_deref()).collect()
}
