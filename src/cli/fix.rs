//! `shipworthy fix`: apply what may be applied, or show it as a patch.

use std::io::{self, Write};

use super::arguments::{FixArguments, GateArguments, InputArguments, OutputArguments, SelectionArguments};
use super::progress::Progress;
use super::session::Session;
use super::{Exit, Failure, check};
use crate::finding::Applicability;
use crate::fix::{self, ByRules, Judge, Outcome, Request};
use crate::triage;

/// What `fix`, `check --fix` and `check --diff` have in common.
pub struct Order<'a> {
    pub input: &'a InputArguments,
    pub selection: &'a SelectionArguments,
    pub output: &'a OutputArguments,
    pub gate: &'a GateArguments,
    pub diff: bool,
    pub unsafe_fixes: bool,
}

impl<'a> From<&'a FixArguments> for Order<'a> {
    fn from(arguments: &'a FixArguments) -> Self {
        let FixArguments { input, selection, output, gate, diff, unsafe_fixes } = arguments;
        Self { input, selection, output, gate, diff: *diff, unsafe_fixes: *unsafe_fixes }
    }
}

pub fn run(order: &Order<'_>) -> Result<Exit, Failure> {
    if order.input.staged || order.input.since.is_some() {
        return Err(Failure::new("a fix knows no changes: name the files instead of --staged or --since"));
    }
    let progress = Progress::start(!order.output.no_progress);
    let overrides = check::overrides(order.selection, order.gate);
    let mut session = Session::open(order.input, &overrides, order.selection.today)?;
    if session.project.documents.is_empty() && session.errors.is_empty() {
        drop(progress);
        return check::nothing(order.input, order.gate, order.output, &session);
    }
    progress.doing("fixing");
    let judge = ByRules::new(&session.project, &session.registry, &session.settings);
    let start = judge.judge(&[]);
    let request = Request {
        least: if order.unsafe_fixes { Applicability::Unsafe } else { Applicability::Safe },
        spare_secrets: order.diff && !order.input.show_secrets,
        ..Request::default()
    };
    let outcome = fix::fix(start, &judge, &request);
    drop(progress);
    session.fail_unread();
    for &file in &outcome.last.failed {
        session.fail(file, "a rule failed");
    }
    if order.diff { show(&session, order, &outcome) } else { write(&session, order, outcome) }
}

/// Prints the patch and nothing else on standard output.
fn show(session: &Session, order: &Order<'_>, outcome: &Outcome) -> Result<Exit, Failure> {
    let patch = fix::patch(&outcome.files, order.input.show_secrets);
    super::tolerate_closed_pipe(io::stdout().lock().write_all(&patch.text))?;
    let mut messages = io::stderr().lock();
    for path in &patch.withheld {
        let _ = writeln!(messages, "shipworthy: {path}: not in the patch, which would show a secret (--show-secrets)");
    }
    explain(session, order, outcome, &mut messages);
    Ok(match () {
        () if session.incomplete => Exit::Incomplete,
        () if (!patch.text.is_empty() || !patch.withheld.is_empty()) && !order.gate.exit_zero => Exit::Findings,
        () => Exit::Success,
    })
}

/// Writes the files, then says what is left as `check` would. What came through standard input leaves through standard output,
/// fixed or not; all that is said of it goes to standard error then.
fn write(session: &Session, order: &Order<'_>, mut outcome: Outcome) -> Result<Exit, Failure> {
    let mut written = 0;
    let streamed = session.project.documents.iter().find(|document| document.source.location.is_none());
    if let Some(document) = streamed {
        let fixed = outcome.files.iter().position(|file| file.file == document.file).map(|index| outcome.files.remove(index));
        written += usize::from(fixed.is_some());
        let bytes = fixed.as_ref().map_or(document.source.bytes(), |file| &file.after);
        super::tolerate_closed_pipe(io::stdout().lock().write_all(bytes))?;
    }
    let mut messages = io::stderr().lock();
    let results = fix::write(&session.project, &outcome.files);
    let mut unwritten = false;
    for result in &results {
        match result {
            Ok(()) => written += 1,
            Err(error) => {
                unwritten = true;
                let _ = writeln!(messages, "shipworthy: {error}");
            }
        }
    }
    let applied: usize = outcome.applied_by_rule().values().sum();
    if !order.output.quiet && applied > 0 {
        let _ = writeln!(messages, "fixed {applied} finding{} in {written} file{}", plural(applied), plural(written));
        if order.output.verbose > 0 || order.output.statistics {
            for (rule, count) in outcome.applied_by_rule() {
                let _ = writeln!(messages, "  {count:5}  {rule}");
            }
        }
    }
    explain(session, order, &outcome, &mut messages);
    drop(messages);
    let project = outcome.last.project.clone();
    let mut after = Session {
        registry: session.registry.clone(),
        project,
        settings: session.settings.clone(),
        errors: session.errors.clone(),
        incomplete: session.incomplete || unwritten,
        excluded: session.excluded,
    };
    let rules = after.settings.rules(&after.registry);
    let findings = after.judge(&rules);
    let mut left = triage::triage(&after.project, &after.registry, findings, &after.settings);
    if written > 0 {
        super::baseline::prune(order.input, &after, &left)?;
    }
    super::baseline::apply(order.input, &after, &mut left)?;
    left.errors.append(&mut after.errors);
    let mut out: Box<dyn Write> = if streamed.is_some() { Box::new(io::stderr().lock()) } else { Box::new(io::stdout().lock()) };
    let exit = check::exit(&after, &left, order.input, order.gate);
    let about = check::about(order.input, order.selection, exit);
    check::report(&after, &mut left, order.output, order.gate, &about, &mut *out)?;
    Ok(exit)
}

/// What was not fixed although it might have been.
fn explain(session: &Session, order: &Order<'_>, outcome: &Outcome, messages: &mut impl Write) {
    for error in &session.errors {
        let _ = writeln!(messages, "shipworthy: {}: {}", error.path, error.message);
    }
    if order.output.verbose > 0 {
        for withdrawn in &outcome.withdrawn {
            let (path, line, rule, reason) = (&withdrawn.path, withdrawn.line, withdrawn.rule, &withdrawn.reason);
            let _ = writeln!(messages, "shipworthy: {path}:{line}: {rule} is not fixed: {reason}");
        }
    }
    if !outcome.converged {
        let _ =
            writeln!(messages, "shipworthy: some fixes undo each other and were left out: a bug of shipworthy, please report it");
    }
}

fn plural(count: usize) -> &'static str {
    if count == 1 { "" } else { "s" }
}
