//! The patch of a whole run, as `git apply` takes it.

use std::borrow::Cow;
use std::collections::BTreeSet;

use memchr::memmem;

use super::hunk::{Change, Hunk, Line, Tag, changes, grouped, header, lines};
use super::prove::FixedFile;
use crate::source::Span;

/// Lines around a change.
const CONTEXT: usize = 3;

/// A patch over several files.
#[derive(Debug, Default)]
pub struct Patch {
    /// Bytes, since the files may be no text.
    pub text: Vec<u8>,
    /// Paths of files that are left out because their hunks would show a secret.
    pub withheld: Vec<String>,
}

/// One patch of all files. Context lines with a secret are cut off where the hunk still stands without them; a file whose
/// changes cannot be shown so is left out, and with it those that share fixes with it.
pub fn patch(files: &[FixedFile], show_secrets: bool) -> Patch {
    let rendered: Vec<_> = files.iter().map(|file| render(file, show_secrets)).collect();
    let secret = files.iter().zip(&rendered).filter(|(_, text)| text.is_none());
    let withheld: BTreeSet<_> = secret.map(|(file, _)| file.together).collect();
    let mut patch = Patch::default();
    for (file, text) in files.iter().zip(rendered) {
        match text {
            Some(text) if !withheld.contains(&file.together) => patch.text.extend(text),
            _ => patch.withheld.push(file.path.clone()),
        }
    }
    patch
}

/// `None` when the hunks would show a secret.
fn render(file: &FixedFile, show_secrets: bool) -> Option<Vec<u8>> {
    let (old, new) = (lines(&file.before), lines(&file.after));
    let changes = changes(&old, &new);
    let secret = if show_secrets { SecretLines::default() } else { SecretLines::of(file, &old, &new, &changes) };
    if changes.iter().any(|change| secret.needed_by(change)) {
        return None;
    }
    let mut out = header(&file.path, true).into_bytes();
    for group in grouped(&changes, CONTEXT) {
        let apart = |one: &Change, next: &Change| (one.0.end..next.0.start).zip(one.1.end..).all(|at| !secret.context(at));
        for part in group.chunk_by(apart) {
            hunk(&old, &new, part, &secret).write(&mut out);
        }
    }
    Some(out)
}

fn hunk<'a>(old: &[&'a [u8]], new: &[&'a [u8]], changes: &[Change], secret: &SecretLines) -> Hunk<'a> {
    let (first, last) = (&changes[0], &changes[changes.len() - 1]);
    let room = CONTEXT.min(first.0.start);
    let before = (1..=room).take_while(|by| !secret.context((first.0.start - by, first.1.start - by))).count();
    let room = CONTEXT.min(old.len() - last.0.end);
    let after = (0..room).take_while(|by| !secret.context((last.0.end + by, last.1.end + by))).count();
    let line = |tag: Tag, bytes: &'a [u8]| Line { tag, bytes: Cow::Borrowed(bytes) };
    let mut lines = Vec::new();
    let mut at = first.0.start - before;
    for (removed, added) in changes {
        lines.extend(old[at..removed.start].iter().map(|bytes| line(Tag::Context, bytes)));
        lines.extend(old[removed.clone()].iter().map(|bytes| line(Tag::Removed, bytes)));
        lines.extend(new[added.clone()].iter().map(|bytes| line(Tag::Added, bytes)));
        at = removed.end;
    }
    lines.extend(old[at..at + after].iter().map(|bytes| line(Tag::Context, bytes)));
    Hunk { old_start: first.0.start - before, new_start: first.1.start - before, lines }
}

/// The lines that hold a part of a secret.
#[derive(Default)]
struct SecretLines {
    old: BTreeSet<usize>,
    new: BTreeSet<usize>,
}

impl SecretLines {
    fn of(file: &FixedFile, old: &[&[u8]], new: &[&[u8]], changes: &[Change]) -> Self {
        let mut secret = Self { old: holding(&file.secrets_before, old), new: holding(&file.secrets_after, new) };
        // A fix may carry a value to a place where it is not taken for a secret any more.
        let covered = covered(&file.before, &file.secrets_before);
        let values = file.secrets_before.iter().map(|secret| file.before.get(secret.range()).unwrap_or_default().trim_ascii());
        let values: BTreeSet<_> = values.filter(|value| !value.is_empty()).collect();
        for value in values.into_iter().filter(|value| memmem::find(&covered, value).is_none()) {
            let added = changes.iter().flat_map(|(_, added)| added.clone());
            secret.new.extend(added.filter(|line| memmem::find(new[*line], value).is_some()));
        }
        secret
    }

    /// Whether a line that stays shows a secret, in the file before or after.
    fn context(&self, (old, new): (usize, usize)) -> bool {
        self.old.contains(&old) || self.new.contains(&new)
    }

    /// Whether a change cannot be shown without a secret: in its lines, or in the line after it, without which git takes the
    /// hunk for the end of the file.
    fn needed_by(&self, (removed, added): &Change) -> bool {
        self.old.range(removed.clone()).next().is_some()
            || self.new.range(added.clone()).next().is_some()
            || self.context((removed.end, added.end))
    }
}

/// The indices of the lines that hold a part of these spans.
fn holding(secrets: &[Span], lines: &[&[u8]]) -> BTreeSet<usize> {
    let mut found = BTreeSet::new();
    if secrets.is_empty() {
        return found;
    }
    let mut start = 0;
    for (at, line) in lines.iter().enumerate() {
        let end = start + line.len();
        if secrets.iter().any(|secret| secret.start() < end && start < secret.end()) {
            found.insert(at);
        }
        start = end;
    }
    found
}

fn covered(bytes: &[u8], secrets: &[Span]) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    for secret in secrets {
        if let Some(secret) = bytes.get_mut(secret.range()) {
            secret.fill(b'*');
        }
    }
    bytes
}

#[cfg(test)]
mod tests;
