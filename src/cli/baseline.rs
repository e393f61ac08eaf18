//! `shipworthy baseline`, and the baseline that a run goes by.

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use super::arguments::{BaselineArguments, BaselineCommand, InputArguments};
use super::session::Session;
use super::{Exit, Failure, check};
use crate::config::ConfigSet;
use crate::report::counted;
use crate::triage::baseline::{Applied, FILE_NAME};
use crate::triage::{self, Baseline, Outcome};

pub fn run(arguments: &BaselineArguments) -> Result<Exit, Failure> {
    let (order, what) = match &arguments.command {
        BaselineCommand::Create { order, .. } => (order, "create"),
        BaselineCommand::Update { order, .. } => (order, "update"),
        BaselineCommand::Prune { order } => (order, "prune"),
    };
    let overrides = check::overrides(&order.selection, &Default::default());
    let mut session = Session::open(&order.input, &overrides, order.selection.today)?;
    let path = named(&order.input, &session).unwrap_or_else(|| usual_place().join(FILE_NAME));
    let mut baseline = match &arguments.command {
        BaselineCommand::Create { force: false, .. } if path.exists() => {
            let path = path.display();
            return Err(Failure::new(format!(
                "{path} is there already: `shipworthy baseline update` keeps it up to date, --force replaces it"
            )));
        }
        BaselineCommand::Create { .. } => Baseline::empty(&path),
        BaselineCommand::Update { .. } | BaselineCommand::Prune { .. } => Baseline::load(&path)?,
    };
    let rules = session.settings.rules(&session.registry);
    let findings = session.judge(&rules);
    let outcome = triage::triage(&session.project, &session.registry, findings, &session.settings);
    let accept_new = match &arguments.command {
        BaselineCommand::Create { .. } => true,
        BaselineCommand::Update { accept_new, .. } => *accept_new,
        BaselineCommand::Prune { .. } => false,
    };
    let (dropped, added) = baseline.update(&session.project, &session.settings, &outcome, accept_new);
    baseline.save()?;
    for error in &session.errors {
        let _ = writeln!(io::stderr(), "shipworthy: {}: {}", error.path, error.message);
    }
    let (path, count) = (shown(&path), baseline.len());
    let words = match what {
        "create" => format!("{path}: {} known from now on; commit it with the files\n", counted(count, "finding")),
        _ => format!("{path}: {dropped} dropped, {added} added, {count} known\n"),
    };
    super::tolerate_closed_pipe(io::stdout().lock().write_all(words.as_bytes()))?;
    let left = outcome.findings.iter().filter(|judged| baseline.leaves(&session.settings, judged.finding.rule)).count();
    if left > 0 {
        let _ = writeln!(
            io::stderr(),
            "shipworthy: {} of files that do not parse stay{}: mend them, or leave the files out with `exclude`",
            counted(left, "finding"),
            if left == 1 { "s" } else { "" }
        );
    }
    let new = outcome.findings.len() - left;
    let unknown = new.saturating_sub(count);
    if what == "update" && unknown > 0 {
        let _ = writeln!(io::stderr(), "shipworthy: {unknown} new findings were not taken in; --accept-new does that");
    }
    Ok(if session.incomplete { Exit::Incomplete } else { Exit::Success })
}

/// Takes what the baseline of the run knows out of the outcome, and gives that baseline.
pub fn apply(input: &InputArguments, session: &Session, outcome: &mut Outcome) -> Result<Option<Baseline>, Failure> {
    let Some(path) = named(input, session) else { return Ok(None) };
    let baseline = Baseline::load(&path)?;
    let applied = baseline.apply(&session.project, &session.settings, outcome);
    outcome.baseline = Some(applied);
    let Applied { gone, .. } = applied;
    if gone > 0 {
        let path = shown(&path);
        let _ = writeln!(
            io::stderr(),
            "shipworthy: {path} lists {gone} finding{} that no longer occur{}: `shipworthy baseline prune`",
            if gone == 1 { "" } else { "s" },
            if gone == 1 { "s" } else { "" }
        );
    }
    Ok(Some(baseline))
}

/// After `fix` wrote files: what it mended is no longer known.
pub fn prune(input: &InputArguments, session: &Session, outcome: &Outcome) -> Result<(), Failure> {
    let Some(path) = named(input, session) else { return Ok(()) };
    let mut baseline = Baseline::load(&path)?;
    let (dropped, _) = baseline.update(&session.project, &session.settings, outcome, false);
    if dropped > 0 {
        baseline.save()?;
    }
    Ok(())
}

/// Whether findings will be compared with a baseline.
pub fn is_used(input: &InputArguments, session: &Session) -> bool {
    named(input, session).is_some()
}

/// The baseline of the command line, of the configuration, or the one that lies in the usual place.
fn named(input: &InputArguments, session: &Session) -> Option<PathBuf> {
    if let Some(path) = &input.baseline {
        return Some(path.clone());
    }
    if input.isolated {
        return None;
    }
    session.settings.baseline().or_else(|| Some(usual_place().join(FILE_NAME)).filter(|path| path.is_file()))
}

/// The folder of the nearest configuration, else the root of the repository, else the current folder.
pub(super) fn usual_place() -> PathBuf {
    let here = std::env::current_dir().unwrap_or_default();
    let configured = ConfigSet::nearest()
        .of_folder(Path::new("."))
        .ok()
        .and_then(|config| Some(Path::new(config.path()?).parent()?.to_owned()));
    let repository = || here.ancestors().find(|folder| folder.join(".git").exists()).map(Path::to_path_buf);
    let place = configured.or_else(repository).unwrap_or_else(|| here.clone());
    if place == here { PathBuf::new() } else { place }
}

pub(super) fn shown(path: &Path) -> String {
    let here = std::env::current_dir().unwrap_or_default();
    path.strip_prefix(here).unwrap_or(path).display().to_string()
}
