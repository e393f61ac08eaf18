//! Edits on the bytes of one file, and the choice of fixes that can be applied together.

use std::borrow::Cow;
use std::cmp::Ordering;
use std::collections::BTreeMap;

use rustc_hash::FxHashMap;

use crate::finding::Edit;
use crate::source::{FileId, SourceFile, Span};

const BYTE_ORDER_MARK: char = '\u{feff}';

/// Edits of one file that do not overlap, in the order in which they stand, with the newlines of that file.
#[derive(Debug, Clone, Default)]
pub struct EditSet {
    edits: Vec<(Span, String)>,
}

impl EditSet {
    /// `None` when an edit does not fit the file or two overlap. Insertions at one point keep the order given.
    pub fn new<'a>(source: &SourceFile, edits: impl IntoIterator<Item = &'a Edit>) -> Option<Self> {
        let mut fitted = Vec::new();
        for edit in edits {
            fitted.push((fitted_span(source, edit.span)?, with_newlines(&edit.replacement, source.newline()).into_owned()));
        }
        fitted.sort_by_key(|(span, _)| (span.start, span.end));
        let apart = fitted.windows(2).all(|pair| pair[0].0.end <= pair[1].0.start);
        apart.then_some(Self { edits: fitted })
    }

    /// Each span and what takes its place.
    pub fn iter(&self) -> impl Iterator<Item = (Span, &str)> {
        self.edits.iter().map(|(span, replacement)| (*span, replacement.as_str()))
    }

    /// The file with the edits made.
    pub fn apply(&self, bytes: &[u8]) -> Vec<u8> {
        let inserted: usize = self.edits.iter().map(|(_, replacement)| replacement.len()).sum();
        let mut edited = Vec::with_capacity(bytes.len() + inserted);
        let mut copied = 0;
        for (span, replacement) in &self.edits {
            edited.extend_from_slice(&bytes[copied..span.start()]);
            edited.extend_from_slice(replacement.as_bytes());
            copied = span.end();
        }
        edited.extend_from_slice(&bytes[copied..]);
        edited
    }

    /// Where a span of the file lies once the edits are made: grown or shrunk by the edits inside it, moved by those before
    /// it. An edit that covers an end of the span draws that end to the end of its replacement.
    pub fn forward(&self, span: Span) -> Span {
        let (mut start, mut end) = (span.start(), span.end());
        let mut shift = 0_isize;
        for (edit, replacement) in &self.edits {
            if edit.start > span.end || (edit.start == span.end && !span.is_empty()) {
                break;
            }
            let placed = (edit.start() as isize + shift) as usize;
            shift += replacement.len() as isize - edit.len() as isize;
            if edit.end <= span.start {
                start = (span.start() as isize + shift) as usize;
            } else if edit.start <= span.start {
                start = placed;
            }
            end = if edit.end <= span.end { (span.end() as isize + shift) as usize } else { placed + replacement.len() };
            // Nothing tells on which side of an insertion an empty span at the same point falls: it takes in both.
            if span.is_empty() && edit.is_empty() && edit.start == span.start {
                start = placed;
            }
        }
        Span::new(start, end)
    }

    /// Where a place of the edited file was before; inside a replacement, where the replaced bytes began.
    pub fn back(&self, offset: usize) -> usize {
        let mut shift = 0_isize;
        for (edit, replacement) in &self.edits {
            let placed = (edit.start() as isize + shift) as usize;
            if offset < placed {
                break;
            }
            if offset < placed + replacement.len() {
                return edit.start();
            }
            shift += replacement.len() as isize - edit.len() as isize;
        }
        (offset as isize - shift) as usize
    }
}

/// The span to replace, or `None` when it does not fit the text. A byte order mark stays the head of its file: what is
/// inserted before it goes after it, and only an edit of the mark alone touches it.
fn fitted_span(source: &SourceFile, span: Span) -> Option<Span> {
    let text = source.text();
    let fits = span.start <= span.end && text.is_char_boundary(span.start()) && text.is_char_boundary(span.end());
    debug_assert!(fits, "{}: the edit {span:?} does not fit the text", source.path);
    if !fits {
        return None;
    }
    let mark = BYTE_ORDER_MARK.len_utf8();
    if span.start == 0 && span.end() != mark && text.starts_with(BYTE_ORDER_MARK) {
        return Some(Span::new(mark, span.end().max(mark)));
    }
    Some(span)
}

/// A replacement as it is written to a file that uses `newline`.
fn with_newlines<'a>(replacement: &'a str, newline: &str) -> Cow<'a, str> {
    if newline == "\n" || !replacement.contains('\n') {
        return Cow::Borrowed(replacement);
    }
    let mut text = String::with_capacity(replacement.len() + 8);
    for line in replacement.split_inclusive('\n') {
        match line.strip_suffix('\n') {
            Some(bare) => {
                text.push_str(bare.strip_suffix('\r').unwrap_or(bare));
                text.push_str(newline);
            }
            None => text.push_str(line),
        }
    }
    Cow::Owned(text)
}

/// The edits that were taken, apart from each other; grows one fix at a time.
#[derive(Debug, Default)]
pub struct Taken<'a> {
    files: FxHashMap<FileId, BTreeMap<(u32, u32), Vec<&'a Edit>>>,
}

impl<'a> Taken<'a> {
    /// Takes all edits of a fix, or none when one of them stands in the way of another fix. An edit that another fix makes
    /// too is shared: the answer is how many are new.
    pub fn take(&mut self, edits: impl IntoIterator<Item = &'a Edit>) -> Option<usize> {
        let mut fresh = Vec::new();
        for edit in edits {
            match self.meets(edit) {
                Meeting::Apart => fresh.push(edit),
                Meeting::Shared => {}
                Meeting::Conflict => return None,
            }
        }
        let count = fresh.len();
        for edit in fresh {
            let key = (edit.span.start, edit.span.end);
            self.files.entry(edit.file).or_default().entry(key).or_default().push(edit);
        }
        Some(count)
    }

    fn meets(&self, edit: &Edit) -> Meeting {
        let Some(taken) = self.files.get(&edit.file) else { return Meeting::Apart };
        if taken.get(&(edit.span.start, edit.span.end)).is_some_and(|same| same.contains(&edit)) {
            return Meeting::Shared;
        }
        // What was taken does not overlap, so ends ascend with starts: the first one that ends before `edit` ends the search.
        for (&(start, end), _) in taken.range(..=(edit.span.end, u32::MAX)).rev() {
            let other = Span { start, end };
            if conflict(other, edit.span) {
                return Meeting::Conflict;
            }
            if end < edit.span.start {
                break;
            }
        }
        Meeting::Apart
    }

    /// The edits by file.
    pub fn into_files(self) -> impl Iterator<Item = (FileId, Vec<&'a Edit>)> {
        self.files.into_iter().map(|(file, edits)| (file, edits.into_values().flatten().collect()))
    }
}

enum Meeting {
    Apart,
    Shared,
    Conflict,
}

/// Whether the edits of two fixes get in each other's way: they share a byte, or one inserts where the other begins or ends.
fn conflict(one: Span, other: Span) -> bool {
    if one.is_empty() || other.is_empty() {
        one.start <= other.end && other.start <= one.end
    } else {
        one.start < other.end && other.start < one.end
    }
}

/// The order in which fixes are taken: by their first edit.
pub fn by_first_edit(one: &[Edit], other: &[Edit]) -> Ordering {
    let key = |edits: &[Edit]| edits.iter().map(|edit| (edit.file, edit.span.start, edit.span.end)).min();
    key(one).cmp(&key(other))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::source::Kind;

    fn edit(start: usize, end: usize, replacement: &str) -> Edit {
        Edit { file: FileId(0), span: Span::new(start, end), replacement: replacement.to_owned() }
    }

    fn edited(text: &str, edits: &[Edit]) -> String {
        let source = SourceFile::new("Dockerfile", Kind::Dockerfile, text.as_bytes().to_vec());
        String::from_utf8(EditSet::new(&source, edits).unwrap().apply(source.bytes())).unwrap()
    }

    #[test]
    fn replaces_inserts_and_deletes() {
        assert_eq!(edited("0123456789", &[edit(8, 9, ""), edit(0, 0, "a"), edit(2, 4, "bcd")]), "a01bcd45679");
    }

    #[test]
    fn a_replacement_takes_the_newline_of_the_file() {
        assert_eq!(edited("a\r\nb\r\n", &[edit(3, 3, "x\ny\r\n")]), "a\r\nx\r\ny\r\nb\r\n");
        assert_eq!(edited("a\nb\r\n", &[edit(2, 2, "x\ny\r\n")]), "a\nx\ny\r\nb\r\n");
    }

    #[test]
    fn the_byte_order_mark_stays_first() {
        assert_eq!(edited("\u{feff}FROM a", &[edit(0, 0, "# x\n")]), "\u{feff}# x\nFROM a");
        assert_eq!(edited("\u{feff}FROM a", &[edit(0, 7, "from")]), "\u{feff}from a");
        assert_eq!(edited("\u{feff}FROM a", &[edit(0, 3, "")]), "FROM a");
    }

    #[test]
    fn bytes_that_are_no_text_stay() {
        let source = SourceFile::new("x", Kind::Dockerfile, b"a \xff b\xfe".to_vec());
        let set = EditSet::new(&source, &[edit(4, 5, "\u{e9}")]).unwrap();
        assert_eq!(set.apply(source.bytes()), b"a \xff \xc3\xa9\xfe");
    }

    #[test]
    fn overlapping_edits_of_one_fix_are_refused() {
        let source = SourceFile::new("x", Kind::Dockerfile, b"0123".to_vec());
        assert!(EditSet::new(&source, &[edit(0, 2, ""), edit(1, 3, "")]).is_none());
        assert!(EditSet::new(&source, &[edit(0, 2, ""), edit(2, 3, "")]).is_some());
    }

    #[test]
    #[should_panic(expected = "does not fit")]
    fn an_edit_inside_a_character_is_a_bug() {
        let source = SourceFile::new("x", Kind::Dockerfile, "\u{e9}".as_bytes().to_vec());
        EditSet::new(&source, &[edit(1, 2, "")]);
    }

    #[test]
    fn fixes_are_taken_whole_and_apart() {
        let first = [edit(0, 3, "a"), edit(10, 10, "b")];
        let overlapping = [edit(20, 21, ""), edit(2, 4, "c")];
        let same_point = [edit(10, 10, "x")];
        let at_the_end_of_a_replacement = [edit(3, 3, "x")];
        let sharing = [edit(10, 10, "b"), edit(30, 31, "")];
        let next_to = [edit(3, 5, "c"), edit(20, 21, "")];
        let mut taken = Taken::default();
        assert_eq!(taken.take(&first), Some(2));
        assert_eq!(taken.take(&overlapping), None);
        assert_eq!(taken.take(&same_point), None);
        assert_eq!(taken.take(&at_the_end_of_a_replacement), None);
        assert_eq!(taken.take(&sharing), Some(1));
        assert_eq!(taken.take(&next_to), Some(2));
        assert_eq!(taken.take(&first), Some(0));
        let (_, edits) = taken.into_files().next().unwrap();
        let starts: Vec<_> = edits.iter().map(|edit| edit.span.start).collect();
        assert_eq!(starts, [0, 3, 10, 20, 30]);
    }

    #[test]
    fn the_same_place_in_another_file_is_free() {
        let here = [edit(0, 3, "a")];
        let there = [Edit { file: FileId(1), ..edit(0, 3, "b") }];
        let mut taken = Taken::default();
        assert_eq!((taken.take(&here), taken.take(&there)), (Some(1), Some(1)));
    }

    #[test]
    fn spans_move_with_the_edits() {
        let source = SourceFile::new("x", Kind::Dockerfile, b"0123456789".to_vec());
        let set = EditSet::new(&source, &[edit(2, 2, "++"), edit(4, 6, "")]).unwrap();
        assert_eq!(set.forward(Span::new(0, 2)), Span::new(0, 2));
        assert_eq!(set.forward(Span::new(2, 3)), Span::new(4, 5));
        assert_eq!(set.forward(Span::empty(2)), Span::new(2, 4));
        assert_eq!(set.forward(Span::new(0, 10)), Span::new(0, 10));
        assert_eq!(set.forward(Span::new(5, 8)), Span::new(6, 8));
        assert_eq!(set.forward(Span::new(8, 9)), Span::new(8, 9));
        assert_eq!(set.back(0), 0);
        assert_eq!(set.back(3), 2);
        assert_eq!(set.back(4), 2);
        assert_eq!(set.back(6), 6);
        assert_eq!(set.back(9), 9);
    }

    proptest! {
        #[test]
        fn taken_edits_are_apart(spans in prop::collection::vec((0_usize..60, 0_usize..6, "[a-c\n]{0,3}"), 1..30)) {
            let source = SourceFile::new("x", Kind::Dockerfile, vec![b'.'; 66]);
            let fixes: Vec<_> = spans.iter().map(|(start, len, text)| edit(*start, start + len, text)).collect();
            let mut taken = Taken::default();
            let mut accepted = Vec::new();
            for fix in &fixes {
                let free = accepted.iter().all(|other: &&Edit| *other == fix || !conflict(other.span, fix.span));
                prop_assert_eq!(taken.take([fix]).is_some(), free);
                if free && !accepted.contains(&fix) {
                    accepted.push(fix);
                }
            }
            let (_, edits) = taken.into_files().next().unwrap();
            prop_assert_eq!(edits.len(), accepted.len());
            let set = EditSet::new(&source, edits.iter().copied());
            prop_assert!(set.is_some());
        }

        /// Bytes that no edit touches are found again where `forward` says, and `back` leads home.
        #[test]
        fn untouched_bytes_are_where_forward_says(
            text in "[a-z]{24,40}",
            spans in prop::collection::vec((0_usize..20, 0_usize..4, "[A-Z]{0,5}"), 0..8),
        ) {
            let source = SourceFile::new("x", Kind::Dockerfile, text.clone().into_bytes());
            let fixes: Vec<_> = spans.iter().map(|(start, len, text)| edit(*start, start + len, text)).collect();
            let mut taken = Taken::default();
            for fix in &fixes {
                taken.take([fix]);
            }
            let edits: Vec<_> = taken.into_files().flat_map(|(_, edits)| edits).collect();
            let set = EditSet::new(&source, edits.iter().copied()).unwrap();
            let after = set.apply(source.bytes());
            for at in 0..text.len() {
                let moved = set.forward(Span::new(at, at + 1));
                prop_assert!(moved.end() <= after.len());
                if edits.iter().all(|edit| at < edit.span.start() || at >= edit.span.end()) {
                    prop_assert_eq!(&after[moved.range()], &text.as_bytes()[at..=at]);
                    prop_assert_eq!(set.back(moved.start()), at);
                }
            }
        }
    }
}
