//! Values as YAML text.

use std::fmt::Write as _;

use serde_json::{Map, Value};

use super::layout::Layout;
use crate::yaml::scalar::Scalar;
use crate::yaml::tree::ScalarStyle;

/// How a value is to be written.
#[derive(Debug, Clone, Copy)]
pub(super) struct Style {
    pub layout: Layout,
    /// Between brackets: in flow style and without a newline.
    pub flow: bool,
    /// Texts of several lines may be written below a `|`.
    pub literal: bool,
    /// The style of the scalar that gives way, or of its neighbours.
    pub like: Option<ScalarStyle>,
}

impl Style {
    fn inner(self) -> Self {
        Self { like: None, ..self }
    }
}

/// What follows `key:`, with the blank or the newline before it. `column` is that of the key.
pub(super) fn behind_key(value: &Value, column: usize, style: Style) -> String {
    written(|out| push_behind_key(out, value, column, style))
}

/// What follows `- `. `column` is that of the dash.
pub(super) fn behind_dash(value: &Value, column: usize, style: Style) -> String {
    block(value, column + 2, style)
}

/// A value whose first line begins at `column`, the others at least there.
pub(super) fn block(value: &Value, column: usize, style: Style) -> String {
    written(|out| push_block(out, value, column, style))
}

/// A key, on one line whatever it holds.
pub(super) fn key(name: &str, style: Style) -> String {
    written(|out| push_key(out, name, style))
}

fn written(write: impl FnOnce(&mut String)) -> String {
    let mut out = String::new();
    write(&mut out);
    out
}

fn push_behind_key(out: &mut String, value: &Value, column: usize, style: Style) {
    match value {
        Value::Object(fields) if !fields.is_empty() && !style.flow => {
            let column = column + style.layout.step;
            push_line(out, column);
            push_entries(out, fields, column, style);
        }
        Value::Array(values) if !values.is_empty() && !style.flow => {
            let column = column + style.layout.sequence;
            push_line(out, column);
            push_items(out, values, column, style);
        }
        Value::Null if !style.flow => {}
        _ => {
            out.push(' ');
            push_inline(out, value, column + style.layout.step, style);
        }
    }
}

fn push_block(out: &mut String, value: &Value, column: usize, style: Style) {
    match value {
        Value::Object(fields) if !fields.is_empty() && !style.flow => push_entries(out, fields, column, style),
        Value::Array(values) if !values.is_empty() && !style.flow => push_items(out, values, column, style),
        _ => push_inline(out, value, column, style),
    }
}

fn push_entries(out: &mut String, fields: &Map<String, Value>, column: usize, style: Style) {
    let style = style.inner();
    for (index, (name, value)) in fields.iter().enumerate() {
        if index > 0 {
            push_line(out, column);
        }
        push_key(out, name, style);
        out.push(':');
        push_behind_key(out, value, column, style);
    }
}

fn push_items(out: &mut String, values: &[Value], column: usize, style: Style) {
    for (index, value) in values.iter().enumerate() {
        if index > 0 {
            push_line(out, column);
        }
        out.push_str("- ");
        push_block(out, value, column + 2, style);
    }
}

/// A scalar or a collection in flow style. The lines of a block text are indented to `column`.
fn push_inline(out: &mut String, value: &Value, column: usize, style: Style) {
    match value {
        Value::Null => out.push_str("null"),
        Value::Bool(true) => out.push_str("true"),
        Value::Bool(false) => out.push_str("false"),
        Value::Number(value) => out.push_str(&value.to_string()),
        Value::String(value) => push_text(out, value, column, style),
        Value::Array(values) => {
            let style = Style { flow: true, ..style };
            out.push('[');
            for (index, value) in values.iter().enumerate() {
                out.push_str(if index > 0 { ", " } else { "" });
                push_inline(out, value, column, style);
            }
            out.push(']');
        }
        Value::Object(fields) => {
            let style = Style { flow: true, ..style };
            let like = style.inner();
            out.push('{');
            for (index, (name, value)) in fields.iter().enumerate() {
                out.push_str(if index > 0 { ", " } else { "" });
                push_key(out, name, style);
                out.push_str(": ");
                push_inline(out, value, column, like);
            }
            out.push('}');
        }
    }
}

/// Whether a key can stand before its `:`: it and its quotes have no more than 1024 characters then (YAML 1.2.2, 7.4.2).
pub(super) fn is_short_key(name: &str) -> bool {
    name.len() <= 100 || double_quoted(name).chars().count().max(single_quoted(name).chars().count()) <= 1024
}

/// Whether all keys in a value can.
pub(super) fn has_short_keys(value: &Value) -> bool {
    let mut open = vec![value];
    while let Some(value) = open.pop() {
        match value {
            Value::Array(items) => open.extend(items),
            Value::Object(fields) if !fields.keys().all(|key| is_short_key(key)) => return false,
            Value::Object(fields) => open.extend(fields.values()),
            _ => {}
        }
    }
    true
}

fn push_key(out: &mut String, name: &str, style: Style) {
    push_text(out, name, 0, Style { literal: false, ..style });
}

fn push_text(out: &mut String, value: &str, column: usize, style: Style) {
    let quote = match style.like {
        Some(ScalarStyle::SingleQuoted) => '\'',
        Some(ScalarStyle::DoubleQuoted) => '"',
        _ if is_plain(value, style.flow) => return out.push_str(value),
        _ if style.literal && !style.flow && is_literal(value) => return push_literal(out, value, column),
        _ => style.layout.quote,
    };
    let quoted = if quote == '\'' && is_single_quotable(value) { single_quoted(value) } else { double_quoted(value) };
    out.push_str(&quoted);
}

/// Whether a text is read as itself without quotes, by compose and by readers that know YAML 1.1 (`yes`, `22:22`, dates).
pub(crate) fn is_plain(text: &str, flow: bool) -> bool {
    // Most keys are words that are too long for one that means something else.
    let bytes = text.as_bytes();
    if bytes.len() > "false".len()
        && bytes[0].is_ascii_alphabetic()
        && bytes.iter().all(|byte| byte.is_ascii_alphanumeric() || *byte == b'_')
    {
        return true;
    }
    let Some(first) = text.chars().next() else { return false };
    let second = text[first.len_utf8()..].chars().next();
    let opens = match first {
        '-' | '?' | ':' => second.is_some_and(|second| second != ' ' && !(flow && ",[]{}".contains(second))),
        ',' | '[' | ']' | '{' | '}' | '#' | '&' | '*' | '!' | '|' | '>' | '\'' | '"' | '%' | '@' | '`' | '=' => false,
        _ => true,
    };
    opens
        && matches!(Scalar::of_plain(text), Scalar::Str(_))
        && !is_other_in_yaml_1_1(text)
        && !text.starts_with("---")
        && !text.starts_with("...")
        && !text.starts_with(' ')
        && !text.ends_with([' ', ':'])
        && !text.contains(": ")
        && !text.contains(" #")
        && text.chars().all(is_printable)
        && !(flow && text.contains([',', '[', ']', '{', '}']))
}

fn is_other_in_yaml_1_1(text: &str) -> bool {
    const WORDS: [&str; 8] = ["y", "n", "yes", "no", "on", "off", "<<", "="];
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit() || byte == b'_');
    let parts = |text: &str, separator: char| text.contains(separator) && text.split(separator).all(digits);
    let sixties = text.trim_start_matches(['+', '-']);
    WORDS.iter().any(|word| text.eq_ignore_ascii_case(word))
        || parts(sixties.split_once('.').map_or(sixties, |(whole, _)| whole), ':')
        || parts(text, '-')
}

/// Printable in a line of YAML (1.2.2, 5.1) and no byte order mark.
fn is_printable(character: char) -> bool {
    !character.is_control() && !matches!(character, '\u{feff}' | '\u{2028}' | '\u{2029}' | '\u{fffe}' | '\u{ffff}')
}

fn is_single_quotable(text: &str) -> bool {
    text.chars().all(is_printable)
}

fn single_quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

fn double_quoted(text: &str) -> String {
    let mut quoted = String::with_capacity(text.len() + 2);
    quoted.push('"');
    for character in text.chars() {
        match character {
            '"' => quoted.push_str("\\\""),
            '\\' => quoted.push_str("\\\\"),
            '\n' => quoted.push_str("\\n"),
            '\r' => quoted.push_str("\\r"),
            '\t' => quoted.push_str("\\t"),
            character if is_printable(character) => quoted.push(character),
            character => {
                let _ = match character as u32 {
                    code @ 0..=0xff => write!(quoted, "\\x{code:02x}"),
                    code @ 0x100..=0xffff => write!(quoted, "\\u{code:04x}"),
                    code => write!(quoted, "\\U{code:08x}"),
                };
            }
        }
    }
    quoted.push('"');
    quoted
}

/// Whether `|` or `|-` writes it, without an indicator of its indentation.
fn is_literal(text: &str) -> bool {
    let body = text.strip_suffix('\n').unwrap_or(text);
    body.contains('\n')
        && !body.ends_with('\n')
        && !body.starts_with([' ', '\n'])
        && body.lines().all(|line| line.is_empty() || (!line.trim().is_empty() && line.chars().all(is_printable)))
        && !body.contains('\r')
}

fn push_literal(out: &mut String, text: &str, column: usize) {
    let (header, body) = match text.strip_suffix('\n') {
        Some(body) => ("|", body),
        None => ("|-", text),
    };
    out.push_str(header);
    for line in body.split('\n') {
        if line.is_empty() {
            out.push('\n');
        } else {
            push_line(out, column);
            out.push_str(line);
        }
    }
}

/// A new line that begins at `column`.
fn push_line(out: &mut String, column: usize) {
    out.push('\n');
    out.extend(std::iter::repeat_n(' ', column));
}

pub(super) fn spaces(count: usize) -> String {
    " ".repeat(count)
}
