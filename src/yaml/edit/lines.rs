//! Lines of a text: all three ways to end them count (YAML 1.2.2, 5.4).

/// The first byte of the line that holds the byte `at`.
pub(super) fn start(text: &str, at: usize) -> usize {
    let start = text[..at].rfind(['\n', '\r']).map_or(0, |newline| newline + 1);
    if text[start..at].starts_with('\u{feff}') { start + '\u{feff}'.len_utf8() } else { start }
}

/// The end of the line that holds the byte `at`, before its newline.
pub(super) fn end(text: &str, at: usize) -> usize {
    text[at..].find(['\n', '\r']).map_or(text.len(), |newline| at + newline)
}

/// The first byte of the next line, or the end of the text; `at` is the end of a line.
pub(super) fn next(text: &str, at: usize) -> usize {
    let rest = &text.as_bytes()[at..];
    at + if rest.starts_with(b"\r\n") { 2 } else { rest.len().min(1) }
}

/// The first byte of the line above the one that starts at `line`; `None` for the first one.
pub(super) fn above(text: &str, line: usize) -> Option<usize> {
    let before = text[..line].strip_suffix(['\n', '\r'])?;
    let before = if text[..line].ends_with("\r\n") { before.strip_suffix('\r').unwrap_or(before) } else { before };
    Some(start(text, before.len()))
}

/// Whether only blanks stand before the byte `at` in its line.
pub(super) fn opens(text: &str, at: usize) -> bool {
    text[start(text, at)..at].bytes().all(|byte| byte == b' ')
}

/// Behind the lines of nothing but blanks that begin at `at`, and whether one of them holds any.
pub(super) fn skip_blank(text: &str, mut at: usize) -> (usize, bool) {
    let mut blanks = false;
    loop {
        let end = end(text, at);
        let line = &text[at..end];
        if !line.bytes().all(|byte| matches!(byte, b' ' | b'\t')) || (end == text.len() && line.is_empty()) {
            return (at, blanks);
        }
        blanks |= !line.is_empty();
        at = next(text, end);
    }
}
