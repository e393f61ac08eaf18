//! `shipworthy audit`: what runs, judged as files are.

use std::fs;
use std::io::{self, Write};

use super::arguments::{AuditArguments, InputArguments};
use super::progress::Progress;
use super::session::Session;
use super::{Exit, Failure, check};
use crate::live::select::Selection;
use crate::live::{Snapshot, input};
use crate::report::Format;
use crate::source::{Kind, SourceFile};
use crate::triage::{self, FileError};

/// A snapshot, and under which name it is shown.
struct Seen {
    path: String,
    snapshot: Snapshot,
    /// The text of its file, where it comes from one and nothing was left out of it.
    text: Option<String>,
}

pub fn run(arguments: &AuditArguments) -> Result<Exit, Failure> {
    let progress = Progress::start(!arguments.output.no_progress);
    let mut seen = read(arguments)?;
    let selection = Selection {
        names: arguments.names.clone(),
        labels: arguments.label.clone(),
        compose_projects: arguments.compose_project.clone(),
    };
    if selection.is_some() {
        for seen in &mut seen {
            selection.apply(&mut seen.snapshot);
            seen.text = None;
        }
        let missing = selection.missing(seen.iter().map(|seen| &seen.snapshot));
        if !missing.is_empty() {
            return Err(Failure::new(format_args!("there is no container {}", missing.join(", no container "))));
        }
    }
    if let Some(path) = &arguments.save {
        let whole = Snapshot {
            taken: seen.first().map(|seen| seen.snapshot.taken.clone()).unwrap_or_default(),
            engines: seen.iter().flat_map(|seen| seen.snapshot.engines.clone()).collect(),
            ..Snapshot::default()
        };
        fs::write(path, whole.text())
            .map_err(|error| Failure::new(format_args!("{}: cannot be written: {error}", path.display())))?;
    }
    progress.doing("checking");
    let mut errors = Vec::new();
    let mut incomplete = false;
    let mut containers = 0;
    for seen in &seen {
        for engine in &seen.snapshot.engines {
            containers += engine.containers.len();
            for gap in engine.not_seen.iter().filter(|gap| !gap.harmless) {
                incomplete = true;
                errors.push(FileError {
                    path: seen.path.clone(),
                    file: None,
                    message: format!("{}: not seen: {}", gap.what, gap.why),
                });
            }
        }
    }
    announce(arguments, &seen);
    let files = seen.into_iter().map(|seen| {
        let text = seen.text.unwrap_or_else(|| seen.snapshot.text());
        SourceFile::new(seen.path, Kind::Snapshot, text.into_bytes())
    });
    let input = InputArguments { config: arguments.config.clone(), isolated: arguments.isolated, ..InputArguments::default() };
    let overrides = check::overrides(&arguments.selection, &arguments.gate);
    let mut session = Session::of_files(files.collect(), &input, &overrides, arguments.selection.today)?;
    session.incomplete |= incomplete;
    session.errors.append(&mut errors);
    let rules = session.settings.rules(&session.registry);
    let findings = session.judge(&rules);
    let mut outcome = triage::triage(&session.project, &session.registry, findings, &session.settings);
    outcome.errors.append(&mut session.errors);
    progress.doing("writing");
    check::report(&session, &mut outcome, &arguments.output, &arguments.gate, &mut io::stdout().lock())?;
    drop(progress);
    Ok(match () {
        () if session.incomplete => Exit::Incomplete,
        () if outcome.fails() && !arguments.gate.exit_zero => Exit::Findings,
        () if containers == 0 && !arguments.allow_empty && !arguments.gate.exit_zero => Exit::Nothing,
        () => Exit::Success,
    })
}

/// The snapshots of the files that were named.
fn read(arguments: &AuditArguments) -> Result<Vec<Seen>, Failure> {
    let mut seen = Vec::new();
    for path in &arguments.input {
        let (snapshot, text) = input::read(path).map_err(|error| Failure::new(format_args!("{}: {error}", path.display())))?;
        seen.push(Seen { path: path.to_string_lossy().replace('\\', "/"), snapshot, text: Some(text) });
    }
    Ok(seen)
}

/// Which engine was looked at, in the formats that do not say so themselves.
fn announce(arguments: &AuditArguments, seen: &[Seen]) {
    let format = arguments.output.output_format.unwrap_or_default();
    if matches!(format, Format::Full) || arguments.output.quiet {
        return;
    }
    for engine in seen.iter().flat_map(|seen| &seen.snapshot.engines) {
        let _ = writeln!(io::stderr(), "shipworthy: audited {}", engine.headline());
    }
}
