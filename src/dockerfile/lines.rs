//! Physical lines, and what `parser.go` looks for in one.

use crate::source::Span;

/// One line of the file.
#[derive(Debug, Clone, Copy)]
pub(super) struct Line {
    /// From 1.
    pub number: usize,
    pub start: usize,
    /// Where the content ends: before `\n` and any `\r` in front of it.
    pub end: usize,
    /// Where the next line starts.
    pub next: usize,
}

impl Line {
    /// The line with its newline.
    pub fn span(self) -> Span {
        Span::new(self.start, self.next)
    }

    pub fn content(self, text: &str) -> &str {
        &text[self.start..self.end]
    }
}

/// The lines of a text, one after the other. A copy remembers a place to come back to.
#[derive(Debug, Clone, Copy)]
pub(super) struct Lines<'t> {
    text: &'t str,
    at: usize,
    number: usize,
}

impl<'t> Lines<'t> {
    pub fn new(text: &'t str, at: usize) -> Self {
        Self { text, at, number: 0 }
    }

    /// Where the next line starts.
    pub fn at(&self) -> usize {
        self.at
    }

    /// The number of the last line that was taken.
    pub fn number(&self) -> usize {
        self.number
    }

    pub fn next(&mut self) -> Option<Line> {
        let bytes = self.text.as_bytes();
        let rest = &bytes[self.at..];
        if rest.is_empty() {
            return None;
        }
        let start = self.at;
        let next = memchr::memchr(b'\n', rest).map_or(bytes.len(), |length| start + length + 1);
        let mut end = next;
        while end > start && matches!(bytes[end - 1], b'\n' | b'\r') {
            end -= 1;
        }
        self.at = next;
        self.number += 1;
        Some(Line { number: self.number, start, end, next })
    }
}

/// Where the text starts behind whitespace, which in Go's `unicode.IsSpace` includes NBSP.
pub(super) fn skip_whitespace(text: &str) -> usize {
    let blanks = text.bytes().position(|byte| !matches!(byte, b' ' | b'\t'..=b'\r')).unwrap_or(text.len());
    match text.as_bytes().get(blanks) {
        Some(byte) if !byte.is_ascii() => text.len() - text[blanks..].trim_start().len(),
        _ => blanks,
    }
}

/// The content without a continuation at its end: the escape character, perhaps with blanks behind it. An escape that
/// is itself escaped does not continue; Go has no look-behind, so neither does the last of three.
pub(super) fn without_continuation(content: &str, escape: u8) -> Option<&str> {
    let trimmed = content.trim_end_matches([' ', '\t']);
    let before = trimmed.as_bytes().strip_suffix(&[escape])?;
    (before.last() != Some(&escape)).then(|| &content[..before.len()])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_end_at_newlines_only() {
        let text = "a\r\nb\rc\n\r\nd";
        let mut lines = Lines::new(text, 0);
        let mut seen = Vec::new();
        while let Some(line) = lines.next() {
            seen.push((line.number, line.content(text), line.span().len()));
        }
        assert_eq!(seen, [(1, "a", 3), (2, "b\rc", 4), (3, "", 2), (4, "d", 1)]);
    }

    #[test]
    fn continuations_may_have_blanks_behind_them() {
        assert_eq!(without_continuation("a \\", b'\\'), Some("a "));
        assert_eq!(without_continuation("a \\ \t", b'\\'), Some("a "));
        assert_eq!(without_continuation("\\", b'\\'), Some(""));
        assert_eq!(without_continuation("é\\", b'\\'), Some("é"));
        assert_eq!(without_continuation("a \\\\", b'\\'), None);
        assert_eq!(without_continuation("a \\\\\\", b'\\'), None);
        assert_eq!(without_continuation("a", b'\\'), None);
        assert_eq!(without_continuation("a `", b'`'), Some("a "));
        assert_eq!(without_continuation("a \\", b'`'), None);
    }

    #[test]
    fn no_break_space_is_whitespace_at_the_start_of_a_line() {
        assert_eq!(skip_whitespace(" \t\u{b}\u{a0} x"), 6);
        assert_eq!(skip_whitespace("é"), 0);
        assert_eq!(skip_whitespace("  "), 2);
    }
}
