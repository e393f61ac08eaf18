//! Env files: `.env` of a compose project, and those that services name under `env_file`.
//!
//! [`parse`] reads the text as compose-go's dotenv does and keeps every place; [`resolve`] gives the values, with the variables
//! in them replaced.

mod facts;
mod parse;
mod resolve;

pub use facts::facts;
pub use parse::{parse, parse_raw};
pub use resolve::{Variable, resolve};

use crate::source::Span;

/// One env file.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct EnvFile {
    /// In the order of the text, duplicates among them.
    pub entries: Vec<Entry>,
    /// Where compose stops reading; at most one, since it reads no further.
    pub problems: Vec<Problem>,
}

/// One variable of an env file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    pub key: String,
    /// The name, without `export`.
    pub key_span: Span,
    pub value: Value,
    /// From the first byte of the statement (`export` or the name) to the end of the value.
    pub span: Span,
}

/// What stands behind the name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// Nothing, not even a `=`: the value is taken from the environment of whoever runs compose.
    Inherited,
    Written {
        quote: Quote,
        /// Without the quotes; unescaped, but with its variables.
        template: String,
        /// With the quotes.
        span: Span,
        /// `:` stands for the `=`.
        colon: bool,
    },
}

/// How a value is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Quote {
    /// To the end of the line or to ` #`, without blanks around it.
    None,
    /// `'…'`: nothing is replaced.
    Single,
    /// `"…"`: escapes and variables are replaced.
    Double,
    /// The rest of the line as it is (`format: raw`).
    Raw,
}

impl Quote {
    /// Whether `$` names a variable in it.
    pub const fn has_variables(self) -> bool {
        matches!(self, Self::None | Self::Double)
    }
}

/// Why compose refuses an env file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    pub message: String,
    pub span: Span,
}

impl EnvFile {
    /// The entry that counts for a name: the last one.
    pub fn get(&self, key: &str) -> Option<&Entry> {
        self.entries.iter().rev().find(|entry| entry.key == key)
    }

    /// Each entry whose name was set before, after the first one with that name.
    pub fn duplicates(&self) -> Vec<(&Entry, &Entry)> {
        let mut first: rustc_hash::FxHashMap<&str, &Entry> = rustc_hash::FxHashMap::default();
        let mut duplicates = Vec::new();
        for entry in &self.entries {
            match first.get(entry.key.as_str()) {
                Some(earlier) => duplicates.push((*earlier, entry)),
                None => {
                    first.insert(&entry.key, entry);
                }
            }
        }
        duplicates
    }
}

impl Entry {
    /// The bytes of the value, with its quotes; an empty span behind the name when nothing is written.
    pub fn value_span(&self) -> Span {
        match &self.value {
            Value::Inherited => Span::empty(self.key_span.end()),
            Value::Written { span, .. } => *span,
        }
    }

    /// The bytes of the value within its quotes.
    pub fn content_span(&self) -> Span {
        match &self.value {
            Value::Written { quote: Quote::Single | Quote::Double, span, .. } => Span::new(span.start() + 1, span.end() - 1),
            _ => self.value_span(),
        }
    }
}

#[cfg(test)]
mod tests;
