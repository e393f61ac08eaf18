//! What go-yaml reads although YAML 1.2 forbids it. Compose files that compose loads must not count as broken, so the
//! text is changed where granit stops, read again, and every span is brought back to the text as it is.

use granit_parser::ErrorKind;

use super::problem::{Progress, open_quote};

/// Each change costs another reading; a text that needs more is reported as broken.
const ATTEMPTS: usize = 16;

/// How much one reading may add for each byte of text.
const GROWTH: usize = 8;

/// Replacements in a text, sorted and apart.
#[derive(Debug, Default)]
pub(super) struct Changes {
    changes: Vec<Change>,
    attempts: usize,
}

#[derive(Debug)]
struct Change {
    /// In the text as it is.
    at: usize,
    removed: usize,
    inserted: String,
}

impl Changes {
    /// The text to read.
    pub fn apply(&self, text: &str) -> Option<String> {
        if self.changes.is_empty() {
            return None;
        }
        let added: usize = self.changes.iter().map(|change| change.inserted.len()).sum();
        let mut changed = String::with_capacity(text.len() + added);
        let mut from = 0;
        for change in &self.changes {
            changed.push_str(&text[from..change.at]);
            changed.push_str(&change.inserted);
            from = change.at + change.removed;
        }
        changed.push_str(&text[from..]);
        Some(changed)
    }

    /// Changes that let granit read past an error at the byte `at`. `false` when go-yaml would stop here too.
    pub fn mend(&mut self, kind: &ErrorKind, text: &str, progress: Progress, at: usize) -> bool {
        let found = match kind {
            ErrorKind::InvalidQuotedScalarIndent | ErrorKind::TabInIndentation => quoted_lines(text, progress.end, at),
            ErrorKind::TabInBlockIndentation => lines_between_brackets(text, progress.bracket, at),
            ErrorKind::UnknownQuotedScalarEscape => quotes_unescaped(text, at),
            ErrorKind::CommentNotSeparated => vec![Change { at, removed: 0, inserted: " ".to_owned() }],
            _ => Vec::new(),
        };
        if found.is_empty() || self.attempts == ATTEMPTS {
            return false;
        }
        self.attempts += 1;
        let before = self.changes.len();
        for change in found {
            if let Err(place) = self.changes.binary_search_by_key(&change.at, |old| old.at) {
                self.changes.insert(place, change);
            }
        }
        let added: usize = self.changes.iter().map(|change| change.inserted.len()).sum();
        self.changes.len() > before && added <= GROWTH * text.len()
    }
}

/// Brings places in the changed text back, in the order of the text or not.
pub(super) struct Places {
    /// Of each change: its start and end in the changed text, and its end in the text as it is.
    changes: Vec<(usize, usize, usize)>,
}

impl Places {
    pub fn of(changes: &Changes) -> Self {
        let (mut grown, mut shrunk) = (0, 0);
        let places = changes.changes.iter().map(|change| {
            let start = change.at + grown - shrunk;
            grown += change.inserted.len();
            shrunk += change.removed;
            (start, start + change.inserted.len(), change.at + change.removed)
        });
        Self { changes: places.collect() }
    }

    /// The place in the text as it is; what lies in a replacement goes to its end.
    pub fn original(&self, at: usize) -> usize {
        if self.changes.is_empty() {
            return at;
        }
        match self.changes[..self.changes.partition_point(|&(start, ..)| start < at)].last() {
            None => at,
            Some(&(_, end, original)) => original + at.saturating_sub(end),
        }
    }
}

/// Indents the lines that a quoted scalar goes on with (YAML 1.2.2, 6.3 asks for it; their indentation is no content).
fn quoted_lines(text: &str, end: usize, at: usize) -> Vec<Change> {
    let Some((open, close)) = open_quote(text, end, at) else { return Vec::new() };
    let lines = text[open..close].match_indices('\n').map(|(newline, _)| open + newline + 1);
    // The document ends at its marker, whatever is open.
    indented(text, open, lines.take_while(|&line| !text[line..].starts_with("---") && !text[line..].starts_with("...")).collect())
}

/// Indents the lines between brackets that a tab indents, from that of the byte `at` on.
fn lines_between_brackets(text: &str, bracket: Option<usize>, at: usize) -> Vec<Change> {
    let Some(open) = bracket else { return Vec::new() };
    let mut line = line_start(text, at);
    let mut lines = Vec::new();
    while text[line..].trim_start_matches(' ').starts_with('\t') {
        lines.push(line);
        match text[line..].find('\n') {
            Some(newline) => line += newline + 1,
            None => break,
        }
    }
    indented(text, open, lines)
}

/// Puts lines right of the byte `open` in its line, and so right of any block around it.
fn indented(text: &str, open: usize, lines: Vec<usize>) -> Vec<Change> {
    let indentation = " ".repeat(open - line_start(text, open) + 1);
    if lines.len().saturating_mul(indentation.len()) > GROWTH * text.len() {
        return Vec::new();
    }
    lines.into_iter().map(|at| Change { at, removed: 0, inserted: indentation.clone() }).collect()
}

fn line_start(text: &str, at: usize) -> usize {
    text[..at].rfind('\n').map_or(0, |newline| newline + 1)
}

/// Writes `\'` in the double-quoted scalar from `open` as an escape that YAML has too.
fn quotes_unescaped(text: &str, open: usize) -> Vec<Change> {
    let bytes = text.as_bytes();
    let mut changes = Vec::new();
    let mut at = open + 1;
    while let Some(&byte) = bytes.get(at) {
        match byte {
            b'"' => return changes,
            b'\\' => {
                if bytes.get(at + 1) == Some(&b'\'') {
                    changes.push(Change { at: at + 1, removed: 1, inserted: "x27".to_owned() });
                }
                at += 2;
            }
            _ => at += 1,
        }
    }
    // Without an end it is broken anyway.
    Vec::new()
}
