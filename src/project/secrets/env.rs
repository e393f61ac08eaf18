//! Places in env files: each variable.

use super::setting;
use crate::secret::{Scanner, Secrets};
use crate::source::{SourceFile, Span};

/// The secrets of an env file.
pub(in crate::project) fn of_env(source: &SourceFile) -> Secrets {
    let text = source.text();
    let mut scanner = Scanner::new(text, setting(source));
    let variables = variables(text);
    let names: Vec<&str> =
        variables.iter().filter(|(name, _)| names_something(name)).map(|(_, value)| value.slice(text)).collect();
    scanner.known(&names);
    for (name, value) in variables {
        scanner.variable(name, value);
    }
    scanner.finish()
}

/// Whether a variable holds a name that is often the password too.
pub(super) fn names_something(variable: &str) -> bool {
    let upper = variable.to_ascii_uppercase();
    ["USER", "USERNAME", "_DB", "DATABASE", "_NAME", "_ADMIN"].iter().any(|ending| upper.ends_with(ending))
}

/// `NAME=value`, `export NAME="value"`, `NAME: value` with the place of the value, its quotes and the comment behind it left out.
fn variables(text: &str) -> Vec<(&str, Span)> {
    let mut found = Vec::new();
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let start = at;
        at += line.len();
        let Some(separator) = line.find(['=', ':']).filter(|_| !line.trim_start().starts_with('#')) else { continue };
        // `export NAME`; and a line that no tool reads is still shown when it is complained of.
        let name = line[..separator].split_whitespace().next_back().unwrap_or_default();
        let rest = &line[separator + 1..];
        let value = rest.trim_start();
        let begin = start + separator + 1 + (rest.len() - value.len());
        let value = value.trim_end();
        let quote = value.chars().next().filter(|first| matches!(first, '"' | '\''));
        let (begin, length) = match quote {
            // A quoted value may go over several lines.
            Some(quote) => (begin + 1, text[begin + 1..].find(quote).unwrap_or(value.len() - 1)),
            None => (begin, value.find(" #").map_or(value.len(), |comment| value[..comment].trim_end().len())),
        };
        if !name.is_empty() {
            found.push((name, Span::new(begin, begin + length)));
        }
    }
    found
}
