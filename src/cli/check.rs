//! `shipworthy check`: judge, triage, report.

use std::fs;
use std::io::{self, Write};

use jiff::civil::Date;
use rayon::prelude::*;

use super::arguments::{CheckArguments, GateArguments, InputArguments, OutputArguments, SelectionArguments};
use super::changes::Changes;
use super::progress::Progress;
use super::record::{self, About};
use super::session::Session;
use super::{Exit, Failure, terminal};
use crate::catalog;
use crate::config::Overrides;
use crate::fix;
use crate::project::Project;
use crate::report::{self, Comparison, Format, Run, Style, Verbosity};
use crate::rules::{Afterwards, Rule};
use crate::triage::{self, FailOn, Outcome};

pub fn run(arguments: &CheckArguments) -> Result<Exit, Failure> {
    if arguments.fix || arguments.diff {
        return super::fix::run(&super::fix::Order {
            input: &arguments.input,
            selection: &arguments.selection,
            output: &arguments.output,
            gate: &arguments.gate,
            diff: arguments.diff,
            unsafe_fixes: arguments.unsafe_fixes,
        });
    }
    let progress = Progress::start(!arguments.output.no_progress);
    let overrides = overrides(&arguments.selection, &arguments.gate);
    let mut session = Session::open(&arguments.input, &overrides, arguments.selection.today)?;
    if session.project.documents.is_empty() && session.errors.is_empty() {
        drop(progress);
        return nothing(&arguments.input, &arguments.gate, &arguments.output, &session);
    }
    progress.doing("checking");
    let changes = Changes::of(&arguments.input)?;
    if let Some(changes) = &changes {
        changes.stage(&mut session)?;
    }
    let rules = session.settings.rules(&session.registry);
    if !arguments.output.quiet {
        say_what_is_missing(&rules);
        say_what_is_old(session.project.today);
    }
    let waivers = super::checklist::waivers(&arguments.input)?;
    let is_record = formats(&arguments.output).any(Format::is_kept);
    let asks_more = is_record || changes.is_some() || waivers.is_some();
    let findings = session.judge_for(&rules, if asks_more { Afterwards::Anything } else { Afterwards::Texts });
    session.settings.fingerprints = changes.is_some()
        || arguments.output.compare.is_some()
        || waivers.is_some()
        || formats(&arguments.output).any(Format::tells_fingerprints)
        || super::baseline::is_used(&arguments.input, &session);
    let mut outcome = triage::triage(&session.project, &session.registry, findings, &session.settings);
    // Lists first: what they name is still there, whether a change brought it or not.
    if let Some((path, config)) = &waivers {
        super::checklist::waive(path, config, &session, &mut outcome)?;
    }
    let listed = super::baseline::apply(&arguments.input, &session, &mut outcome)?;
    if let Some(changes) = &changes {
        changes.keep_new(&mut session, listed.as_ref(), &mut outcome)?;
    }
    triage::fold(&session.registry, &mut outcome);
    outcome.errors.append(&mut session.errors);
    progress.doing("writing");
    let exit = exit(&session, &outcome, &arguments.input, &arguments.gate);
    let about = about(&arguments.input, &arguments.selection, exit);
    report(&session, &mut outcome, &arguments.output, &arguments.gate, &about, &mut io::stdout().lock())?;
    drop(progress);
    // The process ends here: to give back each piece of its memory first takes as long as to report.
    std::mem::forget((session, outcome));
    Ok(exit)
}

/// What this build cannot check is said aloud: a rule that finds nothing is no pass.
pub fn say_what_is_missing(rules: &[&'static Rule]) {
    let missing = rules.iter().filter(|rule| !rule.is_available()).count();
    if missing > 0 {
        let _ = writeln!(
            io::stderr(),
            "shipworthy: this build has no feature `shellcheck`: {missing} of the rules about shell text find nothing, or less"
        );
    }
}

/// After how many days without a look at its sources a table of facts is called old.
const OLD_AFTER_DAYS: i32 = 366;

/// A table that nobody has compared with its sources for a year does not know the releases of that year.
pub fn say_what_is_old(today: Date) {
    let Some((table, date)) = catalog::oldest().filter(|(_, date)| (today - *date).get_days() > OLD_AFTER_DAYS) else { return };
    let _ = writeln!(
        io::stderr(),
        "shipworthy: the table of {table} is from {date}: what was released or ended since then is not known; a newer version of shipworthy knows more"
    );
}

/// What the command line says about settings.
pub fn overrides(selection: &SelectionArguments, gate: &GateArguments) -> Overrides {
    Overrides {
        profile: selection.profile,
        select: selection.select.clone(),
        extend_select: selection.extend_select.clone(),
        ignore: selection.ignore.clone(),
        min_severity: selection.min_severity,
        min_confidence: selection.min_confidence,
        fail_on: gate.fail_on,
        no_ignores: selection.no_ignores,
        trusted_registries: selection.trusted_registry.clone(),
        ..Overrides::default()
    }
}

/// What reports say of a run over files.
pub fn about<'a>(input: &InputArguments, selection: &'a SelectionArguments, exit: Exit) -> About<'a> {
    let mut input_arguments = Vec::new();
    if let Some(config) = &input.config {
        input_arguments.extend(["--config".to_owned(), config.to_string_lossy().into_owned()]);
    }
    input_arguments.extend(input.isolated.then(|| "--isolated".to_owned()));
    let targets = input.paths.iter().map(|path| path.to_string_lossy().into_owned()).collect();
    About { targets, input_arguments, selection, exit }
}

fn formats(output: &OutputArguments) -> impl Iterator<Item = Format> + '_ {
    output.output.iter().map(|file| file.format).chain([output.output_format.unwrap_or_default()])
}

/// Writes every format that was asked for, those without a file to `out`; diffs only where one of them shows them.
pub fn report(
    session: &Session,
    outcome: &mut Outcome,
    output: &OutputArguments,
    gate: &GateArguments,
    about: &About<'_>,
    out: &mut dyn Write,
) -> Result<(), Failure> {
    let format = output.output_format.unwrap_or_default();
    let formats: Vec<Format> = formats(output).collect();
    let statistics_only = output.statistics && output.output.is_empty() && matches!(format, Format::Full);
    let comparison = match &output.compare {
        Some(path) => {
            Some(Comparison::read(path, outcome).map_err(|error| Failure::new(format_args!("{}: {error}", path.display())))?)
        }
        None => None,
    };
    let record = formats
        .iter()
        .any(|format| format.is_kept())
        .then(|| record::record(session, output.no_timestamps, output.operator.as_ref(), about));
    if formats.into_iter().any(Format::shows_diffs) && !statistics_only {
        draw_diffs(&session.project, outcome);
    }
    let run = Run {
        project: &session.project,
        registry: &session.registry,
        outcome,
        fail_on: gate_of(session, gate),
        statistics: output.statistics,
        verbosity: match (output.quiet, output.verbose) {
            (true, _) => Verbosity::Quiet,
            (false, 0) => Verbosity::Normal,
            (false, _) => Verbosity::Verbose,
        },
        style: terminal::style(output.color),
        record: record.as_ref(),
        checklist: None,
        comparison: comparison.as_ref(),
    };
    write_files(&run, output)?;
    super::tolerate_closed_pipe(report::write(format, &run, out))
}

/// Works out the fix of each finding as a diff.
pub fn draw_diffs(project: &Project, outcome: &mut Outcome) {
    let diff = |judged: &mut triage::Judged| {
        let fix = judged.finding.fix.as_ref();
        judged.diff = fix.map(|fix| fix::excerpt(project, fix)).filter(|diff| !diff.is_empty());
    };
    if outcome.findings.len() < 64 {
        outcome.findings.iter_mut().for_each(diff);
    } else {
        outcome.findings.par_iter_mut().for_each(diff);
    }
}

/// The reports of `--output`, without the colours of the terminal.
fn write_files(run: &Run<'_>, output: &OutputArguments) -> Result<(), Failure> {
    let plain = Run { style: Style::plain(), ..*run };
    for file in &output.output {
        let cannot = |error: io::Error| Failure::new(format!("{}: cannot be written: {error}", file.path.display()));
        let mut target = fs::File::create(&file.path).map_err(cannot)?;
        report::write(file.format, &plain, &mut target).map_err(cannot)?;
    }
    Ok(())
}

/// The gate of the run: where configurations differ between files the strictest holds for the words of the summary.
fn gate_of(session: &Session, gate: &GateArguments) -> FailOn {
    gate.fail_on.unwrap_or_else(|| session.settings.fail_on())
}

/// DESIGN section 5: 2 for what could not be looked at, 1 for findings at the gate, 3 where nothing that was found is judged yet,
/// which is never a pass, else 0.
pub fn exit(session: &Session, outcome: &Outcome, input: &InputArguments, gate: &GateArguments) -> Exit {
    let judged = session.project.documents.iter().any(|document| !document.is_unread());
    match () {
        () if session.incomplete => Exit::Incomplete,
        () if outcome.fails() && !gate.exit_zero => Exit::Findings,
        () if !judged && !excused(input, gate) => Exit::Nothing,
        () => Exit::Success,
    }
}

/// Whether it is a success to have nothing to check.
fn excused(input: &InputArguments, gate: &GateArguments) -> bool {
    input.allow_empty || input.force_exclude || gate.exit_zero
}

/// No file of any kind: never a silent success.
pub fn nothing(
    input: &InputArguments,
    gate: &GateArguments,
    output: &OutputArguments,
    session: &Session,
) -> Result<Exit, Failure> {
    let excused = excused(input, gate);
    let outcome = Outcome::default();
    let run = Run {
        project: &session.project,
        registry: &session.registry,
        outcome: &outcome,
        fail_on: gate_of(session, gate),
        statistics: false,
        verbosity: Verbosity::Quiet,
        style: terminal::style(output.color),
        record: None,
        checklist: None,
        comparison: None,
    };
    let format = output.output_format.unwrap_or_default();
    write_files(&run, output)?;
    if !matches!(format, Format::Full | Format::Concise) {
        super::tolerate_closed_pipe(report::write(format, &run, &mut io::stdout().lock()))?;
    }
    if !excused && !output.quiet {
        let what = if input.paths.is_empty() {
            "nothing to check here: no Dockerfile, compose file, nginx configuration or env file"
        } else {
            "nothing to check: nothing that was named is a Dockerfile, compose file, nginx configuration or env file; --kind says which it is"
        };
        let _ = writeln!(io::stderr(), "shipworthy: {what} (--allow-empty makes this a success)");
    }
    Ok(if excused { Exit::Success } else { Exit::Nothing })
}
