//! The checklist in Markdown, to be pasted into a ticket.

use std::fmt::Write as _;

use super::{Checklist, word};
use crate::checklist::{ControlResult, State};
use crate::report::markdown::{code, escaped};
use crate::report::matrix;

/// Of much evidence this much is shown.
const MOST_EVIDENCE: usize = 10;

/// Stays below GitHub's 1 MiB for a step summary.
const MOST_BYTES: usize = 1_000_000;

pub(super) fn text(checklist: &Checklist<'_>) -> String {
    let audit = checklist.audit;
    let mut text = format!("## {}\n\n{}\n", escaped(&checklist.verdict()), escaped(&checklist.counts()));
    for error in checklist.errors {
        let _ = write!(text, "\n> **error** {}: {}\n", code(&error.path), escaped(&error.message));
    }
    let table = matrix::markdown(&audit.matrix);
    if !table.is_empty() {
        let _ = write!(text, "\n### Services\n\n{table}");
    }
    let mut left = 0;
    for list in &audit.lists {
        let _ = write!(
            text,
            "\n### {}\n\n| state | control | what | severity | owner |\n|---|---|---|---|---|\n",
            escaped(&list.title)
        );
        let mut details = String::new();
        for state in State::ALL {
            for control in list.controls.iter().filter(|control| control.state == state) {
                let row = row(control);
                if text.len() + details.len() + row.len() > MOST_BYTES {
                    left += 1;
                    continue;
                }
                text.push_str(&row);
                details.push_str(&evidence(control));
            }
        }
        if text.len() + details.len() <= MOST_BYTES && !details.is_empty() {
            text.push('\n');
            text.push_str(&details);
        }
    }
    if !audit.notes.is_empty() {
        text.push_str("\n### Sign-offs and waivers to look at\n\n");
        for note in &audit.notes {
            let lapsed = if note.lapsed { "**lapsed** " } else { "" };
            let _ = writeln!(text, "- {lapsed}{} {}", code(&format!("{}:{}", note.path, note.line)), escaped(&note.message));
        }
    }
    if left > 0 {
        let _ = write!(text, "\n{left} more controls do not fit here; `-f json` has them all.\n");
    }
    text
}

fn row(control: &ControlResult) -> String {
    let state = if matches!(control.state, State::Fail | State::ManualOpen | State::NotCollected) {
        format!("**{}**", word(control.state))
    } else {
        word(control.state).to_owned()
    };
    let what = format!("{} {}", escaped(&control.title), escaped(&control.reason));
    format!("| {state} | {} | {what} | {} | {} |\n", code(&control.id), control.severity, escaped(&control.owner))
}

fn evidence(control: &ControlResult) -> String {
    let placed: Vec<_> = control.evidence.iter().filter(|evidence| evidence.path.is_some()).collect();
    if placed.is_empty() || matches!(control.state, State::Pass | State::NotApplicable) {
        return String::new();
    }
    let mut text = format!("<details><summary>{}</summary>\n\n", control.id);
    for evidence in placed.iter().take(MOST_EVIDENCE) {
        let rule = evidence.rule.map(|rule| format!(" {}", code(rule))).unwrap_or_default();
        let _ = writeln!(text, "- {}{rule} {}", code(&evidence.place()), escaped(&evidence.text));
    }
    if placed.len() > MOST_EVIDENCE {
        let _ = writeln!(text, "- and {} more", placed.len() - MOST_EVIDENCE);
    }
    text.push_str("\n</details>\n");
    text
}
