//! The diff of one fix, made from its edits alone: the cost is that of the lines that it shows.

use std::borrow::Cow;
use std::ops::Range;

use super::edits::EditSet;
use super::hunk::{Change, Hunk, Line, Tag, changes, grouped, header, lines};
use super::secrets::Veil;
use crate::finding::Fix;
use crate::project::{Document, Project};
use crate::source::{SourceFile, Span, masked};

/// Lines around a change.
const CONTEXT: usize = 2;

/// The diff of a fix as reports show it, with secrets covered; empty when the edits do not fit their files.
pub fn excerpt(project: &Project, fix: &Fix) -> String {
    let mut edits: Vec<_> = fix.edits.iter().collect();
    edits.sort_by_key(|edit| edit.file);
    let by_file = edits.chunk_by(|one, next| one.file == next.file);
    let edited = |edits: &[&crate::finding::Edit]| {
        let document = project.document(edits[0].file);
        Some((document, EditSet::new(&document.source, edits.iter().copied())?))
    };
    by_file.map(edited).collect::<Option<Vec<_>>>().map_or_else(String::new, |files| Excerpt::new(files).render())
}

/// The files of a fix, each with the edits made to it.
pub struct Excerpt<'a> {
    files: Vec<(&'a Document, EditSet, Veil<'a>)>,
}

impl<'a> Excerpt<'a> {
    pub fn new(files: Vec<(&'a Document, EditSet)>) -> Self {
        let veil = |document: &'a Document| Veil::new(document.source.text(), document.secrets());
        Self { files: files.into_iter().map(|(document, set)| (document, set, veil(document))).collect() }
    }

    fn render(&self) -> String {
        let mut out = Vec::new();
        for (document, set, veil) in &self.files {
            let source = &document.source;
            let changes = self.line_changes(source, set, veil);
            if changes.is_empty() {
                continue;
            }
            out.extend_from_slice(header(&source.path, false).as_bytes());
            for hunk in hunks(source, veil, &changes) {
                hunk.write(&mut out);
            }
        }
        // Made of pieces of strings, so nothing is ever lost here.
        String::from_utf8_lossy(&out).into_owned()
    }

    /// Whether a patch of these edits must show a secret: in a line that changes, or in the line after one, without which
    /// git takes a hunk for the end of its file.
    pub fn needs_secret(&self) -> bool {
        if self.files.iter().all(|(document, ..)| document.secrets().is_empty()) {
            return false;
        }
        self.files.iter().any(|(document, set, veil)| {
            let source = &document.source;
            let shown = |change: &LineChange| veil.covers(lines_span(source, change.old.start..change.old.end + 1));
            set.iter().any(|(_, new)| !self.carried(new).is_empty()) || self.line_changes(source, set, veil).iter().any(shown)
        })
    }

    /// Where new text holds values of secrets of any file of the fix.
    fn carried(&self, new: &str) -> Vec<Span> {
        let mut found = Vec::new();
        for (_, set, veil) in &self.files {
            let touched = |secret: Span| set.iter().any(|(edit, _)| edit.start <= secret.end && secret.start <= edit.end);
            found.extend(veil.carried(new, touched));
        }
        found
    }

    /// The lines that the edits change, ascending and apart.
    fn line_changes(&self, source: &SourceFile, set: &EditSet, veil: &Veil<'_>) -> Vec<LineChange> {
        let edits: Vec<_> = set.iter().collect();
        let lines_of = |span: Span| source.line(span.start()) - 1..source.line(span.end());
        let mut found: Vec<LineChange> = Vec::new();
        // Edits that share a line are shown in one piece.
        for edits in edits.chunk_by(|(one, _), (next, _)| lines_of(*next).start < lines_of(*one).end) {
            let touched = lines_of(edits[0].0).start..lines_of(edits[edits.len() - 1].0).end.min(line_count(source));
            let block = lines_span(source, touched.clone());
            let mut new = String::new();
            // As long as `new`, line for line, so that places in one are places in the other.
            let mut shown = String::new();
            let mut copied = block.start();
            for (span, replacement) in edits {
                let kept = Span::new(copied, span.start());
                new.push_str(kept.slice(source.text()));
                new.push_str(replacement);
                shown.push_str(&veil.shown(kept));
                shown.push_str(&masked(replacement, &self.carried(replacement)));
                copied = span.end();
            }
            let kept = Span::new(copied, block.end());
            new.push_str(kept.slice(source.text()));
            shown.push_str(&veil.shown(kept));
            let (old, new) = (lines(block.slice(source.text()).as_bytes()), lines(new.as_bytes()));
            let ends: Vec<usize> = std::iter::once(0)
                .chain(new.iter().scan(0, |end, line| {
                    *end += line.len();
                    Some(*end)
                }))
                .collect();
            for (old, new) in changes(&old, &new) {
                let old = old.start + touched.start..old.end + touched.start;
                let new = &shown[ends[new.start]..ends[new.end]];
                match found.last_mut() {
                    // What goes is shown before what comes, as one change.
                    Some(last) if last.old.end == old.start => {
                        last.old.end = old.end;
                        last.new.push_str(new);
                    }
                    _ => found.push(LineChange { old, new: new.to_owned() }),
                }
            }
        }
        found
    }
}

/// Lines of a file that give way to others.
struct LineChange {
    old: Range<usize>,
    /// As it is shown.
    new: String,
}

fn hunks<'a, 't: 'a>(source: &'t SourceFile, veil: &Veil<'t>, found: &'a [LineChange]) -> Vec<Hunk<'a>> {
    let mut new_lines: Vec<Vec<&[u8]>> = Vec::new();
    let mut ranges: Vec<Change> = Vec::new();
    let mut shift = 0_isize;
    for change in found {
        let new = lines(change.new.as_bytes());
        let start = (change.old.start as isize + shift) as usize;
        shift += new.len() as isize - change.old.len() as isize;
        ranges.push((change.old.clone(), start..start + new.len()));
        new_lines.push(new);
    }
    let mut new_lines = new_lines.into_iter();
    let old_line = |tag: Tag, line: usize| {
        let bytes = match veil.shown(lines_span(source, line..line + 1)) {
            Cow::Borrowed(text) => Cow::Borrowed(text.as_bytes()),
            Cow::Owned(text) => Cow::Owned(text.into_bytes()),
        };
        Line { tag, bytes }
    };
    let mut hunks = Vec::new();
    for group in grouped(&ranges, CONTEXT) {
        let first = group[0].0.start.saturating_sub(CONTEXT);
        let mut hunk = Hunk { old_start: first, new_start: group[0].1.start - (group[0].0.start - first), lines: Vec::new() };
        let mut at = first;
        for (old, _) in group {
            hunk.lines.extend((at..old.start).map(|line| old_line(Tag::Context, line)));
            hunk.lines.extend(old.clone().map(|line| old_line(Tag::Removed, line)));
            let added = new_lines.next().unwrap_or_default();
            hunk.lines.extend(added.into_iter().map(|line| Line { tag: Tag::Added, bytes: Cow::Borrowed(line) }));
            at = old.end;
        }
        let last = (at + CONTEXT).min(line_count(source));
        hunk.lines.extend((at..last).map(|line| old_line(Tag::Context, line)));
        hunks.push(hunk);
    }
    hunks
}

/// The number of lines; a newline at the end begins none.
fn line_count(source: &SourceFile) -> usize {
    let starts = source.line_starts();
    starts.len() - usize::from(starts.last().is_some_and(|start| *start as usize == source.text().len()))
}

/// The bytes of lines by their indices, newlines included.
fn lines_span(source: &SourceFile, lines: Range<usize>) -> Span {
    let starts = source.line_starts();
    let start = |line: usize| starts.get(line).map_or(source.text().len(), |start| *start as usize);
    Span::new(start(lines.start), start(lines.end))
}

#[cfg(test)]
mod tests;
