//! Words without their quotes.

use shuck_ast::{BraceSyntaxKind, WordPart, WordPartNode};

use super::Word;
use crate::source::{Mapped, Span};

/// The bytes of a shuck span, whatever the parser put into it.
pub(super) fn slice(source: &str, span: shuck_ast::Span) -> &str {
    source.get(span.start.offset()..span.end.offset()).unwrap_or_default()
}

/// The file span of a range of the text. shuck's spans are exact for clean texts; for broken ones they may cut a character.
pub(super) fn locate(text: &Mapped, start: usize, end: usize) -> Span {
    let source = text.text();
    text.span(source.floor_char_boundary(start), source.ceil_char_boundary(end))
}

/// Appends what is left of an unquoted (or double-quoted) literal once its backslashes did their work, piece by piece.
pub(super) fn unescape(raw: &str, quoted: bool, mut keep: impl FnMut(usize, usize)) {
    let bytes = raw.as_bytes();
    let mut start = 0;
    let mut at = 0;
    while let Some(found) = memchr::memchr(b'\\', &bytes[at..]) {
        let backslash = at + found;
        let Some(next) = bytes.get(backslash + 1) else { break };
        if !quoted || matches!(next, b'"' | b'\\' | b'$' | b'`' | b'\n') {
            keep(start, backslash);
            start = backslash + 1 + usize::from(*next == b'\n');
        }
        at = backslash + 2;
    }
    keep(start, bytes.len());
}

/// Converts a word of shuck.
pub(super) fn convert(text: &Mapped, source: &str, word: &shuck_ast::Word) -> Word {
    let (start, end) = (word.span.start.offset(), word.span.end.offset());
    let mut out = Word { literal: true, span: locate(text, start, end), ..Word::default() };
    if let [WordPartNode { kind: WordPart::Literal(_), .. }] = word.parts.as_slice() {
        push_literal(&mut out, slice(source, word.span), false, true);
    } else if tiles(word) {
        out.text.reserve(end - start);
        for part in &word.parts {
            push_part(&mut out, source, part, false);
        }
    } else {
        out.text.push_str(slice(source, word.span));
        out.literal = false;
        out.quoted = out.text.contains(['"', '\'']);
        out.expansion = out.text.find(['$', '`']).map(|at| at as u32);
    }
    if word.brace_syntax.iter().any(|brace| matches!(brace.kind, BraceSyntaxKind::Expansion(_)) && is_unquoted(brace)) {
        out.literal = false;
    }
    out
}

fn is_unquoted(brace: &shuck_ast::BraceSyntax) -> bool {
    matches!(brace.quote_context, shuck_ast::BraceQuoteContext::Unquoted)
}

/// Whether the parts cover the word byte for byte, so that each may be read from the source.
pub(super) fn tiles(word: &shuck_ast::Word) -> bool {
    let mut at = word.span.start.offset();
    for part in &word.parts {
        if part.span.start.offset() != at || part.span.end.offset() < at {
            return false;
        }
        at = part.span.end.offset();
    }
    at == word.span.end.offset()
}

fn push_part(out: &mut Word, source: &str, part: &WordPartNode, quoted: bool) {
    match &part.kind {
        WordPart::Literal(_) => push_literal(out, slice(source, part.span), quoted, out.text.is_empty()),
        WordPart::SingleQuoted { value, .. } => {
            out.quoted = true;
            out.text.push_str(if value.is_source_backed() { slice(source, value.span()) } else { value.slice(source) });
        }
        WordPart::DoubleQuoted { parts, .. } => {
            out.quoted = true;
            for part in parts {
                // Parts of a quoted string are never quoted strings again: this does not nest.
                push_part(out, source, part, true);
            }
        }
        _ => {
            out.expansion.get_or_insert(out.text.len() as u32);
            out.literal = false;
            out.text.push_str(slice(source, part.span));
        }
    }
}

fn push_literal(out: &mut Word, raw: &str, quoted: bool, first: bool) {
    if !quoted && (is_glob(raw) || (first && raw.starts_with('~'))) {
        out.literal = false;
    }
    unescape(raw, quoted, |start, end| out.text.push_str(raw.get(start..end).unwrap_or_default()));
}

/// Whether unquoted text names several files.
pub(super) fn is_glob(raw: &str) -> bool {
    let bytes = raw.as_bytes();
    if memchr::memchr3(b'*', b'?', b'[', bytes).is_none() {
        return false;
    }
    let mut bracket = false;
    let mut escaped = false;
    for byte in bytes {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            b'*' | b'?' => return true,
            b'[' => bracket = true,
            b']' if bracket => return true,
            _ => {}
        }
    }
    false
}

impl Word {
    /// A word that the shell never saw, such as a string of a JSON array.
    pub(super) fn of_exec(text: &str, span: Span) -> Self {
        Self { text: text.into(), literal: true, quoted: true, expansion: None, span }
    }

    /// The text before the first expansion: all of it when there is none.
    pub fn prefix(&self) -> &str {
        match self.expansion {
            Some(at) => self.text.get(..at as usize).unwrap_or_default(),
            None => &self.text,
        }
    }

    /// Starts with `-` and is more than that.
    pub fn is_flag(&self) -> bool {
        self.text.len() > 1 && self.text.starts_with('-')
    }
}
