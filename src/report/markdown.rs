//! `markdown`: for the summary of a CI step, a ticket or a wiki. GitHub takes 1 MiB in a step summary: what does not fit is counted.

use std::io::{self, Write};

use crate::finding::{Finding, Severity};
use crate::triage::Judged;

use super::summary::{Summary, plural};
use super::view::View;
use super::{Verbosity, visible};

/// Stays below GitHub's 1 MiB for a step summary.
const MOST_BYTES: usize = 1_000_000;

pub(super) fn write(view: &View<'_>, out: &mut dyn Write) -> io::Result<()> {
    let summary = Summary::from_view(view);
    let mut text = String::new();
    if view.run.verbosity > Verbosity::Quiet {
        text.push_str(&format!("## shipworthy\n\n**{}**\n", escaped(&summary.verdict_words())));
        let details = summary.details();
        if !details.is_empty() {
            text.push('\n');
            details.iter().for_each(|(heading, words)| text.push_str(&format!("- {heading}: {}\n", escaped(words))));
        }
    }
    for error in &view.run.outcome.errors {
        text.push_str(&format!("\n> **error** {}: {}\n", code(&error.path), escaped(&error.message)));
    }
    let mut left = 0;
    for severity in Severity::ALL.iter().rev() {
        let here: Vec<&Judged> = view.run.outcome.findings.iter().filter(|judged| judged.finding.severity == *severity).collect();
        if here.is_empty() {
            continue;
        }
        let heading = format!("\n### {} ({})\n\n| where | what | rule | fix |\n|---|---|---|---|\n", severity.name(), here.len());
        if text.len() + heading.len() > MOST_BYTES {
            left += here.len();
            continue;
        }
        text.push_str(&heading);
        for judged in &here {
            let row = row(view, &judged.finding);
            if text.len() + row.len() > MOST_BYTES {
                left += 1;
            } else {
                text.push_str(&row);
            }
        }
    }
    let mut diffs = 0;
    for judged in view.run.outcome.findings.iter().filter(|judged| judged.diff.is_some()) {
        let block = diff(view, judged);
        if text.len() + block.len() > MOST_BYTES {
            diffs += 1;
        } else {
            text.push_str(&block);
        }
    }
    if left + diffs > 0 {
        let (findings, diffs) = (plural(left, "finding"), plural(diffs, "diff"));
        text.push_str(&format!("\n{findings} and {diffs} more do not fit here; `-f json` has them all.\n"));
    }
    out.write_all(text.as_bytes())
}

fn row(view: &View<'_>, finding: &Finding) -> String {
    let place = view.place(finding.primary);
    let rule = view.rule(finding.rule).map_or_else(|| code(finding.rule), |rule| format!("[{}]({})", code(rule.id), rule.url()));
    let fix = finding.fix.as_ref().map_or(String::new(), |fix| format!("{}: {}", fix.applicability, escaped(&fix.title)));
    let place = code(&format!("{}:{}:{}", place.path, place.line, place.column));
    format!("| {place} | {} | {rule} | {fix} |\n", escaped(&finding.message))
}

fn diff(view: &View<'_>, judged: &Judged) -> String {
    let finding = &judged.finding;
    let place = view.place(finding.primary);
    let diff = judged.diff.as_deref().unwrap_or_default();
    let lines: String = diff.lines().map(|line| format!("{}\n", visible(line))).collect();
    // A fence that is longer than any in the text.
    let longest = lines.split(|char| char != '`').map(str::len).max().unwrap_or_default();
    let fence = "`".repeat(longest.max(2) + 1);
    let title = html(&format!("{}:{} {}", place.path, place.line, finding.rule));
    format!("\n<details><summary>{title}</summary>\n\n{fence}diff\n{lines}{fence}\n\n</details>\n")
}

/// Text in a cell: no markup, no end of the cell.
pub(super) fn escaped(text: &str) -> String {
    // Code in backquotes stays code; all else that Markdown or HTML would read is taken literally.
    let mut escaped = String::with_capacity(text.len());
    for (index, part) in visible(text).split('`').enumerate() {
        if index > 0 {
            escaped.push('`');
        }
        if index % 2 == 1 {
            escaped.push_str(&part.replace('|', "\\|"));
            continue;
        }
        for char in part.chars() {
            match char {
                '\\' | '*' | '_' | '[' | ']' | '|' | '#' | '~' | '@' => escaped.extend(['\\', char]),
                '<' => escaped.push_str("&lt;"),
                '&' => escaped.push_str("&amp;"),
                char => escaped.push(char),
            }
        }
    }
    escaped
}

/// Text as code, whatever is in it.
pub(super) fn code(text: &str) -> String {
    let text = visible(text).replace('|', "\\|");
    if text.contains('`') { format!("`` {text} ``") } else { format!("`{text}`") }
}

fn html(text: &str) -> String {
    visible(text).replace('&', "&amp;").replace('<', "&lt;")
}
