//! Unified diffs, written as git writes them.

use std::borrow::Cow;
use std::ops::Range;

use similar::{Algorithm, DiffTag, capture_diff_slices};

/// One line of a hunk, with its newline if it has one.
#[derive(Debug, Clone)]
pub struct Line<'a> {
    pub tag: Tag,
    pub bytes: Cow<'a, [u8]>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tag {
    Context,
    Removed,
    Added,
}

/// Lines that stand together.
#[derive(Debug)]
pub struct Hunk<'a> {
    /// The index of the first line in the file before.
    pub old_start: usize,
    /// The index of the first line in the file after.
    pub new_start: usize,
    pub lines: Vec<Line<'a>>,
}

impl Hunk<'_> {
    fn count(&self, other_side: Tag) -> usize {
        self.lines.iter().filter(|line| line.tag != other_side).count()
    }

    pub fn write(&self, out: &mut Vec<u8>) {
        let range = |start: usize, count: usize| match count {
            // An empty range names the line before it.
            0 => format!("{start},0"),
            1 => format!("{}", start + 1),
            _ => format!("{},{count}", start + 1),
        };
        let old = range(self.old_start, self.count(Tag::Added));
        let new = range(self.new_start, self.count(Tag::Removed));
        out.extend_from_slice(format!("@@ -{old} +{new} @@\n").as_bytes());
        for line in &self.lines {
            out.push(match line.tag {
                Tag::Context => b' ',
                Tag::Removed => b'-',
                Tag::Added => b'+',
            });
            out.extend_from_slice(&line.bytes);
            if !line.bytes.ends_with(b"\n") {
                out.extend_from_slice(b"\n\\ No newline at end of file\n");
            }
        }
    }
}

/// Lines with their newlines; the last may have none.
pub fn lines(bytes: &[u8]) -> Vec<&[u8]> {
    let mut lines = Vec::new();
    let mut start = 0;
    for at in memchr::memchr_iter(b'\n', bytes) {
        lines.push(&bytes[start..=at]);
        start = at + 1;
    }
    if start < bytes.len() {
        lines.push(&bytes[start..]);
    }
    lines
}

/// Lines that give way to others: a range of the lines before, and the range of the lines after that takes its place.
pub type Change = (Range<usize>, Range<usize>);

/// What differs between two texts, by lines.
pub fn changes(old: &[&[u8]], new: &[&[u8]]) -> Vec<Change> {
    let prefix = old.iter().zip(new).take_while(|(old, new)| old == new).count();
    let (old_rest, new_rest) = (&old[prefix..], &new[prefix..]);
    let suffix = old_rest.iter().rev().zip(new_rest.iter().rev()).take_while(|(old, new)| old == new).count();
    let (old_rest, new_rest) = (&old_rest[..old_rest.len() - suffix], &new_rest[..new_rest.len() - suffix]);
    let shifted = |range: Range<usize>| range.start + prefix..range.end + prefix;
    if old_rest.is_empty() && new_rest.is_empty() {
        return Vec::new();
    }
    // Most fixes are this small; the general algorithm costs more to set up than they do.
    let small = old_rest.len() * new_rest.len() <= 16;
    let simple = small && !old_rest.iter().any(|line| new_rest.contains(line));
    if simple {
        return vec![(shifted(0..old_rest.len()), shifted(0..new_rest.len()))];
    }
    let ops = capture_diff_slices(Algorithm::Myers, old_rest, new_rest);
    let changed = ops.iter().filter(|op| op.tag() != DiffTag::Equal);
    changed.map(|op| (shifted(op.old_range()), shifted(op.new_range()))).collect()
}

/// The changes that are shown in one hunk, for `context` lines around each.
pub fn grouped(changes: &[Change], context: usize) -> impl Iterator<Item = &[Change]> {
    changes.chunk_by(move |one, next| next.0.start - one.0.end <= 2 * context)
}

/// The names of a file at the head of its hunks.
pub fn header(path: &str, git: bool) -> String {
    let (old, new) = (quoted(&format!("a/{path}")), quoted(&format!("b/{path}")));
    let first = if git { format!("diff --git {old} {new}\n") } else { String::new() };
    // The tab marks the end of a name with spaces, where a date might follow.
    let tab = if path.contains(' ') { "\t" } else { "" };
    format!("{first}--- {old}{tab}\n+++ {new}{tab}\n")
}

/// A path as git prints it with `core.quotePath`, which is its default.
fn quoted(path: &str) -> String {
    if path.bytes().all(|byte| matches!(byte, 0x20..0x7f) && !matches!(byte, b'"' | b'\\')) {
        return path.to_owned();
    }
    let mut quoted = String::from("\"");
    for byte in path.bytes() {
        let letter = match byte {
            b'"' | b'\\' => byte as char,
            0x07 => 'a',
            0x08 => 'b',
            b'\t' => 't',
            b'\n' => 'n',
            0x0b => 'v',
            0x0c => 'f',
            b'\r' => 'r',
            0x20..0x7f => {
                quoted.push(byte as char);
                continue;
            }
            _ => {
                quoted.push_str(&format!("\\{byte:03o}"));
                continue;
            }
        };
        quoted.push('\\');
        quoted.push(letter);
    }
    quoted.push('"');
    quoted
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_quoted_as_git_does() {
        assert_eq!(
            header("a b/Dockerfile", true),
            "diff --git a/a b/Dockerfile b/a b/Dockerfile\n--- a/a b/Dockerfile\t\n+++ b/a b/Dockerfile\t\n"
        );
        assert_eq!(header("é\"\t", false), "--- \"a/\\303\\251\\\"\\t\"\n+++ \"b/\\303\\251\\\"\\t\"\n");
    }

    #[test]
    fn changes_are_narrow() {
        let old = lines(b"a\nb\nc\nd\n");
        let new = lines(b"a\nB\nc\nD\nd\n");
        assert_eq!(changes(&old, &new), [(1..2, 1..2), (3..3, 3..4)]);
        assert_eq!(changes(&old, &old), []);
    }
}
