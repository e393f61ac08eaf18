//! Places as editors count them: lines from 0, columns in the units that client and server agreed on.

use lsp_types::{Position, PositionEncodingKind, Range};

use crate::source::Span;

/// What a column counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Encoding {
    Utf8,
    /// What holds where the client says nothing.
    #[default]
    Utf16,
    Utf32,
}

impl Encoding {
    /// The one to speak with a client that knows these: bytes where it can, since that is how we count.
    pub fn negotiate(offered: Option<&[PositionEncodingKind]>) -> Self {
        let knows = |kind| offered.is_some_and(|offered| offered.contains(&kind));
        match () {
            () if knows(PositionEncodingKind::UTF8) => Self::Utf8,
            () if offered.is_none() || knows(PositionEncodingKind::UTF16) => Self::Utf16,
            () if knows(PositionEncodingKind::UTF32) => Self::Utf32,
            () => Self::Utf16,
        }
    }

    /// Its name in the protocol.
    pub fn kind(self) -> PositionEncodingKind {
        match self {
            Self::Utf8 => PositionEncodingKind::UTF8,
            Self::Utf16 => PositionEncodingKind::UTF16,
            Self::Utf32 => PositionEncodingKind::UTF32,
        }
    }

    /// How many units a character takes.
    const fn width(self, character: char) -> usize {
        match self {
            Self::Utf8 => character.len_utf8(),
            Self::Utf16 => character.len_utf16(),
            Self::Utf32 => 1,
        }
    }
}

/// A text with the starts of its lines. A line ends at `\n`, `\r\n` or, unlike elsewhere in this program, at `\r` alone: the protocol
/// counts so.
#[derive(Debug)]
pub struct Lines<'t> {
    text: &'t str,
    starts: Vec<usize>,
    encoding: Encoding,
}

impl<'t> Lines<'t> {
    pub fn new(text: &'t str, encoding: Encoding) -> Self {
        let bytes = text.as_bytes();
        let mut starts = vec![0];
        for at in memchr::memchr2_iter(b'\n', b'\r', bytes) {
            if bytes[at] == b'\n' || bytes.get(at + 1) != Some(&b'\n') {
                starts.push(at + 1);
            }
        }
        Self { text, starts, encoding }
    }

    /// The bytes of a line without what ends it.
    fn line(&self, line: usize) -> Span {
        let start = self.starts[line];
        let end = self.starts.get(line + 1).copied().unwrap_or(self.text.len());
        Span::new(start, start + self.text[start..end].trim_end_matches(['\r', '\n']).len())
    }

    /// The place of a byte offset; one within a character or an end of line is where that begins.
    pub fn position(&self, offset: usize) -> Position {
        let offset = self.text.floor_char_boundary(offset);
        let line = self.starts.partition_point(|start| *start <= offset).max(1) - 1;
        let within = self.line(line);
        let before = &self.text[within.start()..offset.clamp(within.start(), within.end())];
        let column: usize = match self.encoding {
            Encoding::Utf8 => before.len(),
            encoding => before.chars().map(|character| encoding.width(character)).sum(),
        };
        Position::new(line as u32, column as u32)
    }

    /// The places where a span begins and ends.
    pub fn range(&self, span: Span) -> Range {
        Range::new(self.position(span.start()), self.position(span.end()))
    }

    /// The byte offset of a place. One behind the end of its line is that end, one behind the last line the end of the text, as the
    /// protocol has it; one within a character is where that begins.
    pub fn offset(&self, position: Position) -> usize {
        let line = position.line as usize;
        if line >= self.starts.len() {
            return self.text.len();
        }
        let within = self.line(line);
        let mut left = position.character as usize;
        for (at, character) in within.slice(self.text).char_indices() {
            let width = self.encoding.width(character);
            if left < width {
                return within.start() + at;
            }
            left -= width;
        }
        within.end()
    }

    /// The bytes of a range; its ends may stand in any order.
    pub fn span(&self, range: Range) -> Span {
        let (start, end) = (self.offset(range.start), self.offset(range.end));
        Span::new(start.min(end), start.max(end))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "a😀é\r\nb\rc\n\nd";

    #[test]
    fn columns_count_what_was_agreed_on() {
        let end = TEXT.find('\r').unwrap();
        for (encoding, column) in [(Encoding::Utf8, 7), (Encoding::Utf16, 4), (Encoding::Utf32, 3)] {
            assert_eq!(Lines::new(TEXT, encoding).position(end), Position::new(0, column), "{encoding:?}");
        }
    }

    #[test]
    fn every_place_leads_back() {
        for encoding in [Encoding::Utf8, Encoding::Utf16, Encoding::Utf32] {
            let lines = Lines::new(TEXT, encoding);
            for (offset, _) in TEXT.char_indices() {
                let back = lines.offset(lines.position(offset));
                // Between `\r` and `\n` there is no place.
                let expected =
                    if TEXT[offset..].starts_with('\n') && TEXT[..offset].ends_with('\r') { offset - 1 } else { offset };
                assert_eq!(back, expected, "{encoding:?} {offset}");
            }
            assert_eq!(lines.position(TEXT.len()), Position::new(4, 1));
        }
    }

    #[test]
    fn places_that_are_not_there_are_the_nearest() {
        let lines = Lines::new(TEXT, Encoding::Utf16);
        assert_eq!(lines.offset(Position::new(0, 2)), 1, "within the emoji");
        assert_eq!(lines.offset(Position::new(0, 99)), TEXT.find('\r').unwrap());
        assert_eq!(lines.offset(Position::new(99, 0)), TEXT.len());
        assert_eq!(lines.position(999), Position::new(4, 1));
        let turned = Range::new(Position::new(1, 1), Position::new(0, 0));
        assert_eq!(lines.span(turned).start(), 0);
    }

    #[test]
    fn bytes_are_preferred_and_utf16_is_the_rule() {
        use PositionEncodingKind as Kind;
        assert_eq!(Encoding::negotiate(None), Encoding::Utf16);
        assert_eq!(Encoding::negotiate(Some(&[Kind::UTF16, Kind::UTF8])), Encoding::Utf8);
        assert_eq!(Encoding::negotiate(Some(&[Kind::UTF32])), Encoding::Utf32);
        assert_eq!(Encoding::negotiate(Some(&[Kind::UTF32, Kind::UTF16])), Encoding::Utf16);
        assert_eq!(Encoding::negotiate(Some(&[])), Encoding::Utf16);
    }
}
