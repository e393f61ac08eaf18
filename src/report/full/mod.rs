//! `full`: what is wrong, where, why, and what to do about it, for somebody who has never seen the rule.

mod excerpt;
mod fleet;
mod patch;
mod window;

pub(super) use fleet::{HEADINGS, evidence_lines as evidence, row as container_row};

use std::fmt::Write as _;
use std::io::{self, Write};

use miette::{GraphicalReportHandler, GraphicalTheme, ThemeCharacters, ThemeStyles};
use rustc_hash::FxHashSet;

use crate::finding::{Applicability, Confidence, Finding, Severity};
use crate::source::{FileId, Location};
use crate::triage::{Judged, SuppressedBy};

use super::style::{self, BOLD, DIM, ERROR, GOOD, HINT};
use super::summary::{Summary, Verdict};
use super::view::View;
use super::visible::{visible, wrap};
use super::{Verbosity, concise};
use excerpt::{Excerpt, Mark};

/// Related places of a finding that are drawn; the rest is counted.
const MAX_RELATED: usize = 8;

pub(super) fn write(view: &View<'_>, out: &mut dyn Write) -> io::Result<()> {
    let run = view.run;
    fleet::write_tables(view, out)?;
    if run.statistics {
        write_statistics(view, out)?;
    } else {
        let mut explained = FxHashSet::default();
        let mut page = String::new();
        for judged in &run.outcome.findings {
            page.clear();
            draw(view, judged, explained.insert(judged.finding.rule), &mut page).map_err(io::Error::other)?;
            writeln!(out, "{page}")?;
        }
    }
    if run.verbosity == Verbosity::Verbose {
        write_suppressed(view, out)?;
    }
    for error in &run.outcome.errors {
        writeln!(out, "{}", concise::error_line(view, error))?;
    }
    if run.verbosity > Verbosity::Quiet {
        write_summary(view, out)?;
    }
    Ok(())
}

/// One finding. Why the rule exists is told only the `first` time.
fn draw(view: &View<'_>, judged: &Judged, first: bool, page: &mut String) -> std::fmt::Result {
    let style = view.run.style;
    let finding = &judged.finding;
    let severity = style::severity(finding.severity);
    let message = visible(&finding.message);
    let name = concise::rule_name(view, finding.rule);
    writeln!(page, "{}: {}", style.paint(severity, format_args!("{}[{name}]", finding.severity)), style.paint(BOLD, message))?;
    if view.document(finding.primary.file).snapshot().is_some() {
        fleet::draw_evidence(view, finding, page)?;
    }
    for excerpt in excerpts(view, finding) {
        draw_excerpt(view, finding.severity, excerpt, page)?;
    }
    if let Some(more) = finding.related.len().checked_sub(MAX_RELATED + 1) {
        note(view, page, "note", &format!("and {} more places", more + 1))?;
    }
    draw_fix(view, judged, page)?;
    let rule = view.rule(finding.rule);
    if let Some(rule) = rule.filter(|_| first) {
        note(view, page, "why", &visible(&first_sentence(rule.why)))?;
    }
    let mut help = format!("`shipworthy explain {}`", finding.rule);
    // Those that are codes: a sentence is nothing to search for.
    let codes = finding.aliases.iter().filter(|alias| !alias.id.contains(' ')).take(3);
    let aliases: Vec<_> = codes.map(|alias| format!("{} {}", alias.family, alias.id)).collect();
    if !aliases.is_empty() {
        let _ = write!(help, ", also {}", visible(&aliases.join(", ")));
    }
    if finding.confidence < Confidence::High {
        let _ = write!(help, "; confidence is {}", finding.confidence);
    }
    note(view, page, "help", &help)
}

/// The place of the finding with the related places near it; then the others, file by file.
fn excerpts<'f>(view: &'f View<'_>, finding: &'f Finding) -> Vec<Excerpt> {
    let mut marks: Vec<(FileId, Mark<'f>)> = vec![(finding.primary.file, Mark { span: finding.primary.span, label: None })];
    let related = finding.related.iter().take(MAX_RELATED);
    marks.extend(related.map(|related| {
        let Location { file, span } = related.location;
        (file, Mark { span, label: Some(&related.label) })
    }));
    // A line of a snapshot is nothing that anybody wrote: its facts are told in words.
    marks.retain(|(file, _)| view.document(*file).snapshot().is_none());
    let mut excerpts = Vec::new();
    while let Some((file, _)) = marks.first().copied() {
        let mut here: Vec<Mark<'f>> = Vec::new();
        marks.retain(|(other, mark)| {
            if *other == file {
                here.push(*mark);
            }
            *other != file
        });
        excerpts.extend(Excerpt::of_file(view.document(file), view.text(file), here, view.run.style));
    }
    excerpts
}

fn draw_excerpt(view: &View<'_>, severity: Severity, excerpt: Excerpt, page: &mut String) -> std::fmt::Result {
    let style = view.run.style;
    let characters = if style.unicode { ThemeCharacters::unicode() } else { ThemeCharacters::ascii() };
    let mut styles = ThemeStyles::none();
    if style.color {
        styles = ThemeStyles::ansi();
        let lead = match severity {
            Severity::Critical | Severity::High => styles.error,
            Severity::Medium => styles.warning,
            Severity::Low | Severity::Info => styles.advice,
        };
        let other = styles.highlights[0];
        styles.highlights = excerpt.leads().map(|is_lead| if is_lead { lead } else { other }).collect();
    }
    let handler = GraphicalReportHandler::new_themed(GraphicalTheme { characters, styles }).with_links(false);
    let mut drawn = String::new();
    handler.render_report(&mut drawn, &excerpt)?;
    // Our own headline replaces the one that miette makes of the error's text.
    page.push_str(drawn.split_once('\n').map_or("", |(_, snippet)| snippet));
    Ok(())
}

fn draw_fix(view: &View<'_>, judged: &Judged, page: &mut String) -> std::fmt::Result {
    let style = view.run.style;
    let Some(fix) = &judged.finding.fix else { return Ok(()) };
    let safety = match fix.applicability {
        Applicability::Safe => "safe",
        Applicability::Unsafe => "unsafe, may change behaviour",
        Applicability::Manual => "by hand, never applied",
    };
    let title = visible(&fix.title);
    writeln!(page, "  {} {}: {title}", style.paint(HINT, "fix"), style.paint(DIM, format_args!("({safety})")))?;
    let path = &view.document(judged.finding.primary.file).source.path;
    match &judged.diff {
        Some(diff) => patch::draw(style, path, diff, page),
        None => Ok(()),
    }
}

fn note(view: &View<'_>, page: &mut String, heading: &str, text: &str) -> std::fmt::Result {
    let style = view.run.style;
    let indent = heading.len() + 4;
    for (index, line) in wrap(text, style.width.saturating_sub(indent).max(40)).iter().enumerate() {
        match index {
            0 => writeln!(page, "  {}: {line}", style.paint(HINT, heading))?,
            _ => writeln!(page, "{:indent$}{line}", "")?,
        }
    }
    Ok(())
}

/// The first sentence of a text in Markdown, on one line.
fn first_sentence(markdown: &str) -> String {
    let paragraph: Vec<&str> = markdown.trim().lines().map(str::trim).take_while(|line| !line.is_empty()).collect();
    let paragraph = paragraph.join(" ");
    let ends = paragraph.match_indices(". ").map(|(at, _)| at + 1);
    let begins = |at: &usize| paragraph[*at..].trim_start().starts_with(|char: char| char.is_uppercase() || char == '`');
    let whole = |at: &usize| !["e.g.", "i.e.", "etc.", "vs."].iter().any(|short| paragraph[..*at].ends_with(short));
    let end = ends.filter(whole).find(begins).unwrap_or(paragraph.len());
    paragraph[..end].to_owned()
}

/// Rules by how often they were found, most often first.
pub(super) fn write_statistics(view: &View<'_>, out: &mut dyn Write) -> io::Result<()> {
    let style = view.run.style;
    let mut counts: Vec<(&str, Severity, bool, usize)> = Vec::new();
    for Judged { finding, .. } in &view.run.outcome.findings {
        let fixable = finding.fix.as_ref().is_some_and(|fix| fix.applicability == Applicability::Safe);
        match counts.iter_mut().find(|count| count.0 == finding.rule) {
            Some(count) => *count = (count.0, count.1.max(finding.severity), count.2 || fixable, count.3 + 1),
            None => counts.push((finding.rule, finding.severity, fixable, 1)),
        }
    }
    counts.sort_by(|a, b| b.3.cmp(&a.3).then(b.1.cmp(&a.1)).then(a.0.cmp(b.0)));
    let digits = counts.first().map_or(1, |count| count.3.to_string().len());
    for (rule, severity, fixable, count) in counts {
        let name = concise::rule_name(view, rule);
        let mark = style.paint(HINT, if fixable { " [fixable]" } else { "" });
        writeln!(
            out,
            "{count:>digits$}  {}  {name}{mark}",
            style.paint(style::severity(severity), format_args!("{severity:8}"))
        )?;
    }
    Ok(())
}

/// What was silenced, by what, and why.
pub(super) fn write_suppressed(view: &View<'_>, out: &mut dyn Write) -> io::Result<()> {
    let style = view.run.style;
    for suppressed in &view.run.outcome.suppressed {
        let by = match suppressed.by {
            SuppressedBy::Comment => "a comment",
            SuppressedBy::Configuration => "the configuration",
            SuppressedBy::Baseline => "the baseline",
            SuppressedBy::Waiver => "a waiver",
        };
        let reason = suppressed.reason.as_deref().map(|reason| format!(": {}", visible(reason))).unwrap_or_default();
        let line = concise::line(view, &suppressed.finding);
        writeln!(out, "{line} {}", style.paint(DIM, format_args!("(suppressed by {by}{reason})")))?;
    }
    Ok(())
}

fn write_summary(view: &View<'_>, out: &mut dyn Write) -> io::Result<()> {
    let style = view.run.style;
    let summary = Summary::from_view(view);
    let color = match summary.verdict {
        Verdict::Worthy => GOOD,
        Verdict::NotWorthy => ERROR,
        Verdict::Incomplete | Verdict::NoGate | Verdict::NothingChecked => BOLD,
    };
    writeln!(out, "{}", style.paint(color, summary.verdict_words()))?;
    for (heading, words) in summary.details() {
        writeln!(out, "  {} {words}", style.paint(DIM, format_args!("{heading:10}")))?;
    }
    if let Some(comparison) = view.run.comparison {
        writeln!(out, "  {} {}", style.paint(DIM, format_args!("{:10}", "since")), comparison.words())?;
    }
    Ok(())
}
