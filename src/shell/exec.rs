//! Commands given as a JSON array: their strings are the words.

use super::embedded::{self, Embedded};
use super::{Command, Connector, Script, Word, walk, wrappers};
use crate::source::{Mapped, Span};

/// Reads the strings as one command.
pub(super) fn read(file: Option<&str>, strings: &[(String, Span)]) -> Script {
    let mut script = Script { clean: true, ..Script::default() };
    let (Some(first), Some(last)) = (strings.first(), strings.last()) else { return script };
    script.span = first.1.cover(last.1);
    let mut words: Vec<Word> = strings.iter().map(|(text, span)| Word::of_exec(text, *span)).collect();
    let taken = wrappers::take_off(&mut words);
    let offset = strings.len() - words.len();
    let text = match embedded::find(&words) {
        Some(Embedded::Word(index)) => strings.get(index + offset).and_then(|(text, span)| mapped(file, text, *span)),
        // `eval` is a word of the shell: outside one it is the name of a program.
        Some(Embedded::Joined(_)) | None => None,
    };
    let command = command(words, taken, script.span);
    walk::add_exec(&mut script, command, text);
    script.settle();
    script
}

fn command(words: Vec<Word>, wrappers: Vec<Vec<Word>>, span: Span) -> Command {
    Command {
        base: Command::base_of(&words),
        words,
        wrappers,
        assignments: Vec::new(),
        redirections: Vec::new(),
        span,
        list: 0,
        connector: Connector::First,
        connector_span: Span::empty(span.start()),
        joint: Span::empty(span.start()),
        next: None,
        pipeline: None,
        negated: false,
        tested: false,
        background: false,
        depth: 0,
        substitution: false,
        function: false,
        embedded: None,
    }
}

/// A string with its way back to the file: byte for byte where it has no escapes, else by reading the escapes in the file again.
fn mapped(file: Option<&str>, text: &str, span: Span) -> Option<Mapped> {
    match span.len() {
        length if length == text.len() => Some(Mapped::literal(text, span.start())),
        length if length == text.len() + 2 => Some(Mapped::literal(text, span.start() + 1)),
        _ => unescaped(file?, span).filter(|decoded| decoded.text() == text),
    }
}

fn unescaped(file: &str, span: Span) -> Option<Mapped> {
    let raw = span.slice(file).strip_prefix('"')?.strip_suffix('"')?;
    let mut out = Mapped::empty(span.start());
    let start = span.start() + 1;
    let mut at = 0;
    while let Some(found) = raw.get(at..)?.find('\\') {
        let backslash = at + found;
        out.push(file, Span::new(start + at, start + backslash));
        at = backslash + 2;
        let decoded = match raw.as_bytes().get(backslash + 1)? {
            same @ (b'"' | b'\\' | b'/') => char::from(*same),
            b'b' => '\u{8}',
            b'f' => '\u{c}',
            b'n' => '\n',
            b'r' => '\r',
            b't' => '\t',
            b'u' => {
                let code = u32::from_str_radix(raw.get(at..at + 4)?, 16).ok()?;
                at += 4;
                // Halves of a surrogate pair are not worth the trouble.
                char::from_u32(code)?
            }
            _ => return None,
        };
        out.push_escape(decoded.encode_utf8(&mut [0; 4]), Span::new(start + backslash, start + at));
    }
    out.push(file, Span::new(start + at, start + raw.len()));
    Some(out)
}
