//! `github`: workflow commands, from which GitHub Actions makes annotations. It shows ten of each kind in a step and drops
//! the rest in silence, so the worst come first, and what is beyond is listed as plain text.

use std::io::{self, Write};

use crate::finding::Finding;

use super::severity::{Command, mapped};
use super::summary::{Summary, plural};
use super::view::View;
use super::{Verbosity, concise, visible};

/// Annotations of a kind that a step shows.
const CAP: usize = 10;

pub(super) fn write(view: &View<'_>, out: &mut dyn Write) -> io::Result<()> {
    let mut beyond: Vec<String> = Vec::new();
    let mut findings: Vec<&Finding> = view.run.outcome.findings.iter().map(|judged| &*judged.finding).collect();
    findings.sort_by_key(|finding| std::cmp::Reverse(finding.severity));
    for kind in Command::ALL {
        let mut left = CAP;
        if kind == Command::Error {
            for error in &view.run.outcome.errors {
                if left > 0 {
                    let (path, message) = (property(&error.path), data(&error.message));
                    writeln!(out, "::error file={path},title=shipworthy (error)::{message}")?;
                    left -= 1;
                } else {
                    beyond.push(concise::error_line(view, error));
                }
            }
        }
        for finding in findings.iter().filter(|finding| mapped(finding.severity).command == kind) {
            if left > 0 {
                writeln!(out, "{}", annotation(view, kind, finding))?;
                left -= 1;
            } else {
                beyond.push(concise::line(view, finding));
            }
        }
    }
    if !beyond.is_empty() {
        writeln!(out, "{} without an annotation, since GitHub shows ten of each kind:", plural(beyond.len(), "finding"))?;
        for line in beyond {
            // A line of a log must not start with `::` nor hold `##[`: the runner would take it for a command.
            writeln!(out, "- {}", line.replace("##[", "# #["))?;
        }
    }
    if view.run.verbosity > Verbosity::Quiet {
        writeln!(out, "{}", Summary::from_view(view).line())?;
    }
    Ok(())
}

fn annotation(view: &View<'_>, kind: Command, finding: &Finding) -> String {
    let place = view.place(finding.primary);
    let mut annotation = format!("::{} file={},line={}", kind.name(), property(place.path), place.line);
    if place.end_line == place.line {
        // GitHub refuses columns on a region of several lines, and draws an empty one nowhere.
        let end = place.end_column.max(place.column + 1);
        annotation += &format!(",endLine={},col={},endColumn={end}", place.line, place.column);
    } else {
        annotation += &format!(",endLine={}", place.end_line);
    }
    let title = format!("shipworthy ({})", finding.rule);
    annotation += &format!(",title={}::{}: {}", property(&title), finding.severity, data(&finding.message));
    if let Some(fix) = &finding.fix {
        annotation += &format!("%0AFix: {}", data(&fix.title));
    }
    annotation + &format!("%0ASee `shipworthy explain {}`", data(finding.rule))
}

fn data(text: &str) -> String {
    visible(text).replace('%', "%25")
}

fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}
