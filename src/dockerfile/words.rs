//! The words of ENV, LABEL and ARG, which honour quotes, and those of the other instructions, which do not.

use std::ops::Range;

use super::command::is_separator;

/// Words between whitespace outside quotes; quotes and escapes stay (`parseWords` in `line_parsers.go`).
pub(super) fn quoted(text: &str, escape: u8) -> Vec<Range<usize>> {
    let escape = char::from(escape);
    let mut words = Vec::new();
    let mut start = None;
    let mut quote = None;
    let mut characters = text.char_indices();
    while let Some((at, character)) = characters.next() {
        if start.is_none() {
            if character.is_whitespace() {
                continue;
            }
            start = Some(at);
        }
        match quote {
            None if character.is_whitespace() => {
                words.extend(start.take().map(|start| start..at));
                continue;
            }
            None if matches!(character, '"' | '\'') => quote = Some(character),
            Some(open) if character == open => quote = None,
            _ => {}
        }
        // Nothing can be escaped between single quotes.
        if character == escape && quote != Some('\'') && characters.next().is_none() {
            // An escape at the end of the line is dropped.
            words.extend(start.take().map(|start| start..at).filter(|word| !word.is_empty()));
        }
    }
    words.extend(start.map(|start| start..text.len()));
    words
}

/// Words between whitespace, whatever the quotes (`parseStringsWhitespaceDelimited`).
pub(super) fn separated(text: &str) -> Vec<Range<usize>> {
    let bytes = text.as_bytes();
    let mut words = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        let end = bytes[at..].iter().position(|byte| is_separator(*byte)).map_or(bytes.len(), |length| at + length);
        if end > at {
            words.push(at..end);
        }
        at = end + 1;
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> Vec<&str> {
        quoted(text, b'\\').into_iter().map(|range| &text[range]).collect()
    }

    #[test]
    fn quotes_hold_words_together() {
        assert_eq!(of("a=1  b=\"x y\" c='d e'f"), ["a=1", "b=\"x y\"", "c='d e'f"]);
        assert_eq!(of(r"a=x\ y b"), [r"a=x\ y", "b"]);
        assert_eq!(of(r#"a="x\" y" b"#), [r#"a="x\" y""#, "b"]);
        assert_eq!(of(r"a='x\' b"), [r"a='x\'", "b"]);
        assert_eq!(of("a='open b"), ["a='open b"]);
        assert_eq!(of("'' x"), ["''", "x"]);
        assert_eq!(of(" \t"), Vec::<&str>::new());
        assert_eq!(of("a\u{a0}b"), ["a", "b"]);
    }

    #[test]
    fn an_escape_at_the_end_vanishes() {
        assert_eq!(of("a=b\\"), ["a=b"]);
        assert_eq!(of("a=b \\"), ["a=b"]);
        assert_eq!(of("a=\"b\\"), ["a=\"b"]);
        assert_eq!(of("a='b\\"), ["a='b\\"]);
        assert_eq!(of("a=b\\\\"), ["a=b\\\\"]);
    }

    #[test]
    fn separated_words_know_no_quotes() {
        let words = |text: &'static str| separated(text).into_iter().map(move |range| &text[range]).collect::<Vec<_>>();
        assert_eq!(words("\"a b\" \u{b}c"), ["\"a", "b\"", "c"]);
        assert_eq!(words("a\u{a0}b"), ["a\u{a0}b"]);
        assert_eq!(words(""), Vec::<&str>::new());
    }
}
