//! The lines around some places of a file, made ready for miette. Its own source types scan a file from the start for each
//! span; here the line index of the file is used, and miette only ever sees the few lines to show.

use std::fmt;

use miette::{Diagnostic, LabeledSpan, MietteError, MietteSpanContents, SourceCode, SourceSpan, SpanContents};

use crate::project::Document;
use crate::report::style::Style;
use crate::report::view::without_line_end;
use crate::report::visible::visible;
use crate::source::{Position, SourceFile, Span};

use super::window::Window;

/// A longer place is marked on its first line only.
const MAX_MARKED_LINES: usize = 5;
/// Places with no more lines between them are shown together.
const MAX_GAP: usize = 4;

/// A place to point at.
#[derive(Debug, Clone, Copy)]
pub(super) struct Mark<'a> {
    pub span: Span,
    pub label: Option<&'a str>,
}

/// Consecutive lines of a file, as they are shown, with what they point at.
#[derive(Debug)]
pub(super) struct Excerpt {
    path: String,
    /// The place that the frame names.
    position: Position,
    /// From 1.
    first_line: usize,
    lines: usize,
    text: String,
    /// Sorted by offset; the most important one is the primary.
    labels: Vec<LabeledSpan>,
}

/// A mark that is being placed.
struct Placed {
    span: Span,
    lines: (usize, usize),
    label: Option<String>,
    lead: bool,
}

impl Excerpt {
    /// The excerpts that show all marks, that of the first mark first.
    pub fn of_file(document: &Document, text: &str, marks: Vec<Mark<'_>>, style: Style) -> Vec<Self> {
        let source = &document.source;
        let mut placed: Vec<Placed> = marks.into_iter().map(|mark| Placed::new(source, text, mark)).collect();
        let mut excerpts = Vec::new();
        while !placed.is_empty() {
            placed[0].lead = true;
            let (mut first, mut last) = placed[0].lines;
            let mut group: Vec<Placed> = vec![placed.remove(0)];
            // Each newcomer may bring others near.
            while let Some(near) =
                placed.iter().position(|mark| mark.lines.0 <= last + MAX_GAP + 1 && first <= mark.lines.1 + MAX_GAP + 1)
            {
                let mark = placed.remove(near);
                first = first.min(mark.lines.0);
                last = last.max(mark.lines.1);
                group.push(mark);
            }
            excerpts.push(Self::new(source, text, disjoint(text, group), style));
        }
        excerpts
    }

    fn new(source: &SourceFile, text: &str, mut marks: Vec<Placed>, style: Style) -> Self {
        let ends_with_newline = source.line_span(source.line_starts().len()).is_empty();
        let shown_lines = (source.line_starts().len() - usize::from(ends_with_newline)).max(1);
        let first = marks.iter().map(|mark| mark.lines.0).min().unwrap_or(1);
        let last = marks.iter().map(|mark| mark.lines.1).max().unwrap_or(first);
        let (first_line, last_line) = ((first - 1).max(1), (last + 1).min(shown_lines).max(last));
        let several = marks.iter().filter(|mark| mark.lines.0 != mark.lines.1).count();
        let gutter = last_line.to_string().len() + 4 + if several > 0 { several + 3 } else { 0 };
        let room = style.width.saturating_sub(gutter).max(20);

        let mut shown = String::new();
        let mut bounds: Vec<(usize, usize)> = marks.iter().map(|_| (0, 0)).collect();
        for line in first_line..=last_line {
            let span = source.line_span(line);
            let within = |offset: u32| (offset as usize).clamp(span.start(), span.end()) - span.start();
            let on_line = marks.iter().filter(|mark| mark.lines.0 <= line && line <= mark.lines.1);
            let focus = on_line.max_by_key(|mark| mark.lead).map_or(0..0, |mark| within(mark.span.start)..within(mark.span.end));
            let window = Window::new(span.slice(text), focus, room, style);
            for (mark, bounds) in marks.iter().zip(&mut bounds) {
                if mark.lines.0 == line {
                    bounds.0 = shown.len() + window.offset(within(mark.span.start));
                }
                if mark.lines.1 == line {
                    bounds.1 = shown.len() + window.offset(within(mark.span.end));
                }
            }
            shown.push_str(&window.text);
            shown.push('\n');
        }

        let lead = marks.iter().find(|mark| mark.lead).map_or(0, |mark| mark.span.start());
        let mut labels: Vec<LabeledSpan> = Vec::with_capacity(marks.len());
        for (mark, (start, end)) in marks.iter_mut().zip(bounds) {
            let span = SourceSpan::new(start.into(), end.saturating_sub(start));
            let label = mark.label.take();
            labels.push(match mark.lead {
                true => LabeledSpan::new_primary_with_span(label, span),
                false => LabeledSpan::new_with_span(label, span),
            });
        }
        labels.sort_by_key(LabeledSpan::offset);
        let path = visible(&source.path).into_owned();
        let lines = last_line + 1 - first_line;
        Self { path, position: source.position(lead), first_line, lines, text: shown, labels }
    }

    /// Whether each label, in the order in which they are drawn, is the most important one.
    pub fn leads(&self) -> impl Iterator<Item = bool> + '_ {
        self.labels.iter().map(LabeledSpan::primary)
    }
}

impl Placed {
    fn new(source: &SourceFile, text: &str, mark: Mark<'_>) -> Self {
        let mut span = without_line_end(text, mark.span);
        let first = source.line(span.start().min(text.len()));
        let mut last = source.line(span.end().min(text.len()));
        if last - first >= MAX_MARKED_LINES {
            last = first;
            span = Span::new(span.start(), source.line_span(first).end());
        }
        Self { span, lines: (first, last), label: mark.label.map(|label| visible(label).into_owned()), lead: false }
    }
}

/// Miette draws the marks of a line one after the other and pushes one that overlaps to the right, away from its place. So
/// each gives way to those before it; one that is left with nothing lends its label to the one in its way.
fn disjoint(text: &str, marks: Vec<Placed>) -> Vec<Placed> {
    let mut kept: Vec<Placed> = Vec::with_capacity(marks.len());
    for mut mark in marks {
        let mut in_the_way = None;
        for (index, other) in kept.iter().enumerate() {
            let on_one_line = mark.lines == other.lines && mark.lines.0 == mark.lines.1;
            let (a, b) = (mark.span, other.span);
            let apart = a.end <= b.start && a.start < b.start || b.end <= a.start && b.start < a.start;
            if !on_one_line || apart {
                continue;
            }
            if a.start < b.start {
                let left = Span::new(a.start(), b.start());
                mark.span = Span::new(left.start(), left.start() + left.slice(text).trim_end().len());
            } else if b.end < a.end {
                let right = Span::new(b.end(), a.end());
                mark.span = Span::new(right.end() - right.slice(text).trim_start().len(), right.end());
            } else {
                mark.span = Span::empty(a.start());
            }
            if mark.span.is_empty() {
                in_the_way = Some(index);
                break;
            }
        }
        match (in_the_way, mark.label.take()) {
            (None, label) => kept.push(Placed { label, ..mark }),
            (Some(index), Some(label)) => {
                let words = kept[index].label.get_or_insert_default();
                if !words.is_empty() {
                    words.push_str("; ");
                }
                words.push_str(&label);
            }
            (Some(_), None) => {}
        }
    }
    kept
}

impl SourceCode for Excerpt {
    fn read_span<'a>(
        &'a self,
        span: &SourceSpan,
        context_before: usize,
        context_after: usize,
    ) -> Result<Box<dyn SpanContents<'a> + 'a>, MietteError> {
        let text = self.text.as_bytes();
        // Without context miette only asks what the frame is to name.
        let contents = if context_before + context_after == 0 {
            let data = text.get(span.offset()..span.offset() + span.len()).ok_or(MietteError::OutOfBounds)?;
            let Position { line, column } = self.position;
            MietteSpanContents::new_named(self.path.clone(), data, *span, line - 1, column - 1, 1)
        } else {
            let whole = SourceSpan::new(0.into(), text.len());
            MietteSpanContents::new_named(self.path.clone(), text, whole, self.first_line - 1, 0, self.lines)
        };
        Ok(Box::new(contents))
    }
}

/// The headline is ours, not miette's.
impl fmt::Display for Excerpt {
    fn fmt(&self, _: &mut fmt::Formatter<'_>) -> fmt::Result {
        Ok(())
    }
}

impl std::error::Error for Excerpt {}

impl Diagnostic for Excerpt {
    fn source_code(&self) -> Option<&dyn SourceCode> {
        Some(self)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        Some(Box::new(self.labels.iter().cloned()))
    }
}
