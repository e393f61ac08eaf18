//! Variables within values, as `ngx_http_script_compile` reads them.

/// A piece of a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part<'t> {
    Literal(&'t str),
    /// `$name` or `${name}`; nginx takes names in any case, and so they are to be compared.
    Variable(&'t str),
    /// `$1` to `$9`: what a group of the last regular expression matched.
    Capture(u8),
}

/// The pieces of a value in order. A `$` that begins no name is text here; nginx refuses it in most places.
pub fn parts(text: &str) -> Vec<Part<'_>> {
    let mut parts = Vec::new();
    let mut rest = text;
    let mut literal_length = 0;
    while let Some(found) = memchr::memchr(b'$', &rest.as_bytes()[literal_length..]) {
        let at = literal_length + found;
        match variable(&rest[at..]) {
            Some((part, length)) => {
                if at > 0 {
                    parts.push(Part::Literal(&rest[..at]));
                }
                parts.push(part);
                rest = &rest[at + length..];
                literal_length = 0;
            }
            None => literal_length = at + 1,
        }
    }
    if !rest.is_empty() {
        parts.push(Part::Literal(rest));
    }
    parts
}

/// The variable that a text begins with, and how long it is written.
fn variable(text: &str) -> Option<(Part<'_>, usize)> {
    let after = &text[1..];
    let is_name = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'_';
    if let Some(braced) = after.strip_prefix('{') {
        let length = braced.bytes().take_while(|byte| is_name(byte)).count();
        let is_closed = braced.as_bytes().get(length) == Some(&b'}');
        return (length > 0 && is_closed).then(|| (named(&braced[..length]), length + 3));
    }
    match after.bytes().next()? {
        digit @ b'1'..=b'9' => Some((Part::Capture(digit - b'0'), 2)),
        _ => {
            let length = after.bytes().take_while(is_name).count();
            (length > 0).then(|| (Part::Variable(&after[..length]), length + 1))
        }
    }
}

fn named(name: &str) -> Part<'_> {
    match name.as_bytes() {
        [digit @ b'1'..=b'9'] => Part::Capture(digit - b'0'),
        _ => Part::Variable(name),
    }
}

/// Whether a value has variables.
pub fn has_variables(text: &str) -> bool {
    text.contains('$') && parts(text).iter().any(|part| !matches!(part, Part::Literal(_)))
}

/// Whether a value has this variable, named in lower case.
pub fn uses(text: &str, name: &str) -> bool {
    parts(text).iter().any(|part| matches!(part, Part::Variable(used) if used.eq_ignore_ascii_case(name)))
}

#[cfg(test)]
mod tests {
    use super::Part::*;
    use super::*;

    #[test]
    fn names_end_where_nginx_ends_them() {
        assert_eq!(
            parts("http://$host:80/${a}b$1x"),
            [Literal("http://"), Variable("host"), Literal(":80/"), Variable("a"), Literal("b"), Capture(1), Literal("x")]
        );
        assert_eq!(parts("a$ b$"), [Literal("a$ b$")]);
        assert_eq!(parts("$12"), [Capture(1), Literal("2")]);
        assert_eq!(parts("${2}"), [Capture(2)]);
        assert_eq!(parts("${x"), [Literal("${x")]);
        assert_eq!(parts(""), []);
        assert!(has_variables("a$b") && !has_variables("a$") && uses("$HOST", "host"));
    }
}
