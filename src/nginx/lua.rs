//! The extent of a `*_by_lua_block`: Lua is not read, only its strings and comments are passed over.

use memchr::memmem;

/// The offset of the `}` that closes a block of Lua whose text begins at `from`; `None` when there is none before `end`.
pub(super) fn closing_brace(bytes: &[u8], from: usize, end: usize) -> Option<usize> {
    let mut at = from;
    let mut depth = 0usize;
    while at < end {
        at = match bytes[at] {
            b'{' => {
                depth += 1;
                at + 1
            }
            b'}' if depth == 0 => return Some(at),
            b'}' => {
                depth -= 1;
                at + 1
            }
            quote @ (b'"' | b'\'') => past_string(bytes, at + 1, end, quote),
            b'[' => past_long_bracket(bytes, at, end)?,
            b'-' if bytes[at..end].starts_with(b"--") => past_comment(bytes, at + 2, end)?,
            _ => at + 1,
        };
    }
    None
}

/// Behind a string in quotes; one that the line ends is over there, as Lua has it.
fn past_string(bytes: &[u8], from: usize, end: usize, quote: u8) -> usize {
    let mut at = from;
    while at < end {
        match bytes[at] {
            b'\\' => at += 1,
            b'\n' => return at,
            byte if byte == quote => return at + 1,
            _ => {}
        }
        at += 1;
    }
    end
}

/// Behind `[[ … ]]` or `[==[ … ]==]`, or behind the bracket when none opens here; `None` when it never ends.
fn past_long_bracket(bytes: &[u8], at: usize, end: usize) -> Option<usize> {
    let level = bytes[at + 1..end].iter().take_while(|byte| **byte == b'=').count();
    let open = at + 1 + level;
    if open >= end || bytes[open] != b'[' {
        return Some(at + 1);
    }
    let mut close = vec![b'='; level + 2];
    close[0] = b']';
    close[level + 1] = b']';
    memmem::find(&bytes[open + 1..end], &close).map(|found| open + 1 + found + close.len())
}

fn past_comment(bytes: &[u8], from: usize, end: usize) -> Option<usize> {
    if bytes[from..end].first() == Some(&b'[') {
        let behind = past_long_bracket(bytes, from, end)?;
        if behind > from + 1 {
            return Some(behind);
        }
    }
    Some(memchr::memchr(b'\n', &bytes[from..end]).map_or(end, |line| from + line))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(text: &str) -> Option<&str> {
        closing_brace(text.as_bytes(), 0, text.len()).map(|at| &text[..at])
    }

    #[test]
    fn strings_and_comments_hide_braces() {
        assert_eq!(code("a = {b = {}} } }"), Some("a = {b = {}} "));
        assert_eq!(code("ngx.say(\"}\\\"}\", '}') }"), Some("ngx.say(\"}\\\"}\", '}') "));
        assert_eq!(code("-- it's } here\n }"), Some("-- it's } here\n "));
        assert_eq!(code("--[[ } \n ' ]] }"), Some("--[[ } \n ' ]] "));
        assert_eq!(code("s = [==[ ]] } ]==] }"), Some("s = [==[ ]] } ]==] "));
        assert_eq!(code("t[1] = a[[[x}]]] }"), Some("t[1] = a[[[x}]]] "));
        assert_eq!(code("if x then { "), None);
        assert_eq!(code("s = [[ never }"), None);
        assert_eq!(code("--[==[ never }"), None);
        assert_eq!(code("--[ a } \n}"), Some("--[ a } \n"));
    }
}
