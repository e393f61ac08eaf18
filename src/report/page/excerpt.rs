//! The lines of a file that a finding speaks of.

use crate::finding::Finding;
use crate::report::view::{View, without_line_end};
use crate::report::visible::push_visible;
use crate::source::{Location, Span};

/// Lines before and after the place.
const CONTEXT: usize = 2;
/// A longer place is shown as far as this.
const MAX_LINES: usize = 12;
/// A longer line is cut around the place.
const MAX_CHARACTERS: usize = 240;
/// Related places of a finding that are shown.
const MAX_RELATED: usize = 6;

/// Some lines of a file.
pub(in crate::report) struct Excerpt {
    pub path: String,
    /// What is to be seen there; empty for the place of the finding itself.
    pub label: String,
    pub lines: Vec<Line>,
    /// Lines of the place that are not shown.
    pub more: usize,
}

/// A line in parts.
pub(in crate::report) struct Line {
    /// From 1.
    pub number: usize,
    pub parts: Vec<Part>,
}

/// Some characters of a line.
pub(in crate::report) struct Part {
    pub text: String,
    /// They belong to the place.
    pub marked: bool,
}

/// The place of a finding, then the related ones that are not in sight already.
pub(super) fn of(view: &View<'_>, finding: &Finding) -> Vec<Excerpt> {
    let is_text = |location: Location| view.document(location.file).snapshot().is_none();
    let mut excerpts = Vec::new();
    if is_text(finding.primary) {
        excerpts.push(one(view, finding.primary, "", CONTEXT));
    }
    for related in finding.related.iter().filter(|related| is_text(related.location)).take(MAX_RELATED) {
        excerpts.push(one(view, related.location, &related.label, 0));
    }
    excerpts
}

fn one(view: &View<'_>, location: Location, label: &str, context: usize) -> Excerpt {
    let source = &view.document(location.file).source;
    let text = view.text(location.file);
    let span = clamped(without_line_end(text, location.span), text);
    let (from, to) = (source.line(span.start()), source.line(span.end()));
    let last = source.line_starts().len();
    let shown_to = to.min(from + MAX_LINES - 1);
    let mut lines: Vec<Line> = Vec::new();
    for number in from.saturating_sub(context).max(1)..=(shown_to + context).min(last) {
        let line = source.line_span(number);
        // What follows the last newline is no line.
        if number == last && line.is_empty() && number > from {
            continue;
        }
        let marked = (from..=shown_to).contains(&number).then(|| {
            let start = span.start().clamp(line.start(), line.end()) - line.start();
            (start, span.end().clamp(line.start(), line.end()) - line.start())
        });
        lines.push(Line { number, parts: parts(line.slice(text), marked.unwrap_or((0, 0))) });
    }
    Excerpt { path: source.path.clone(), label: label.to_owned(), lines, more: to - shown_to }
}

/// A span that ends inside of the text, on boundaries of characters.
fn clamped(span: Span, text: &str) -> Span {
    let start = text.floor_char_boundary(span.start());
    Span::new(start, text.floor_char_boundary(span.end()).max(start))
}

/// A line before, in and after the marked bytes; what lies far from them is cut.
fn parts(line: &str, (start, end): (usize, usize)) -> Vec<Part> {
    let (start, end) = (line.floor_char_boundary(start), line.floor_char_boundary(end));
    let before = &line[..start];
    let marked = &line[start..end];
    let after = line[end..].trim_end_matches(['\r', '\n']);
    let kept_before = last_characters(before, MAX_CHARACTERS / 4);
    let kept_marked = first_characters(marked, MAX_CHARACTERS);
    let kept_after = if kept_marked.len() < marked.len() { "" } else { first_characters(after, MAX_CHARACTERS) };
    let mut parts = Vec::new();
    let cut = |before: &str, kept: &str| if kept.len() < before.len() { "…" } else { "" };
    parts.push(Part { text: format!("{}{}", cut(before, kept_before), shown(kept_before)), marked: false });
    parts.push(Part { text: format!("{}{}", shown(kept_marked), cut(marked, kept_marked)), marked: true });
    parts.push(Part { text: format!("{}{}", shown(kept_after), cut(after, kept_after)), marked: false });
    parts.retain(|part| !part.text.is_empty());
    parts
}

fn first_characters(text: &str, count: usize) -> &str {
    text.char_indices().nth(count).map_or(text, |(at, _)| &text[..at])
}

fn last_characters(text: &str, count: usize) -> &str {
    match text.char_indices().rev().nth(count) {
        Some((at, char)) => &text[at + char.len_utf8()..],
        None => text,
    }
}

/// Text of a file with tabs as blanks and nothing that would act on who sees it.
pub(in crate::report) fn shown(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for char in text.chars() {
        match char {
            '\t' => shown.push_str("    "),
            char => push_visible(&mut shown, char),
        }
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(line: &str, marked: (usize, usize)) -> Vec<(String, bool)> {
        parts(line, marked).into_iter().map(|part| (part.text, part.marked)).collect()
    }

    #[test]
    fn a_line_is_cut_around_its_place() {
        assert_eq!(texts("a\tb c\r\n", (2, 3)), [("a    ".into(), false), ("b".into(), true), (" c".into(), false)]);
        let long = format!("{}éx{}", "a".repeat(300), "b".repeat(300));
        let parts = texts(&long, (300, 302));
        assert_eq!(parts[0].0, format!("…{}", "a".repeat(60)));
        assert_eq!(parts[1], ("é".into(), true));
        assert_eq!(parts[2].0, format!("x{}…", "b".repeat(239)));
        assert!(texts("é", (1, 1)).iter().all(|(text, _)| text == "é"));
    }
}
