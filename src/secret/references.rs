//! `$X`, `${X}`, `${X:-y}`: values that stand elsewhere, and what they fall back to.

use std::ops::Range;

/// A default is not looked for beyond this many bytes.
const LONGEST_DEFAULT: usize = 1 << 12;

/// `${NAME:-default}` and its kin.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fallback<'t> {
    pub variable: &'t str,
    /// From the operator to the end of the default, the `}` not included: what `:?message` takes the place of.
    pub operation: Range<usize>,
    /// The default alone.
    pub default: Range<usize>,
}

/// Every default in a text, nested ones too, in order. `$${` is no reference.
pub fn fallbacks(text: &str) -> impl Iterator<Item = Fallback<'_>> {
    memchr::memmem::find_iter(text.as_bytes(), "${").filter_map(|open| {
        let dollars = text.as_bytes()[..open].iter().rev().take_while(|byte| **byte == b'$').count();
        let rest = &text[open + 2..];
        let length = rest.bytes().position(|byte| !is_name_byte(byte)).unwrap_or(rest.len());
        let operator = [":-", "-", ":=", "="].into_iter().find(|operator| rest[length..].starts_with(operator))?;
        let start = open + 2 + length + operator.len();
        let end = closing_brace(&text.as_bytes()[start..])? + start;
        (dollars % 2 == 0 && length > 0).then(|| Fallback {
            variable: &rest[..length],
            operation: open + 2 + length..end,
            default: start..end,
        })
    })
}

fn closing_brace(bytes: &[u8]) -> Option<usize> {
    let mut depth = 0usize;
    for (at, byte) in bytes.iter().take(LONGEST_DEFAULT).enumerate() {
        match byte {
            b'\n' => return None,
            b'{' => depth += 1,
            b'}' if depth == 0 => return Some(at),
            b'}' => depth -= 1,
            _ => {}
        }
    }
    None
}

/// Whether a text holds a variable or a substitution of any kind, so that what is written is not what is meant.
pub fn has_reference(text: &str) -> bool {
    let bytes = text.as_bytes();
    let mut at = 0;
    while let Some(dollar) = memchr::memchr2(b'$', b'`', bytes.get(at..).unwrap_or_default()).map(|found| at + found) {
        match (bytes[dollar], bytes.get(dollar + 1)) {
            (b'`', _) => return true,
            (_, Some(b'$')) => at = dollar + 2,
            (_, Some(next)) if next.is_ascii_alphabetic() || matches!(next, b'_' | b'{' | b'(') => return true,
            _ => at = dollar + 1,
        }
    }
    text.contains("{{") || text.contains("<%") || is_percent_variable(text)
}

/// `%VARIABLE%`, as Windows writes it and Symfony has it in front of paths.
fn is_percent_variable(text: &str) -> bool {
    let name = text.strip_prefix('%').and_then(|rest| rest.split_once('%')).map(|(name, _)| name);
    name.is_some_and(|name| !name.is_empty() && name.bytes().all(|byte| is_name_byte(byte) || byte == b'.'))
}

/// Nothing but one variable, `$X` or `${X}`: what it holds is not written here.
pub fn is_reference(value: &str) -> bool {
    let value = value.trim_matches(|char: char| char.is_whitespace() || matches!(char, '"' | '\''));
    let Some(rest) = value.strip_prefix('$') else { return false };
    let name = rest.strip_prefix('{').and_then(|rest| rest.strip_suffix('}')).unwrap_or(rest);
    !name.is_empty() && name.bytes().all(is_name_byte)
}

/// As [`is_reference`], or one that must be set (`${X:?set X}`), or that is nothing otherwise (`${X:-}`): the value comes from elsewhere.
pub fn hands_on(value: &str) -> bool {
    let value = value.trim_matches(|char: char| char.is_whitespace() || matches!(char, '"' | '\''));
    let Some(inner) = value.strip_prefix("${").and_then(|rest| rest.strip_suffix('}')) else { return is_reference(value) };
    let length = inner.bytes().position(|byte| !is_name_byte(byte)).unwrap_or(inner.len());
    let operation = &inner[length..];
    let is_empty_default = matches!(operation, ":-" | "-");
    length > 0 && (operation.is_empty() || is_empty_default || operation.starts_with(":?") || operation.starts_with('?'))
}

/// Whether what reads as variables in a value was hardly meant as such: each begins behind a letter or a digit, without braces, and has small
/// letters in its name, as in `pa7$word`.
pub fn is_cut_by_chance(value: &str) -> bool {
    let mut cut = false;
    let mut before = None;
    let mut rest = value;
    while let Some(at) = rest.find('$') {
        before = rest[..at].chars().next_back().or(before.filter(|_| at == 0));
        let behind = &rest[at + 1..];
        let length = behind.bytes().position(|byte| !is_name_byte(byte)).unwrap_or(behind.len());
        let name = &behind[..length];
        let is_name = name.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_');
        let is_chance =
            before.is_some_and(char::is_alphanumeric) && is_name && name.bytes().any(|byte| byte.is_ascii_lowercase());
        if !is_chance {
            return false;
        }
        cut = true;
        before = name.chars().next_back();
        rest = &behind[length..];
    }
    cut && !value.contains(['`', '{', '<'])
}

pub fn is_name_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

#[cfg(test)]
mod tests {
    use super::*;

    fn defaults(text: &str) -> Vec<(&str, &str)> {
        fallbacks(text).map(|fallback| (fallback.variable, &text[fallback.default])).collect()
    }

    #[test]
    fn defaults_are_found_in_each_other() {
        assert_eq!(defaults("x${A:-b}y${C-d}${E}${F:?g}"), [("A", "b"), ("C", "d")]);
        assert_eq!(defaults("${A:-${B:-c}}"), [("A", "${B:-c}"), ("B", "c")]);
        assert_eq!(defaults("$${A:-b} ${A:-b\n} ${:-x} ${A:-"), []);
        let fallback = fallbacks("${A:-b}").next().unwrap();
        assert_eq!(fallback.operation, 3..6);
    }

    #[test]
    fn dollars_in_the_midst() {
        for text in ["Xy7pa$wordQ9", "a$b1$c2"] {
            assert!(is_cut_by_chance(text), "{text}");
        }
        for text in ["", "abc", "$word", "a-$word", "a$WORD", "a${word}", "a$$word", "a$1", "x$y{{z}}", "a$b $c"] {
            assert!(!is_cut_by_chance(text), "{text}");
        }
    }

    #[test]
    fn values_that_are_handed_on() {
        for text in ["$X", "${X}", "${X:?}", "${X?set X}", "\"${X:-}\"", "${X-}"] {
            assert!(hands_on(text), "{text}");
        }
        for text in ["", "x", "${X:-y}", "a${X}", "${X}b${Y}", "${:?x}"] {
            assert!(!hands_on(text), "{text}");
        }
    }

    #[test]
    fn what_stands_elsewhere() {
        for text in ["$X", "a${X}", "$(cat x)", "`cat x`", "{{ x }}", "%X%", "<%= x %>"] {
            assert!(has_reference(text), "{text}");
        }
        for text in ["", "a$$b", "100%", "$1", "a$", "p@ss", "$$2y$$05$$abc"] {
            assert!(!has_reference(text), "{text}");
        }
    }
}
