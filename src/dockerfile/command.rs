//! Keyword, flags and the rest of an instruction, as `split_command.go` takes them apart.

use std::ops::Range;

use crate::source::Mapped;

use super::instruction::Flag;

/// The parts of one joined line, as ranges of its text.
#[derive(Debug)]
pub(super) struct Command {
    pub keyword: Range<usize>,
    pub flags: Vec<Flag>,
    /// All after the flags, without whitespace around it.
    pub rest: Range<usize>,
}

/// `reWhitespace`: what separates the keyword from the rest, and the words of FROM, EXPOSE, COPY and VOLUME.
pub(super) const fn is_separator(byte: u8) -> bool {
    matches!(byte, b'\t' | 0x0b | 0x0c | b'\r' | b' ')
}

/// A range of the text without the whitespace around it (`strings.TrimSpace`).
pub(super) fn trimmed(text: &str, range: Range<usize>) -> Range<usize> {
    let part = &text[range.clone()];
    let end = range.start + part.trim_end().len();
    let start = range.start + (part.len() - part.trim_start().len());
    start.min(end)..end
}

pub(super) fn split(joined: &Mapped, range: Range<usize>, escape: u8) -> Command {
    let text = joined.text();
    let whole = trimmed(text, range);
    let bytes = text.as_bytes();
    let keyword_end =
        bytes[whole.clone()].iter().position(|byte| is_separator(*byte)).map_or(whole.end, |length| whole.start + length);
    let (flags, rest) = flags(joined, keyword_end..whole.end, escape);
    Command { keyword: whole.start..keyword_end, flags, rest: trimmed(text, rest..whole.end) }
}

/// The `--name=value` words at the start of the range, and where they end.
fn flags(joined: &Mapped, range: Range<usize>, escape: u8) -> (Vec<Flag>, usize) {
    let text = &joined.text()[..range.end];
    let bytes = text.as_bytes();
    let mut flags = Vec::new();
    let mut at = range.start;
    loop {
        while bytes.get(at).is_some_and(|byte| byte.is_ascii_whitespace() || *byte == 0x0b) {
            at += 1;
        }
        if !bytes[at..].starts_with(b"--") {
            return (flags, at);
        }
        let start = at;
        let mut word = String::new();
        let mut equals = None;
        let mut quote = None;
        while let Some(byte) = bytes.get(at).copied() {
            match quote {
                None if byte.is_ascii_whitespace() || byte == 0x0b => break,
                None if matches!(byte, b'"' | b'\'') => {
                    quote = Some(byte);
                    at += 1;
                    continue;
                }
                Some(open) if byte == open => {
                    quote = None;
                    at += 1;
                    continue;
                }
                _ if byte == escape => {
                    at += 1;
                    // An escape at the end of the line escapes nothing.
                    if at == bytes.len() {
                        break;
                    }
                }
                _ => {}
            }
            let character = text[at..].chars().next().unwrap_or_default();
            if character == '=' && equals.is_none() {
                equals = Some((word.len(), at));
            }
            word.push(character);
            at += character.len_utf8();
        }
        // The bare `--` ends the flags and belongs to nothing.
        if word == "--" {
            return (flags, at);
        }
        let (name_end, name_end_in_text) = equals.unwrap_or((word.len(), at));
        let value = equals.map(|(length, _)| word[length + 1..].to_owned());
        let value_start = equals.map_or(at, |(_, place)| place + 1);
        flags.push(Flag {
            name: word[2..name_end].to_owned(),
            value,
            span: joined.span(start, at),
            name_span: joined.span(start + 2, name_end_in_text),
            value_span: joined.span(value_start, at),
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::Span;

    fn parts(line: &str) -> (String, Vec<(String, Option<String>)>, String) {
        let joined = Mapped::of(line, Span::new(0, line.len()));
        let command = split(&joined, 0..line.len(), b'\\');
        let flags = command.flags.into_iter().map(|flag| (flag.name, flag.value)).collect();
        (line[command.keyword].to_owned(), flags, line[command.rest].to_owned())
    }

    fn flag(name: &str, value: Option<&str>) -> (String, Option<String>) {
        (name.to_owned(), value.map(str::to_owned))
    }

    #[test]
    fn keyword_flags_and_rest() {
        assert_eq!(parts("RUN a b "), ("RUN".into(), vec![], "a b".into()));
        assert_eq!(parts("RUN"), ("RUN".into(), vec![], String::new()));
        assert_eq!(parts(" RUN\u{b}\ta"), ("RUN".into(), vec![], "a".into()));
        assert_eq!(parts("RUN\u{a0}a"), ("RUN\u{a0}a".into(), vec![], String::new()));
        assert_eq!(
            parts("COPY --from=x  --link a --b"),
            ("COPY".into(), vec![flag("from", Some("x")), flag("link", None)], "a --b".into())
        );
    }

    #[test]
    fn two_dashes_end_the_flags() {
        assert_eq!(parts("CMD --a -- --b c"), ("CMD".into(), vec![flag("a", None)], "--b c".into()));
        assert_eq!(parts("CMD --"), ("CMD".into(), vec![], String::new()));
        assert_eq!(parts("CMD - a"), ("CMD".into(), vec![], "- a".into()));
    }

    #[test]
    fn quotes_and_escapes_in_flags() {
        assert_eq!(parts(r#"RUN --a="x y"z\ w 'q'"#), ("RUN".into(), vec![flag("a", Some("x yz w"))], "'q'".into()));
        assert_eq!(parts(r#"RUN --a="x\"y" b"#), ("RUN".into(), vec![flag("a", Some("x\"y"))], "b".into()));
        assert_eq!(parts("RUN --a=\"open b"), ("RUN".into(), vec![flag("a", Some("open b"))], String::new()));
        assert_eq!(parts("RUN --é=ü b"), ("RUN".into(), vec![flag("é", Some("ü"))], "b".into()));
        assert_eq!(parts("RUN --a\\"), ("RUN".into(), vec![flag("a", None)], String::new()));
        assert_eq!(parts("RUN --a= b"), ("RUN".into(), vec![flag("a", Some(""))], "b".into()));
    }

    #[test]
    fn flags_know_their_places() {
        let line = "RUN --mount=\"type=bind\" x";
        let joined = Mapped::of(line, Span::new(0, line.len()));
        let flags = split(&joined, 0..line.len(), b'\\').flags;
        assert_eq!(flags[0].span.slice(line), "--mount=\"type=bind\"");
        assert_eq!(flags[0].name_span.slice(line), "mount");
        assert_eq!(flags[0].value_span.slice(line), "\"type=bind\"");
    }
}
