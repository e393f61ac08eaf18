//! The types of scalars (YAML 1.2.2, 10.3), read as go-yaml v3 reads them for compose: `yes` and `on` are strings,
//! `0777` is octal as in YAML 1.1, a date is a string.

use serde_json::{Number, Value};

use super::tree::{NodeId, NodeKind, ScalarStyle, Tree};

/// A scalar with its type.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Scalar<'a> {
    Null,
    Bool(bool),
    Int(i64),
    /// Above [`i64::MAX`].
    Unsigned(u64),
    Float(f64),
    Str(&'a str),
}

impl<'a> Scalar<'a> {
    /// The type of a plain scalar without a tag.
    pub fn of_plain(text: &'a str) -> Self {
        match text {
            "" | "~" | "null" | "Null" | "NULL" => return Self::Null,
            "true" | "True" | "TRUE" => return Self::Bool(true),
            "false" | "False" | "FALSE" => return Self::Bool(false),
            ".nan" | ".NaN" | ".NAN" => return Self::Float(f64::NAN),
            ".inf" | ".Inf" | ".INF" | "+.inf" | "+.Inf" | "+.INF" => return Self::Float(f64::INFINITY),
            "-.inf" | "-.Inf" | "-.INF" => return Self::Float(f64::NEG_INFINITY),
            _ => {}
        }
        if !matches!(text.as_bytes()[0], b'0'..=b'9' | b'+' | b'-' | b'.') {
            return Self::Str(text);
        }
        let number = if text.contains('_') && !text.starts_with('.') { number(&text.replace('_', "")) } else { number(text) };
        number.unwrap_or(Self::Str(text))
    }

    /// JSON has no infinities and no NaN; they become the text that YAML writes them with.
    pub fn to_json(self) -> Value {
        match self {
            Self::Null => Value::Null,
            Self::Bool(value) => Value::Bool(value),
            Self::Int(value) => Value::Number(value.into()),
            Self::Unsigned(value) => Value::Number(value.into()),
            Self::Float(value) => Number::from_f64(value).map_or_else(
                || {
                    Value::String(
                        if value.is_nan() {
                            ".nan"
                        } else if value > 0.0 {
                            ".inf"
                        } else {
                            "-.inf"
                        }
                        .to_owned(),
                    )
                },
                Value::Number,
            ),
            Self::Str(value) => Value::String(value.to_owned()),
        }
    }
}

impl Tree {
    /// A scalar with its type, by its tag, its style and its text; `None` for collections.
    pub fn scalar(&self, id: NodeId) -> Option<Scalar<'_>> {
        let node = self.node(self.resolve(id));
        let NodeKind::Scalar { value, style } = &node.kind else { return None };
        let core = node.tag().and_then(|tag| tag.strip_prefix("!!"));
        Some(match core {
            Some("str" | "binary") => Scalar::Str(value),
            Some("null") => Scalar::Null,
            Some("float") => match Scalar::of_plain(value) {
                Scalar::Int(int) => Scalar::Float(int as f64),
                Scalar::Unsigned(int) => Scalar::Float(int as f64),
                other => other,
            },
            Some("int" | "bool") => Scalar::of_plain(value),
            _ if *style == ScalarStyle::Plain => Scalar::of_plain(value),
            _ => Scalar::Str(value),
        })
    }
}

/// A number without underscores, by the rules of Go's `strconv.ParseInt` with base 0, then as a decimal float.
fn number(text: &str) -> Option<Scalar<'static>> {
    let (negative, digits) = match text.as_bytes()[0] {
        b'-' => (true, &text[1..]),
        b'+' => (false, &text[1..]),
        _ => (false, text),
    };
    let (radix, digits_of_radix) = match digits.as_bytes() {
        [b'0', b'x' | b'X', ..] => (16, &digits[2..]),
        [b'0', b'o' | b'O', ..] => (8, &digits[2..]),
        [b'0', b'b' | b'B', ..] => (2, &digits[2..]),
        [b'0', _, ..] => (8, &digits[1..]),
        _ => (10, digits),
    };
    // `from_str_radix` takes a sign of its own.
    let unsigned = digits_of_radix.starts_with(|first: char| first.is_ascii_alphanumeric());
    if let Some(magnitude) = unsigned.then(|| u64::from_str_radix(digits_of_radix, radix).ok()).flatten() {
        let value = if negative { 0i64.checked_sub_unsigned(magnitude) } else { i64::try_from(magnitude).ok() };
        match value {
            Some(value) => return Some(Scalar::Int(value)),
            None if !negative => return Some(Scalar::Unsigned(magnitude)),
            None => {}
        }
    }
    if !is_decimal_float(digits) {
        return None;
    }
    text.parse::<f64>().ok().filter(|value| value.is_finite()).map(Scalar::Float)
}

/// `[0-9]+(\.[0-9]*)?|\.[0-9]+`, then perhaps an exponent.
fn is_decimal_float(text: &str) -> bool {
    let (mantissa, exponent) = match text.find(['e', 'E']) {
        Some(at) => (&text[..at], Some(&text[at + 1..])),
        None => (text, None),
    };
    let all_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let exponent = exponent.map(|text| text.strip_prefix(['+', '-']).unwrap_or(text));
    all_digits(whole)
        && all_digits(fraction)
        && !(whole.is_empty() && fraction.is_empty())
        && exponent.is_none_or(|text| !text.is_empty() && all_digits(text))
}
