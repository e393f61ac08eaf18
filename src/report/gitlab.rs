//! `gitlab`: a Code Quality report (GitLab documentation, "Code Quality report format"). GitLab marks what a merge request brings by
//! comparing fingerprints, so lines may move.

use std::io::{self, Write};

use serde::Serialize;

use crate::triage::{FileError, Judged};

use super::severity::mapped;
use super::stream;
use super::view::View;

#[derive(Serialize)]
struct Issue<'a> {
    description: String,
    check_name: &'a str,
    fingerprint: String,
    severity: &'static str,
    location: Location<'a>,
}

#[derive(Serialize)]
struct Location<'a> {
    path: &'a str,
    lines: Lines,
}

#[derive(Serialize)]
struct Lines {
    begin: usize,
}

pub(super) fn write(view: &View<'_>, out: &mut dyn Write) -> io::Result<()> {
    let errors = view.run.outcome.errors.iter().map(of_error);
    let findings = view.run.outcome.findings.iter().map(|judged| of_finding(view, judged));
    stream::write_pretty(out, &errors.chain(findings).collect::<Vec<_>>())
}

fn of_finding<'a>(view: &View<'a>, judged: &'a Judged) -> Issue<'a> {
    let finding = &judged.finding;
    let place = view.place(finding.primary);
    Issue {
        description: finding.message.clone(),
        check_name: finding.rule,
        fingerprint: judged.fingerprint.clone(),
        severity: mapped(finding.severity).gitlab,
        location: Location { path: place.path, lines: Lines { begin: place.line } },
    }
}

fn of_error(error: &FileError) -> Issue<'_> {
    Issue {
        description: error.message.clone(),
        check_name: "error",
        fingerprint: format!("error {} {}", error.path, error.message),
        severity: "blocker",
        location: Location { path: &error.path, lines: Lines { begin: 1 } },
    }
}
