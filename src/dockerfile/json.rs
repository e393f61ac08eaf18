//! The JSON form of arguments: an array of strings (`parseJSON` in `line_parsers.go`).

use std::ops::Range;

/// What the arguments are when they are read as JSON.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// Not JSON, which BuildKit passes over in silence: the text form.
    Text,
    /// The strings, each decoded and with its range, quotes included.
    Strings(Vec<(String, Range<usize>)>),
    /// An array, but the element in this range is no string: BuildKit refuses it.
    Other(Range<usize>),
}

/// Deeper nesting is an error in Go's `encoding/json`.
const DEEPEST: usize = 10_000;

pub(super) fn form(text: &str) -> Form {
    let start = super::lines::skip_whitespace(text);
    if text.as_bytes().get(start) != Some(&b'[') {
        return Form::Text;
    }
    let mut reader = Reader { text, at: start + 1 };
    reader.array().unwrap_or(Form::Text)
}

struct Reader<'t> {
    text: &'t str,
    at: usize,
}

impl Reader<'_> {
    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn whitespace(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\r' | b'\n')) {
            self.at += 1;
        }
    }

    fn eat(&mut self, byte: u8) -> Option<()> {
        (self.peek() == Some(byte)).then(|| self.at += 1)
    }

    /// The whole array behind its bracket; `None` when any byte of it is not JSON.
    fn array(&mut self) -> Option<Form> {
        let mut strings = Vec::new();
        let mut other = None;
        self.whitespace();
        if self.peek() != Some(b']') {
            loop {
                self.whitespace();
                let start = self.at;
                if self.peek() == Some(b'"') {
                    let string = self.string()?;
                    strings.push((string, start..self.at));
                } else {
                    self.value()?;
                    other = other.or(Some(start..self.at));
                }
                self.whitespace();
                if self.eat(b',').is_none() {
                    break;
                }
            }
        }
        self.eat(b']')?;
        self.whitespace();
        (self.at == self.text.len()).then(|| other.map_or(Form::Strings(strings), Form::Other))
    }

    /// Passes over any value; brackets are kept on a stack of our own, not on that of the program.
    fn value(&mut self) -> Option<()> {
        let mut open: Vec<u8> = Vec::new();
        loop {
            self.whitespace();
            match self.peek()? {
                b'"' => {
                    self.string()?;
                }
                bracket @ (b'[' | b'{') => {
                    self.at += 1;
                    self.whitespace();
                    let close = if bracket == b'[' { b']' } else { b'}' };
                    if self.eat(close).is_none() {
                        open.push(close);
                        if open.len() >= DEEPEST {
                            return None;
                        }
                        if close == b'}' {
                            self.key()?;
                        }
                        continue;
                    }
                }
                b't' => self.literal("true")?,
                b'f' => self.literal("false")?,
                b'n' => self.literal("null")?,
                _ => self.number()?,
            }
            // Behind a value: the next one, or the ends of what it lies in.
            loop {
                let Some(close) = open.last().copied() else {
                    return Some(());
                };
                self.whitespace();
                if self.eat(close).is_some() {
                    open.pop();
                    continue;
                }
                self.eat(b',')?;
                if close == b'}' {
                    self.key()?;
                }
                break;
            }
        }
    }

    fn key(&mut self) -> Option<()> {
        self.whitespace();
        self.string()?;
        self.whitespace();
        self.eat(b':')
    }

    fn literal(&mut self, literal: &str) -> Option<()> {
        self.text[self.at..].starts_with(literal).then(|| self.at += literal.len())
    }

    fn digits(&mut self) -> Option<()> {
        let start = self.at;
        while self.peek().is_some_and(|byte| byte.is_ascii_digit()) {
            self.at += 1;
        }
        (self.at > start).then_some(())
    }

    fn number(&mut self) -> Option<()> {
        let _ = self.eat(b'-');
        if self.eat(b'0').is_none() {
            self.digits()?;
        }
        if self.eat(b'.').is_some() {
            self.digits()?;
        }
        if matches!(self.peek(), Some(b'e' | b'E')) {
            self.at += 1;
            if matches!(self.peek(), Some(b'+' | b'-')) {
                self.at += 1;
            }
            self.digits()?;
        }
        Some(())
    }

    fn string(&mut self) -> Option<String> {
        self.eat(b'"')?;
        let mut string = String::new();
        loop {
            let rest = &self.text[self.at..];
            let length = rest.bytes().position(|byte| matches!(byte, b'"' | b'\\') || byte < 0x20)?;
            string.push_str(&rest[..length]);
            self.at += length;
            match self.peek()? {
                b'"' => {
                    self.at += 1;
                    return Some(string);
                }
                b'\\' => {
                    self.at += 1;
                    string.push(self.escaped()?);
                }
                _ => return None,
            }
        }
    }

    fn escaped(&mut self) -> Option<char> {
        let escaped = self.peek()?;
        self.at += 1;
        Some(match escaped {
            b'"' | b'\\' | b'/' => char::from(escaped),
            b'b' => '\u{8}',
            b'f' => '\u{c}',
            b'n' => '\n',
            b'r' => '\r',
            b't' => '\t',
            b'u' => {
                let first = self.unit()?;
                let back = self.at;
                // Half of a surrogate pair without its other half becomes the replacement character, as in Go.
                if (0xd800..0xdc00).contains(&first) && self.text[self.at..].starts_with("\\u") {
                    self.at += 2;
                    let second = self.unit()?;
                    if (0xdc00..0xe000).contains(&second) {
                        let point = 0x10000 + ((first - 0xd800) << 10) + (second - 0xdc00);
                        return char::from_u32(point);
                    }
                    self.at = back;
                }
                char::from_u32(first).unwrap_or(char::REPLACEMENT_CHARACTER)
            }
            _ => return None,
        })
    }

    fn unit(&mut self) -> Option<u32> {
        let digits = self.text.get(self.at..self.at + 4)?;
        if !digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return None;
        }
        self.at += 4;
        u32::from_str_radix(digits, 16).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn strings(text: &str) -> Vec<(String, &str)> {
        match form(text) {
            Form::Strings(strings) => strings.into_iter().map(|(string, range)| (string, &text[range])).collect(),
            other => panic!("{text}: {other:?}"),
        }
    }

    #[test]
    fn arrays_of_strings() {
        assert_eq!(strings("[]"), []);
        assert_eq!(strings(" [ \"a\" ,\t\"b c\" ] "), [("a".into(), "\"a\""), ("b c".into(), "\"b c\"")]);
        assert_eq!(strings(r#"["\u0041\n\"\/\\"]"#)[0].0, "A\n\"/\\");
        assert_eq!(strings(r#"["\ud834\udd1e\ud834x\ud834\u0041"]"#)[0].0, "𝄞\u{fffd}x\u{fffd}A");
        assert_eq!(strings("[\"é\u{7f}\"]")[0].0, "é\u{7f}");
    }

    #[test]
    fn what_is_not_json_is_text() {
        for text in [
            "a",
            "",
            "['a']",
            "[\"a\"",
            "[\"a\",]",
            "[\"a\"] b",
            "[\"a]",
            "[\"a\" \"b\"]",
            "[ \"$a\" = b ] && x",
            r#"["c:\app"]"#,
            "[\"a\tb\"]",
            r#"["\u12"]"#,
            "[a]",
            "[01]",
            "[1.]",
            "[{\"a\"}]",
            "[tru]",
            "[,]",
        ] {
            assert_eq!(form(text), Form::Text, "{text}");
        }
        let deep = format!("{}{}", "[".repeat(20_000), "]".repeat(20_000));
        assert_eq!(form(&deep), Form::Text);
    }

    #[test]
    fn the_first_element_that_is_no_string() {
        for (text, element) in [
            ("[1]", "1"),
            ("[\"a\", -1.5e+3]", "-1.5e+3"),
            ("[null,true]", "null"),
            ("[[\"a\"]]", "[\"a\"]"),
            ("[{\"a\":{\"b\":[1,{}]},\"c\":[]}, 2]", "{\"a\":{\"b\":[1,{}]},\"c\":[]}"),
        ] {
            match form(text) {
                Form::Other(range) => assert_eq!(&text[range], element),
                other => panic!("{text}: {other:?}"),
            }
        }
    }
}
