//! `concise`: a line for each finding, for grep, editors and screen readers.

use std::borrow::Cow;
use std::fmt::Write as _;
use std::io::{self, Write};

use rayon::prelude::*;

use crate::finding::{Applicability, Finding};
use crate::triage::{FileError, Judged};

use super::style::{self, BOLD, DIM, ERROR, HINT};
use super::summary::Summary;
use super::view::View;
use super::{Verbosity, full, visible};

/// So many lines are put together by one thread; for fewer no other one is started.
const LINES: usize = 512;

/// So many times as many are written at a time.
const AT_A_TIME: usize = 8;

pub(super) fn write(view: &View<'_>, out: &mut dyn Write) -> io::Result<()> {
    let run = view.run;
    if run.statistics {
        full::write_statistics(view, out)?;
    } else {
        // Some at a time, so that not all of the text is there at once.
        for some in run.outcome.findings.chunks(LINES * AT_A_TIME) {
            let parts: Vec<String> = match some.len() {
                ..=LINES => vec![lines(view, some)],
                _ => some.par_chunks(LINES).map(|part| lines(view, part)).collect(),
            };
            parts.iter().try_for_each(|lines| out.write_all(lines.as_bytes()))?;
        }
    }
    if run.verbosity == Verbosity::Verbose {
        full::write_suppressed(view, out)?;
    }
    for error in &run.outcome.errors {
        writeln!(out, "{}", error_line(view, error))?;
    }
    if run.verbosity > Verbosity::Quiet {
        writeln!(out, "{}", Summary::from_view(view).line())?;
    }
    Ok(())
}

fn lines(view: &View<'_>, judged: &[Judged]) -> String {
    let mut lines = String::with_capacity(judged.len() * 160);
    for judged in judged {
        push_line(&mut lines, view, &judged.finding);
        lines.push('\n');
    }
    lines
}

/// `path:line:col: severity[rule] message`
pub(super) fn line(view: &View<'_>, finding: &Finding) -> String {
    let mut line = String::new();
    push_line(&mut line, view, finding);
    line
}

fn push_line(text: &mut String, view: &View<'_>, finding: &Finding) {
    let style = view.run.style;
    let place = view.place(finding.primary);
    let mark = match finding.fix.as_ref().map(|fix| fix.applicability) {
        Some(Applicability::Safe) => " [fixable]",
        Some(Applicability::Unsafe) => " [unsafe fix]",
        Some(Applicability::Manual) | None => "",
    };
    let written = write!(
        text,
        "{}:{}:{}: {}{} {}{}",
        style.paint(BOLD, visible(place.path)),
        place.line,
        place.column,
        style.paint(style::severity(finding.severity), finding.severity),
        style.paint(DIM, format_args!("[{}]", rule_name(view, finding.rule))),
        visible(&finding.message),
        style.paint(HINT, mark),
    );
    debug_assert!(written.is_ok(), "a string takes every text");
}

pub(super) fn error_line(view: &View<'_>, error: &FileError) -> String {
    let style = view.run.style;
    format!("{}: {}: {}", style.paint(BOLD, visible(&error.path)), style.paint(ERROR, "error"), visible(&error.message))
}

/// The id of a rule, leading to its page where the terminal follows links.
pub(super) fn rule_name<'a>(view: &View<'_>, id: &'a str) -> Cow<'a, str> {
    match view.rule(id) {
        Some(rule) if view.run.style.hyperlinks => view.run.style.link(&rule.url(), id).into(),
        _ => id.into(),
    }
}
