//! The grammar of env files (compose-go, `dotenv/parser.go` and `dotenv/format.go`).

use super::{Entry, EnvFile, Problem, Quote, Value};
use crate::source::Span;

/// Reads a text, whatever it holds. After an error the rest is not read: compose refuses the file.
pub fn parse(text: &str) -> EnvFile {
    let mut parser = Parser { text, at: start(text), file: EnvFile::default() };
    while parser.skip_to_statement() {
        if let Err(problem) = parser.statement() {
            parser.file.problems.push(problem);
            break;
        }
    }
    parser.file
}

/// Reads a text as `format: raw` has it, which is that of `docker run --env-file`: a line is a variable, nothing is unquoted
/// or replaced, and a `#` opens a comment only at the start of a line.
pub fn parse_raw(text: &str) -> EnvFile {
    let mut file = EnvFile::default();
    let mut at = start(text);
    while at < text.len() {
        let end = memchr::memchr(b'\n', &text.as_bytes()[at..]).map_or(text.len(), |newline| at + newline);
        let line = text[at..end].strip_suffix('\r').unwrap_or(&text[at..end]);
        let bare = line.trim_start();
        let start = at + (line.len() - bare.len());
        at = end + 1;
        if bare.is_empty() || bare.starts_with('#') {
            continue;
        }
        let (key, value) = bare.split_once('=').map_or((bare, None), |(key, value)| (key, Some(value)));
        let key_span = Span::new(start, start + key.len());
        if key.is_empty() || key.contains([' ', '\t']) {
            let message = if key.is_empty() { "this line has no name before its `=`" } else { "a name holds no blanks" };
            file.problems.push(Problem { message: message.to_owned(), span: Span::new(start, start + bare.len()) });
            break;
        }
        let value = value.map_or(Value::Inherited, |value| Value::Written {
            quote: Quote::Raw,
            template: value.to_owned(),
            span: Span::new(key_span.end() + 1, key_span.end() + 1 + value.len()),
            colon: false,
        });
        file.entries.push(Entry { key: key.to_owned(), key_span, value, span: Span::new(start, start + bare.len()) });
    }
    file
}

/// Behind a byte order mark.
fn start(text: &str) -> usize {
    if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 }
}

struct Parser<'t> {
    text: &'t str,
    at: usize,
    file: EnvFile,
}

/// A blank that ends no line, as compose sees it.
const fn is_blank(character: char) -> bool {
    matches!(character, '\t' | '\u{b}' | '\u{c}' | '\r' | ' ' | '\u{85}' | '\u{a0}')
}

impl<'t> Parser<'t> {
    fn rest(&self) -> &'t str {
        &self.text[self.at..]
    }

    /// Goes over blanks, empty lines and comments; `false` at the end.
    fn skip_to_statement(&mut self) -> bool {
        loop {
            let rest = self.rest().trim_start();
            self.at = self.text.len() - rest.len();
            if !rest.starts_with('#') {
                return !rest.is_empty();
            }
            match rest.find('\n') {
                Some(newline) => self.at += newline,
                None => return false,
            }
        }
    }

    fn statement(&mut self) -> Result<(), Problem> {
        let start = self.at;
        if let Some(rest) = self.rest().strip_prefix("export")
            && rest.starts_with(|next: char| next.is_ascii_whitespace())
        {
            self.at = self.text.len() - rest.trim_start_matches(is_blank).len();
        }
        let name = self.name()?;
        let key_span = Span::new(name.start, name.start + name.key.len());
        if name.key.contains(' ') {
            let message = format!("the name `{}` holds a blank; write `NAME=value`", name.key);
            return Err(Problem { message, span: key_span });
        }
        let value = match name.separator {
            None => Value::Inherited,
            Some(separator) => self.value(separator == ':')?,
        };
        let end = match &value {
            Value::Inherited => key_span.end(),
            Value::Written { span, .. } => span.end(),
        };
        self.file.entries.push(Entry { key: name.key, key_span, value, span: Span::new(start, end) });
        Ok(())
    }

    /// Reads to the `=`, `:` or newline behind a name, and over the blanks that follow.
    fn name(&mut self) -> Result<Name, Problem> {
        let start = self.at;
        let mut end = self.text.len();
        let mut separator = None;
        for (offset, character) in self.rest().char_indices() {
            match character {
                '=' | ':' => {
                    (end, separator) = (start + offset, Some(character));
                    break;
                }
                '\n' => {
                    end = start + offset;
                    break;
                }
                '_' | '.' | '-' | '[' | ']' => {}
                character if is_blank(character) || character.is_alphanumeric() => {}
                character => {
                    let at = start + offset;
                    let message =
                        format!("`{}` cannot stand in a name; write `NAME=value`, one in a line", character.escape_debug());
                    return Err(Problem { message, span: Span::new(at, at + character.len_utf8()) });
                }
            }
        }
        let key = self.text[start..end].trim_end().to_owned();
        self.at = if end < self.text.len() { end + 1 } else { end };
        if separator.is_some() {
            self.at = self.text.len() - self.rest().trim_start_matches(is_blank).len();
        }
        Ok(Name { key, start, separator })
    }

    fn value(&mut self, colon: bool) -> Result<Value, Problem> {
        match self.rest().bytes().next() {
            Some(b'"') => self.quoted(Quote::Double, colon),
            Some(b'\'') => self.quoted(Quote::Single, colon),
            _ => Ok(self.unquoted(colon)),
        }
    }

    fn unquoted(&mut self, colon: bool) -> Value {
        let rest = self.rest();
        let line = rest.split('\n').next().unwrap_or(rest);
        let value = line.split(" #").next().unwrap_or(line).trim_end();
        let written = Value::Written {
            quote: Quote::None,
            template: value.to_owned(),
            span: Span::new(self.at, self.at + value.len()),
            colon,
        };
        self.at += line.len();
        written
    }

    /// Reads to the quote that is not escaped, over lines too.
    fn quoted(&mut self, quote: Quote, colon: bool) -> Result<Value, Problem> {
        let mark = if quote == Quote::Double { b'"' } else { b'\'' };
        let start = self.at;
        let bytes = self.text.as_bytes();
        let mut content = String::new();
        let mut from = start + 1;
        let mut at = from;
        while let Some(&byte) = bytes.get(at) {
            if byte == b'\\' && bytes.get(at + 1) == Some(&mark) {
                // The escape of the quote itself goes in either style; all others stay for `unescaped`.
                content.push_str(&self.text[from..at]);
                from = at + 1;
                at += 2;
            } else if byte == b'\\' && bytes.get(at + 1) == Some(&b'\\') {
                at += 2;
            } else if byte == mark {
                content.push_str(&self.text[from..at]);
                self.at = at + 1;
                let template = if quote == Quote::Double { unescaped(&content) } else { content };
                return Ok(Value::Written { quote, template, span: Span::new(start, at + 1), colon });
            } else {
                at += 1;
            }
        }
        let line = self.text[start..].split('\n').next().unwrap_or_default().trim_end();
        let message = format!("this value opens with `{}` and is never closed", mark as char);
        Err(Problem { message, span: Span::new(start, start + line.len()) })
    }
}

struct Name {
    key: String,
    start: usize,
    /// `=` or `:`; `None` for a name alone.
    separator: Option<char>,
}

/// The escapes of a double-quoted value; `\$` becomes `$$`, which stays a `$`.
fn unescaped(text: &str) -> String {
    let mut result = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('\\') {
        result.push_str(&rest[..at]);
        let escape = &rest[at + 1..];
        let (replacement, length) = match escape.bytes().next() {
            Some(b'a') => ("\u{7}", 1),
            Some(b'b') => ("\u{8}", 1),
            Some(b'f') => ("\u{c}", 1),
            Some(b'n') => ("\n", 1),
            Some(b'r') => ("\r", 1),
            Some(b't') => ("\t", 1),
            Some(b'v') => ("\u{b}", 1),
            Some(b'$') => ("$$", 1),
            Some(b'"') => ("\"", 1),
            Some(b'\\') => ("\\", 1),
            Some(b'0') => {
                let digits = escape[1..].bytes().take(3).take_while(u8::is_ascii_digit).count();
                match (digits == 3).then(|| u32::from_str_radix(&escape[1..4], 8).ok()).flatten().and_then(char::from_u32) {
                    Some(character) => result.push(character),
                    None => result.push_str(&rest[at..at + 2 + digits]),
                }
                ("", 1 + digits)
            }
            // `\c` and whatever is no escape stays.
            _ => ("\\", 0),
        };
        result.push_str(replacement);
        rest = &escape[length..];
    }
    result.push_str(rest);
    result
}
