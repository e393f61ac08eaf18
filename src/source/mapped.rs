//! Text that was put together from pieces of a file, and the way back to them.

use std::sync::Arc;

use compact_str::CompactString;
use smallvec::SmallVec;

use super::Span;

/// Text joined from pieces of a file, such as a `RUN` without its continuations, with a map of its offsets to the file.
///
/// A copy costs nothing: one text stands in an instruction, in its body and among the scripts that were read.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Mapped(Arc<Joined>);

#[derive(Debug, Clone, PartialEq, Eq, Default)]
struct Joined {
    text: CompactString,
    /// For each piece: where it starts in `text`, and where it starts in the file; ascending in the first.
    pieces: SmallVec<[(u32, u32); 2]>,
    /// Where the last piece ends in the file.
    end: u32,
    /// Places in the file that spell their text otherwise, in the order of the file.
    escapes: Vec<Span>,
}

/// The way from a place in a file to the one that takes its part further down, or further up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shift(u32);

impl Shift {
    /// Whether it leads nowhere else.
    pub fn is_none(self) -> bool {
        self.0 == 0
    }

    /// The span there.
    pub fn of(self, span: Span) -> Span {
        Span { start: span.start.wrapping_add(self.0), end: span.end.wrapping_add(self.0) }
    }
}

impl Mapped {
    /// The empty text at one place in a file.
    pub fn empty(at: usize) -> Self {
        Self(Arc::new(Joined { end: at as u32, ..Joined::default() }))
    }

    /// One unbroken piece of a file.
    pub fn of(file: &str, span: Span) -> Self {
        let mut mapped = Self::empty(span.start());
        mapped.push(file, span);
        mapped
    }

    /// Text that stands in the file byte for byte, from `at` on.
    pub fn literal(text: &str, at: usize) -> Self {
        let pieces = (!text.is_empty()).then_some((0, at as u32)).into_iter().collect();
        Self(Arc::new(Joined { text: text.into(), pieces, end: (at + text.len()) as u32, escapes: Vec::new() }))
    }

    /// Appends a part of another text of the same file.
    pub fn push_part(&mut self, other: &Self, start: usize, end: usize) {
        let end = end.min(other.0.text.len());
        if start >= end {
            return;
        }
        let offset = self.0.text.len() as u32;
        let contiguous = self.continues_at(other.offset(start));
        let joined = Arc::make_mut(&mut self.0);
        if !contiguous {
            joined.pieces.push((offset, other.offset(start) as u32));
        }
        let inside = other.0.pieces.iter().filter(|piece| (piece.0 as usize) > start && (piece.0 as usize) < end);
        joined.pieces.extend(inside.map(|piece| (piece.0 - start as u32 + offset, piece.1)));
        joined.text.push_str(&other.0.text[start..end]);
        let span = other.span(start, end);
        joined.escapes.extend(other.0.escapes.iter().filter(|escape| span.contains(**escape)));
        joined.end = span.end;
    }

    /// Whether a piece from there on would only lengthen the last one.
    fn continues_at(&self, offset: usize) -> bool {
        let escaped = self.0.escapes.last().is_some_and(|escape| escape.end == self.0.end);
        !self.0.pieces.is_empty() && self.0.end as usize == offset && !escaped
    }

    /// Appends text that the file spells otherwise, such as `\n` or `\"` in a string. No span will cut the spelling in two.
    pub fn push_escape(&mut self, text: &str, spelling: Span) {
        let joined = Arc::make_mut(&mut self.0);
        let offset = joined.text.len();
        joined.pieces.extend((0..text.len()).map(|byte| ((offset + byte) as u32, spelling.start)));
        joined.text.push_str(text);
        joined.escapes.push(spelling);
        joined.end = spelling.end;
    }

    /// Appends a piece of the file.
    pub fn push(&mut self, file: &str, span: Span) {
        if span.is_empty() {
            return;
        }
        let contiguous = self.continues_at(span.start());
        let joined = Arc::make_mut(&mut self.0);
        if !contiguous {
            joined.pieces.push((joined.text.len() as u32, span.start));
        }
        joined.text.push_str(span.slice(file));
        joined.end = span.end;
    }

    /// How far further down the file this stands than another one that is the same otherwise, pieces and all; `None` for
    /// one that is not.
    pub fn shift_from(&self, other: &Self) -> Option<Shift> {
        let shift = Shift(self.0.end.wrapping_sub(other.0.end));
        let same = self.0.text == other.0.text
            && self.0.pieces.len() == other.0.pieces.len()
            && self.0.escapes.len() == other.0.escapes.len()
            && self.0.pieces.iter().zip(&other.0.pieces).all(|(own, other)| *own == (other.0, other.1.wrapping_add(shift.0)))
            && self.0.escapes.iter().zip(&other.0.escapes).all(|(own, other)| *own == shift.of(*other));
        same.then_some(shift)
    }

    /// The joined text.
    pub fn text(&self) -> &str {
        &self.0.text
    }

    /// Whether there is no text.
    pub fn is_empty(&self) -> bool {
        self.0.text.is_empty()
    }

    /// The file offset of the byte at `offset`; the end of the last piece for an offset past the text.
    pub fn offset(&self, offset: usize) -> usize {
        if offset >= self.0.text.len() {
            return self.0.end as usize;
        }
        let at = self.0.pieces.partition_point(|piece| piece.0 as usize <= offset) - 1;
        let (joined, file) = self.0.pieces[at];
        file as usize + (offset - joined as usize)
    }

    /// The span in the file of a range of the text: from its first byte to just after its last one.
    pub fn span(&self, start: usize, end: usize) -> Span {
        if end <= start {
            return Span::empty(self.offset(start));
        }
        let span = Span::new(self.offset(start), self.offset(end - 1) + 1);
        let first = self.escape_at(span.start).map_or(span, |escape| span.cover(escape));
        self.escape_at(span.end - 1).map_or(first, |escape| first.cover(escape))
    }

    fn escape_at(&self, offset: u32) -> Option<Span> {
        let after = self.0.escapes.partition_point(|escape| escape.end <= offset);
        self.0.escapes.get(after).copied().filter(|escape| escape.start <= offset)
    }

    /// The offset in the text of a byte of the file; `None` for a byte that is in no piece. For a text whose pieces stand in the
    /// order of the file.
    pub fn position(&self, offset: usize) -> Option<usize> {
        let at = self.0.pieces.partition_point(|piece| piece.1 as usize <= offset).checked_sub(1)?;
        let (joined, file) = self.0.pieces[at];
        let position = joined as usize + (offset - file as usize);
        let end = self.0.pieces.get(at + 1).map_or(self.0.text.len(), |next| next.0 as usize);
        (position < end).then_some(position)
    }

    /// The pieces of the file, in the order of the text.
    pub fn pieces(&self) -> impl Iterator<Item = Span> {
        let ends = self.0.pieces.iter().skip(1).map(|piece| piece.0).chain([self.0.text.len() as u32]);
        self.0.pieces.iter().zip(ends).map(|((joined, file), end)| Span { start: *file, end: file + (end - joined) })
    }

    /// The span of the whole text in the file.
    pub fn whole(&self) -> Span {
        let start = self.0.pieces.first().map_or(self.0.end, |piece| piece.1);
        Span { start, end: self.0.end }
    }

    /// A part of the text that keeps its way back.
    pub fn part(&self, start: usize, end: usize) -> Self {
        let end = end.min(self.0.text.len());
        let start = start.min(end);
        let mut part = Joined { end: self.offset(start) as u32, ..Joined::default() };
        part.text.push_str(&self.0.text[start..end]);
        if start < end {
            part.pieces.push((0, self.offset(start) as u32));
            let first = self.0.pieces.partition_point(|piece| piece.0 as usize <= start);
            let inside = self.0.pieces[first..].iter().take_while(|piece| (piece.0 as usize) < end);
            part.pieces.extend(inside.map(|piece| (piece.0 - start as u32, piece.1)));
            let span = self.span(start, end);
            part.escapes.extend(self.0.escapes.iter().filter(|escape| span.contains(**escape)));
            part.end = span.end;
        }
        Self(Arc::new(part))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn offsets_lead_back_over_a_continuation() {
        let file = "RUN a \\\n  b";
        let mut mapped = Mapped::empty(4);
        mapped.push(file, Span::new(4, 6));
        mapped.push(file, Span::new(8, 11));
        assert_eq!(mapped.text(), "a   b");
        assert_eq!(mapped.span(4, 5).slice(file), "b");
        assert_eq!(mapped.span(0, 5), Span::new(4, 11));
        assert_eq!(mapped.part(3, 5).span(0, 2).slice(file), " b");
        assert_eq!(mapped.offset(99), 11);
    }

    #[test]
    fn bytes_of_the_file_have_a_position_in_the_text() {
        let file = "RUN a \\\n  b";
        let mut mapped = Mapped::empty(4);
        mapped.push(file, Span::new(4, 6));
        mapped.push(file, Span::new(8, 11));
        assert_eq!(mapped.pieces().collect::<Vec<_>>(), [Span::new(4, 6), Span::new(8, 11)]);
        let positions: Vec<_> = (0..12).map(|offset| mapped.position(offset)).collect();
        assert_eq!(positions[..4], [None; 4]);
        assert_eq!(positions[4..], [Some(0), Some(1), None, None, Some(2), Some(3), Some(4), None]);
        assert_eq!(Mapped::empty(3).position(3), None);
        assert_eq!(Mapped::empty(3).pieces().count(), 0);
    }

    #[test]
    fn parts_of_a_mapped_text_keep_their_way_back() {
        let file = "RUN a \\\n  'b c'";
        let mut mapped = Mapped::empty(4);
        mapped.push(file, Span::new(4, 6));
        mapped.push(file, Span::new(8, 15));
        assert_eq!(mapped.text(), "a   'b c'");
        let mut inner = Mapped::empty(0);
        inner.push_part(&mapped, 0, 3);
        inner.push_part(&mapped, 5, 6);
        inner.push_part(&mapped, 6, 8);
        inner.push_part(&mapped, 8, 8);
        assert_eq!(inner.text(), "a  b c");
        assert_eq!(inner.span(3, 6).slice(file), "b c");
        assert_eq!(inner.span(0, 6), Span::new(4, 14));
        assert_eq!(Mapped::literal("bc", 7).span(1, 2), Span::new(8, 9));
        let escaped = "x\\u00e9\\ny";
        let mut decoded = Mapped::of(escaped, Span::new(0, 1));
        decoded.push_escape("é", Span::new(1, 7));
        decoded.push_escape("\n", Span::new(7, 9));
        decoded.push(escaped, Span::new(9, 10));
        assert_eq!(decoded.text(), "xé\ny");
        assert_eq!((decoded.span(0, 3), decoded.span(1, 4)), (Span::new(0, 7), Span::new(1, 9)));
        assert_eq!((decoded.span(4, 5), decoded.whole()), (Span::new(9, 10), Span::new(0, 10)));
        assert_eq!(decoded.part(0, 3).whole(), Span::new(0, 7));
        assert_eq!(decoded.part(3, 5).span(0, 1), Span::new(7, 9));
    }
}
