//! Text from files made harmless for a terminal, and its width there.

use std::borrow::Cow;
use std::fmt::Write;

use unicode_width::UnicodeWidthChar;

/// The text with every character escaped that could move the cursor, change the terminal or hide what is written:
/// controls, line separators, marks of text direction.
pub fn visible(text: &str) -> Cow<'_, str> {
    // Not `all`, which stops at the first: this way it is one pass of wide instructions.
    let is_plain = text.bytes().fold(true, |plain, byte| plain & matches!(byte, b' '..=b'~'));
    if is_plain || !text.contains(is_hazard) {
        return Cow::Borrowed(text);
    }
    let mut safe = String::with_capacity(text.len() + 16);
    for char in text.chars() {
        push_visible(&mut safe, char);
    }
    Cow::Owned(safe)
}

/// Appends a character as a terminal may see it.
pub(super) fn push_visible(text: &mut String, char: char) {
    match char {
        '\n' => text.push_str("\\n"),
        '\r' => text.push_str("\\r"),
        '\t' => text.push_str("\\t"),
        // Stands for a byte that is not UTF-8, see `SourceFile`.
        '\u{1a}' => text.push('\u{fffd}'),
        char if !is_hazard(char) => text.push(char),
        char if u32::from(char) < 0x100 => write!(text, "\\x{:02x}", u32::from(char)).unwrap_or_default(),
        char => write!(text, "\\u{{{:x}}}", u32::from(char)).unwrap_or_default(),
    }
}

pub(super) fn is_hazard(char: char) -> bool {
    char.is_control()
        || matches!(char, '\u{61c}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}

/// The cells that a visible text takes.
pub(super) fn width(text: &str) -> usize {
    if text.is_ascii() { text.len() } else { text.chars().map(|char| char.width().unwrap_or(0)).sum() }
}

/// Words in lines of at most `limit` cells; a longer word stands alone on its line.
pub fn wrap(text: &str, limit: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    let mut filled = 0;
    for word in text.split_whitespace() {
        let wide = width(word);
        match lines.last_mut() {
            Some(line) if filled + 1 + wide <= limit => {
                line.push(' ');
                line.push_str(word);
                filled += 1 + wide;
            }
            _ => {
                lines.push(word.to_owned());
                filled = wide;
            }
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_reaches_the_terminal_that_it_would_obey() {
        assert_eq!(visible("plain `text` é 漢"), "plain `text` é 漢");
        assert_eq!(visible("a\u{1b}[31mb\u{7}\u{9b}c"), "a\\x1b[31mb\\x07\\x9bc");
        assert_eq!(visible("evil\u{202e}txt\r\n"), "evil\\u{202e}txt\\r\\n");
        assert_eq!(visible("bad \u{1a} byte"), "bad \u{fffd} byte");
    }

    #[test]
    fn words_fill_lines() {
        assert_eq!(wrap("one two  three fourteen", 9), ["one two", "three", "fourteen"]);
    }
}
