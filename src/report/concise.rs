//! `concise`: a line for each finding, for grep, editors and screen readers.

use std::borrow::Cow;
use std::io::{self, Write};

use crate::finding::{Applicability, Finding};
use crate::triage::FileError;

use super::style::{self, BOLD, DIM, ERROR, HINT};
use super::summary::Summary;
use super::view::View;
use super::{Verbosity, full, visible};

pub(super) fn write(view: &View<'_>, out: &mut dyn Write) -> io::Result<()> {
    let run = view.run;
    if run.statistics {
        full::write_statistics(view, out)?;
    } else {
        for judged in &run.outcome.findings {
            writeln!(out, "{}", line(view, &judged.finding))?;
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

/// `path:line:col: severity[rule] message`
pub(super) fn line(view: &View<'_>, finding: &Finding) -> String {
    let style = view.run.style;
    let place = view.place(finding.primary);
    let mark = match finding.fix.as_ref().map(|fix| fix.applicability) {
        Some(Applicability::Safe) => " [fixable]",
        Some(Applicability::Unsafe) => " [unsafe fix]",
        Some(Applicability::Manual) | None => "",
    };
    format!(
        "{}:{}:{}: {}{} {}{}",
        style.paint(BOLD, visible(place.path)),
        place.line,
        place.column,
        style.paint(style::severity(finding.severity), finding.severity),
        style.paint(DIM, format_args!("[{}]", rule_name(view, finding.rule))),
        visible(&finding.message),
        style.paint(HINT, mark),
    )
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
