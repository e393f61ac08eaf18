//! Calling shuck: what it must not be given, and what it wrongly refuses.

use std::borrow::Cow;

use shuck_parser::parser::{ParseResult, Parser};

/// Longer texts are not read: no instruction of a Dockerfile is a megabyte of shell.
const MAX_LENGTH: usize = 1 << 20;
/// How many stray braces are repaired before the text is given up.
const MAX_REPAIRS: usize = 32;

/// The tree of a text and whether it is clean; `None` for a text that is refused unread.
///
/// shuck 0.2.8 refuses an unquoted `}` inside a word that opened no brace (`echo a}b`), which every shell takes for a plain
/// character. Its complaint starts at that very byte, so it is covered by `_` and the text is read again; offsets stay.
pub(super) fn parse(text: &str) -> Option<(ParseResult, bool)> {
    if text.len() > MAX_LENGTH {
        return None;
    }
    let mut text = Cow::Borrowed(text);
    let mut result = Parser::new(&text).parse();
    for _ in 0..MAX_REPAIRS {
        if result.is_ok() {
            break;
        }
        let Some(stray) = result.diagnostics.iter().find_map(|complaint| stray_brace(&text, complaint.span.start.offset()))
        else {
            break;
        };
        text.to_mut().replace_range(stray..=stray, "_");
        result = Parser::new(&text).parse();
    }
    let clean = result.is_ok();
    Some((result, clean))
}

fn stray_brace(text: &str, at: usize) -> Option<usize> {
    let bytes = text.as_bytes();
    let inside = at > 0 && !bytes[at - 1].is_ascii_whitespace();
    (inside && bytes.get(at) == Some(&b'}')).then_some(at)
}
