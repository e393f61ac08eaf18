//! `markdown`: for the summary of a CI step, a ticket or a wiki. GitHub takes 1 MiB in a step summary: what does not fit is counted.

use std::io::{self, Write};

use crate::finding::Severity;
use crate::triage::Judged;

use super::page::{Fact, Page, RuleRow, State};
use super::summary::plural;
use super::view::View;
use super::{Verbosity, visible};

/// Stays below GitHub's 1 MiB for a step summary.
const MOST_BYTES: usize = 1_000_000;

pub(super) fn write(view: &View<'_>, out: &mut dyn Write) -> io::Result<()> {
    let page = Page::new(view, false);
    let mut text = String::new();
    let is_quiet = view.run.verbosity == Verbosity::Quiet;
    if !is_quiet {
        text.push_str(&format!("## shipworthy\n\n**{}**\n", escaped(&page.sentence)));
        if !page.details.is_empty() {
            text.push('\n');
            page.details.iter().for_each(|(heading, words)| text.push_str(&format!("- {heading}: {}\n", escaped(words))));
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
            let row = row(view, judged);
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
    // What is asked for last gives way first.
    let mut parts = 0;
    if !is_quiet {
        for (title, rows) in [since(&page), silenced(&page), rules(&page), files(&page), facts(&page)].into_iter().flatten() {
            let block = format!("\n<details><summary>{}</summary>\n\n{rows}\n</details>\n", html(&title));
            if text.len() + block.len() > MOST_BYTES {
                parts += 1;
            } else {
                text.push_str(&block);
            }
        }
    }
    if left + diffs + parts > 0 {
        let (findings, diffs, parts) = (plural(left, "finding"), plural(diffs, "diff"), plural(parts, "list"));
        text.push_str(&format!("\n{findings}, {diffs} and {parts} more do not fit here; `-f json` has them all.\n"));
    }
    out.write_all(text.as_bytes())
}

/// A heading and what stands below it.
type Part = Option<(String, String)>;

/// What changed since an earlier report.
fn since(page: &Page<'_>) -> Part {
    let comparison = page.comparison?;
    let mut rows = String::new();
    for (what, past) in page.past() {
        let place = code(&format!("{}:{}", past.path, past.line));
        rows.push_str(&format!("- {what}: {place} {} {}\n", code(&past.rule), escaped(&past.message)));
    }
    if rows.is_empty() {
        rows.push_str("Nothing is gone.\n");
    }
    Some((format!("Since {}: {}", comparison.path, comparison.words()), rows))
}

/// What does not count, and why.
fn silenced(page: &Page<'_>) -> Part {
    let mut rows = String::from("| where | what | rule | by | reason |\n|---|---|---|---|---|\n");
    for silenced in &page.silenced {
        let reason = silenced.reason.map(escaped).unwrap_or_default();
        let (place, rule) = (code(&silenced.place), code(silenced.rule));
        rows.push_str(&format!("| {place} | {} | {rule} | {} | {reason} |\n", escaped(silenced.message), silenced.by));
    }
    if page.silenced.is_empty() {
        rows = "No finding is waived, suppressed by a comment or the configuration, or known to a baseline.\n".to_owned();
    }
    if let Some(gone) = page.baseline_gone {
        let known = page.summary.suppressed.baseline;
        rows.push_str(&format!("\nAgainst the baseline: {} new, {known} known, {gone} mended since it was made.\n", page.total));
    }
    Some((format!("Waived, suppressed, known ({})", page.silenced.len()), rows))
}

/// What became of the rules: those that found something by name, the others by their number.
fn rules(page: &Page<'_>) -> Part {
    let mut rows = String::from("| rule | state | severity | findings |\n|---|---|---|---|\n");
    let told: Vec<&RuleRow> = page.rules.iter().filter(|row| !matches!(row.state, State::Pass | State::NotApplicable)).collect();
    for row in &told {
        let link = format!("[{}]({})", code(row.id), row.url);
        rows.push_str(&format!("| {link} | {} | {} | {} |\n", row.state.words(), row.severity, row.findings));
    }
    if told.is_empty() {
        rows.clear();
    }
    rows.push_str(&format!(
        "\n{} more do not apply: there is nothing here that they are for.\n",
        plural(page.coverage.not_applicable, "rule")
    ));
    Some((format!("Rules: {}", page.coverage.words()), rows))
}

/// What was read.
fn files(page: &Page<'_>) -> Part {
    let mut rows = String::from("| file | kind | state | findings | SHA-256 |\n|---|---|---|---|---|\n");
    for file in &page.files {
        let why = if file.why.is_empty() { String::new() } else { format!(": {}", escaped(&file.why)) };
        let (path, hash) = (code(file.path), code(&file.sha256));
        rows.push_str(&format!("| {path} | {} | {}{why} | {} | {hash} |\n", file.kind, file.status, file.findings));
    }
    (!page.files.is_empty()).then(|| (format!("Files ({})", page.files.len()), rows))
}

/// Who judged what, when, by which rules.
fn facts(page: &Page<'_>) -> Part {
    let value = |fact: &Fact| if fact.is_code { code(&fact.value) } else { escaped(&fact.value) };
    let rows = page.facts.iter().map(|fact| format!("- {}: {}\n", fact.name.to_lowercase(), value(fact))).collect();
    Some(("The run".to_owned(), rows))
}

fn row(view: &View<'_>, judged: &Judged) -> String {
    let finding = &judged.finding;
    let is_new = view.run.comparison.is_some_and(|comparison| comparison.is_new(&judged.fingerprint));
    let new = if is_new { "**new** " } else { "" };
    let place = view.place(finding.primary);
    let rule = view.rule(finding.rule).map_or_else(|| code(finding.rule), |rule| format!("[{}]({})", code(rule.id), rule.url()));
    let fix = finding.fix.as_ref().map_or(String::new(), |fix| format!("{}: {}", fix.applicability, escaped(&fix.title)));
    let place = code(&format!("{}:{}:{}", place.path, place.line, place.column));
    format!("| {place} | {new}{} | {rule} | {fix} |\n", escaped(&finding.message))
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
