//! A part of a line that fits the terminal.

use std::ops::Range;

use crate::report::style::Style;
use crate::report::visible::{push_visible, width};

const TAB: usize = 4;

/// A line as it is shown: tabs as spaces, controls escaped, what does not fit cut off.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Window {
    pub text: String,
    /// Shown as it is: offsets are the same in both.
    plain: bool,
    /// For each shown character: its offset in the line, and in `text`; ascending in both.
    offsets: Vec<(usize, usize)>,
    /// Where the shown part ends in the line, and in `text`.
    end: (usize, usize),
}

impl Window {
    /// The part of `line` around the bytes `focus` that fits into `room` cells.
    pub fn new(line: &str, focus: Range<usize>, room: usize, style: Style) -> Self {
        if line.len() <= room && line.bytes().all(|byte| matches!(byte, b' '..=b'~')) {
            return Self { text: line.to_owned(), plain: true, offsets: Vec::new(), end: (line.len(), line.len()) };
        }
        let focus = floor(line, focus.start)..floor(line, focus.end.max(focus.start));
        // Far more than is ever shown, so that the cost does not grow with the line.
        let reach = room * 8;
        let near = floor(line, focus.start.saturating_sub(reach))..floor(line, focus.start + reach);
        let cells = cells(&line[near.clone()], near.start);
        let total: usize = cells.iter().map(|cell| cell.width).sum();
        if total <= room && near == (0..line.len()) {
            return Self::show(&cells, "", "", line.len());
        }
        let dots = style.ellipsis();
        let room = room.saturating_sub(2 * width(dots)).max(8);
        let before: usize = cells.iter().take_while(|cell| cell.at < focus.start).map(|cell| cell.width).sum();
        let inside = cells.iter().skip_while(|cell| cell.at < focus.start).take_while(|cell| cell.at < focus.end);
        let inside: usize = inside.map(|cell| cell.width).sum();
        // The line from its start when the focus is there; else the focus with a little of what comes before it.
        let lead = if near.start == 0 && before + inside <= room {
            before
        } else {
            room.saturating_sub(inside).clamp(room / 5, room / 3)
        };
        let (mut skipped, mut first) = (0, 0);
        while first < cells.len() && skipped + lead < before {
            skipped += cells[first].width;
            first += 1;
        }
        let (mut filled, mut last) = (0, first);
        while last < cells.len() && filled + cells[last].width <= room {
            filled += cells[last].width;
            last += 1;
        }
        let left = if first == 0 && near.start == 0 { "" } else { dots };
        let right = if last == cells.len() && near.end == line.len() { "" } else { dots };
        let end = cells.get(last).map_or(near.end, |cell| cell.at);
        Self::show(&cells[first..last], left, right, end)
    }

    fn show(cells: &[Cell], left: &str, right: &str, end: usize) -> Self {
        let mut text = left.to_owned();
        let mut offsets = Vec::with_capacity(cells.len());
        for cell in cells {
            offsets.push((cell.at, text.len()));
            match cell.char {
                '\t' => text.extend(std::iter::repeat_n(' ', cell.width)),
                char => push_visible(&mut text, char),
            }
        }
        let end = (end, text.len());
        text.push_str(right);
        Self { text, plain: false, offsets, end }
    }

    /// The offset in `text` of a byte of the line; one that was cut off is at the edge.
    pub fn offset(&self, at: usize) -> usize {
        if at >= self.end.0 {
            return self.end.1;
        }
        if self.plain {
            return at;
        }
        let after = self.offsets.partition_point(|(line, _)| *line <= at);
        self.offsets.get(after.saturating_sub(1)).map_or(self.end.1, |(_, shown)| *shown)
    }
}

struct Cell {
    at: usize,
    char: char,
    width: usize,
}

fn cells(text: &str, start: usize) -> Vec<Cell> {
    let mut cells = Vec::with_capacity(text.len());
    let mut column = 0;
    let mut shown = String::new();
    for (at, char) in text.char_indices() {
        // A byte order mark is no part of the text.
        if char == '\u{feff}' && start + at == 0 {
            continue;
        }
        let width = if char == '\t' {
            TAB - column % TAB
        } else {
            shown.clear();
            push_visible(&mut shown, char);
            width(&shown)
        };
        cells.push(Cell { at: start + at, char, width });
        column += width;
    }
    cells
}

fn floor(text: &str, at: usize) -> usize {
    text.floor_char_boundary(at)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn show(line: &str, focus: Range<usize>, room: usize) -> (String, String) {
        let window = Window::new(line, focus.clone(), room, Style::plain());
        let marked = window.text[window.offset(focus.start)..window.offset(focus.end)].to_owned();
        (window.text, marked)
    }

    #[test]
    fn what_fits_is_whole() {
        assert_eq!(show("\tRUN é\u{1b}[0m", 5..7, 40), ("    RUN é\\x1b[0m".into(), "é".into()));
        assert_eq!(show("\u{feff}FROM a", 3..7, 40), ("FROM a".into(), "FROM".into()));
        assert_eq!(show("", 0..0, 40), (String::new(), String::new()));
    }

    #[test]
    fn a_long_line_is_cut_around_the_focus() {
        let line = format!("{}needle{}", "x".repeat(40_000), "y".repeat(30_000));
        let (text, marked) = show(&line, 40_000..40_006, 40);
        assert_eq!(marked, "needle");
        assert!(text.starts_with("…xxx") && text.ends_with("yyy…") && width(&text) <= 40, "{text}");
        let (text, marked) = show(&line, 40_006..70_006, 40);
        assert!(marked.len() > 20 && text.contains("needle") && width(&text) <= 40, "{text}");
        let (text, marked) = show(&line, 70_006..70_006, 40);
        assert!(marked.is_empty() && text.starts_with('…') && text.ends_with('y'), "{text}");
        let (text, _) = show(&line, 2..4, 40);
        assert!(text.starts_with("xxx") && text.ends_with("x…"), "{text}");
    }

    #[test]
    fn wide_characters_count_twice() {
        let line = "漢".repeat(100);
        let (text, marked) = show(&line, 150..153, 21);
        assert_eq!(marked, "漢");
        assert!(width(&text) <= 21, "{text}");
    }
}
