//! `shipworthy checklist sign` and `waive`: a record more in the file that is committed.

use std::io::{self, Write};

use super::Looked;
use crate::checklist::{ControlResult, Record, RecordKind, State, digest_of, subjects_of_rule, write_record};
use crate::cli::arguments::{SignArguments, WaiveArguments};
use crate::cli::progress::Progress;
use crate::cli::{Exit, Failure};

pub fn sign(arguments: &SignArguments) -> Result<Exit, Failure> {
    let looked = Looked::at(&arguments.looked_at, &Progress::start(false))?;
    let unknown = |message| Failure::new(format_args!("{message}\nhelp: `shipworthy checklist` shows all controls"));
    let target = looked.lists.full_name(&arguments.control).map_err(unknown)?;
    let control = control(&looked, &target)?;
    if control.statement.is_none() {
        return Err(Failure::new(format_args!(
            "`{target}` is decided by what is seen, and no person can sign it\nhelp: `shipworthy checklist waive` answers for what does not hold"
        )));
    }
    if matches!(control.state, State::Fail | State::NotApplicable | State::Pass) {
        return Err(Failure::new(format_args!("`{target}` waits for nobody: {}", control.reason)));
    }
    let project = &looked.judged.session.project;
    for file in &arguments.file {
        if !project.documents.iter().any(|document| document.source.path == *file) {
            return Err(Failure::new(format_args!("`{file}` is none of the files that were read")));
        }
    }
    let (_, own) = target.split_once('/').unwrap_or(("", &target));
    let definition = looked.lists.controls().find(|(list, control)| target == format!("{list}/{}", control.id));
    let digest = definition.and_then(|(_, control)| digest_of(project, control, &arguments.file));
    let Some(digest) = digest else {
        return Err(Failure::new(format_args!("`{own}` is signed for the images that run: name a snapshot with --input")));
    };
    let record = Record {
        kind: RecordKind::SignOff,
        target,
        is_rule: false,
        by: arguments.by.clone(),
        on: project.today,
        words: arguments.statement.clone(),
        until: arguments.until,
        ticket: arguments.ticket.clone(),
        evidence: arguments.evidence.clone(),
        files: arguments.file.clone(),
        digest: Some(digest),
        findings: Vec::new(),
        line: 0,
    };
    keep(&looked, &record)
}

pub fn waive(arguments: &WaiveArguments) -> Result<Exit, Failure> {
    let looked = Looked::at(&arguments.looked_at, &Progress::start(false))?;
    let project = &looked.judged.session.project;
    if arguments.until < project.today {
        return Err(Failure::new(format_args!("{} is past: a waiver holds from today", arguments.until)));
    }
    let mut record = Record {
        kind: RecordKind::Waiver,
        target: arguments.target.clone(),
        is_rule: false,
        by: arguments.by.clone(),
        on: project.today,
        words: arguments.reason.clone(),
        until: Some(arguments.until),
        ticket: arguments.ticket.clone(),
        evidence: None,
        files: arguments.file.clone(),
        digest: None,
        findings: Vec::new(),
        line: 0,
    };
    match looked.lists.full_name(&arguments.target) {
        Ok(target) => {
            let control = control(&looked, &target)?;
            if control.state.holds() {
                return Err(Failure::new(format_args!("`{target}` holds, {}: there is nothing to waive", control.state.name())));
            }
            if !arguments.file.is_empty() {
                return Err(Failure::new("--file is for waivers of rules: that of a control speaks of what it says now"));
            }
            record.findings = control.subjects.clone();
            record.digest = if control.subjects.is_empty() { control.digest.clone() } else { None };
            record.target = target;
        }
        Err(no_control) => {
            let session = &looked.judged.session;
            let outcome = &looked.judged.outcome;
            let found = subjects_of_rule(project, &session.registry, outcome, &arguments.target, &arguments.file);
            let findings = found.map_err(|no_rule| match session.registry.selector(&arguments.target) {
                Ok(_) => Failure::new(no_rule),
                Err(_) => Failure::new(format_args!("{no_control}, and {no_rule}")),
            })?;
            if findings.is_empty() {
                return Err(Failure::new(format_args!("there is no finding of `{}` to waive", arguments.target)));
            }
            record.is_rule = true;
            record.findings = findings;
        }
    }
    keep(&looked, &record)
}

fn control<'l>(looked: &'l Looked, target: &str) -> Result<&'l ControlResult, Failure> {
    let found = looked.audit.controls().find(|control| control.id == target);
    found.ok_or_else(|| Failure::new(format_args!("there is no control `{target}` in the lists that hold")))
}

/// Writes the file whole, or not at all, and never over what changed meanwhile.
fn keep(looked: &Looked, record: &Record) -> Result<Exit, Failure> {
    if looked.records.path.as_os_str().is_empty() {
        return Err(Failure::new("--isolated knows no file of sign-offs"));
    }
    for (flag, text) in [("--by", &record.by), ("what is stated", &record.words)] {
        if text.trim().is_empty() {
            return Err(Failure::new(format_args!("{flag} cannot be empty")));
        }
    }
    let (path, shown) = (&looked.records.path, &looked.records.shown);
    let text = write_record(&looked.records.text, record).map_err(|why| Failure::new(format_args!("{shown}: {why}")))?;
    crate::fix::replace(path, looked.records.text.as_bytes(), text.as_bytes()).map_err(Failure::new)?;
    let what = if record.is_rule { "rule" } else { "control" };
    let until = record.until.map(|until| format!(", until {until}")).unwrap_or_default();
    let line = format!("{shown}: {} of the {what} {} by {}{until}\n", record.kind.name(), record.target, record.by);
    crate::cli::tolerate_closed_pipe(io::stdout().lock().write_all(line.as_bytes()))?;
    Ok(Exit::Success)
}
