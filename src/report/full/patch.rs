//! A fix as a small diff: what changes with one line around it, numbered as in the file.

use std::fmt::{self, Write};

use anstyle::Style as Ansi;

use crate::report::style::{ADDED, DIM, REMOVED, Style};
use crate::report::summary::plural;
use crate::report::visible::visible;

use super::window::Window;

/// Lines of a diff that are shown.
const MAX_LINES: usize = 32;

/// A line of a hunk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Line<'d> {
    /// The header of another file.
    File(&'d str),
    /// Lines are left out here.
    Gap,
    Kept(usize, &'d str),
    Removed(usize, &'d str),
    Added(&'d str),
    /// `\ No newline at end of file`
    Note(&'d str),
}

/// Draws a unified diff; `path` is the file that the reader already looks at.
pub(super) fn draw(style: Style, path: &str, diff: &str, page: &mut String) -> fmt::Result {
    let lines = small(parse(diff, path));
    let digits = lines.iter().filter_map(Line::number).max().unwrap_or(1).to_string().len();
    let room = style.width.saturating_sub(digits + 6).max(20);
    let bar = if style.unicode { '│' } else { '|' };
    let gap = if style.unicode { '·' } else { ':' };
    for (index, line) in lines.iter().enumerate().take(MAX_LINES) {
        let focus = difference(&lines, index);
        let (number, sign, text, color) = match *line {
            Line::File(path) => {
                writeln!(page, " {:digits$} {gap} {}", "", style.paint(DIM, visible(path)))?;
                continue;
            }
            Line::Gap => {
                writeln!(page, " {:digits$} {gap}", "")?;
                continue;
            }
            Line::Kept(number, text) => (Some(number), ' ', text, Ansi::new()),
            Line::Removed(number, text) => (Some(number), '-', text, REMOVED),
            Line::Added(text) => (None, '+', text, ADDED),
            Line::Note(text) => (None, ' ', text, DIM),
        };
        let number = number.map(|number| number.to_string()).unwrap_or_default();
        let text = Window::new(text, focus..focus, room, style).text;
        let line = if text.is_empty() { sign.to_string() } else { format!("{sign} {text}") };
        let line = style.paint(color, line.trim_end());
        writeln!(page, " {} {bar} {line}", style.paint(DIM, format_args!("{number:>digits$}")))?;
    }
    if let Some(more) = lines.len().checked_sub(MAX_LINES + 1) {
        writeln!(page, " {:digits$} {gap} {}", "", style.paint(DIM, format_args!("{} more", plural(more + 1, "line"))))?;
    }
    Ok(())
}

impl Line<'_> {
    const fn number(&self) -> Option<usize> {
        match self {
            Self::Kept(number, _) | Self::Removed(number, _) => Some(*number),
            _ => None,
        }
    }

    const fn changes(&self) -> bool {
        !matches!(self, Self::Kept(..) | Self::Gap)
    }
}

/// Reads hunks by their counts: a removed `-- x` looks like the header of a file.
fn parse<'d>(diff: &'d str, shown_path: &str) -> Vec<Line<'d>> {
    let mut lines = Vec::new();
    let mut number = 0;
    let (mut old, mut new) = (0, 0);
    for raw in diff.split_terminator('\n') {
        let raw = raw.strip_suffix('\r').unwrap_or(raw);
        let text = raw.get(1..).unwrap_or_default();
        if raw.starts_with('\\') {
            lines.push(Line::Note(raw));
        } else if old + new == 0 {
            if let Some(path) = raw.strip_prefix("+++ ") {
                let path = path.strip_prefix("b/").unwrap_or(path);
                if path != shown_path {
                    lines.push(Line::File(path));
                }
            } else if let Some((start, removed, added)) = hunk(raw) {
                if lines.last().is_some_and(|line| !matches!(line, Line::File(_))) {
                    lines.push(Line::Gap);
                }
                (number, old, new) = (start, removed, added);
            }
        } else if raw.starts_with('-') {
            lines.push(Line::Removed(number, text));
            number += 1;
            old = old.saturating_sub(1);
        } else if raw.starts_with('+') {
            lines.push(Line::Added(text));
            new = new.saturating_sub(1);
        } else {
            lines.push(Line::Kept(number, text));
            number += 1;
            (old, new) = (old.saturating_sub(1), new.saturating_sub(1));
        }
    }
    lines
}

/// Start, old and new count of `@@ -1,3 +1,4 @@`.
fn hunk(line: &str) -> Option<(usize, usize, usize)> {
    let (old, rest) = line.strip_prefix("@@ -")?.split_once(" +")?;
    let (new, _) = rest.split_once(" @@")?;
    let range = |text: &str| -> Option<(usize, usize)> {
        match text.split_once(',') {
            Some((start, count)) => Some((start.parse().ok()?, count.parse().ok()?)),
            None => Some((text.parse().ok()?, 1)),
        }
    };
    let ((start, old), (_, new)) = (range(old)?, range(new)?);
    Some((start, old, new))
}

/// Keeps one line of context around what changes.
fn small(lines: Vec<Line<'_>>) -> Vec<Line<'_>> {
    let mut kept = Vec::with_capacity(lines.len());
    for (index, line) in lines.iter().enumerate() {
        let near = lines[index.saturating_sub(1)..(index + 2).min(lines.len())].iter().any(Line::changes);
        if near && *line != Line::Gap {
            kept.push(*line);
        } else if !matches!(kept.last(), None | Some(Line::Gap)) {
            kept.push(Line::Gap);
        }
    }
    while kept.last() == Some(&Line::Gap) {
        kept.pop();
    }
    kept
}

/// Where a changed line begins to differ from the one that it replaces or that replaces it.
fn difference(lines: &[Line<'_>], index: usize) -> usize {
    let removed = |line: &Line<'_>| matches!(line, Line::Removed(..));
    let added = |line: &Line<'_>| matches!(line, Line::Added(_));
    let start = lines[..index].iter().rposition(|line| !removed(line) && !added(line)).map_or(0, |at| at + 1);
    let middle = start + lines[start..].iter().take_while(|line| removed(line)).count();
    let partner = match lines[index] {
        Line::Removed(..) => middle + (index - start),
        Line::Added(_) if index >= middle => (start + index - middle).min(middle),
        _ => return 0,
    };
    match (lines[index], lines.get(partner)) {
        (Line::Removed(_, a), Some(Line::Added(b))) | (Line::Added(a), Some(Line::Removed(_, b))) => {
            a.char_indices().zip(b.chars()).find(|((_, a), b)| a != b).map_or(a.len().min(b.len()), |((at, _), _)| at)
        }
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn drawn(path: &str, diff: &str) -> String {
        let mut page = String::new();
        draw(Style::plain(), path, diff, &mut page).unwrap();
        page
    }

    #[test]
    fn one_line_of_context_and_the_numbers_of_the_file() {
        let diff = "--- a/x\n+++ b/x\n@@ -8,5 +8,6 @@\n a\n b\n--- c\n+-- d\n+e\n f\n g\n@@ -90 +91,0 @@\n-z\n";
        assert_eq!(drawn("x", diff), "  9 │   b\n 10 │ - -- c\n    │ + -- d\n    │ + e\n 11 │   f\n    ·\n 90 │ - z\n");
    }

    #[test]
    fn other_files_are_named_and_a_missing_newline_is_told() {
        let diff = "--- a/x\n+++ b/x\n@@ -1 +1 @@\n-a\n\\ No newline at end of file\n+b\n--- a/y\n+++ b/y\n@@ -0,0 +1 @@\n+new\n";
        assert_eq!(drawn("x", diff), " 1 │ - a\n   │   \\ No newline at end of file\n   │ + b\n   · y\n   │ + new\n");
    }

    #[test]
    fn a_long_line_is_shown_where_it_differs() {
        let long = "x".repeat(5000);
        let page = drawn("x", &format!("--- a/x\n+++ b/x\n@@ -1 +1 @@\n-{long} old\n+{long} new\n"));
        assert!(page.contains("xx old\n") && page.contains("xx new\n") && page.len() < 300, "{page}");
    }

    #[test]
    fn a_broken_diff_is_no_panic() {
        for diff in ["", "@@", "@@ -1,x +1 @@\n-a", "+++ b/x\n@@ -1,9 +1,9 @@\n", "é\n@@ -1 +1 @@\né"] {
            drawn("x", diff);
        }
    }
}
