//! Parser directives at the head of the file, as `directives.go` reads them.

use crate::source::Span;

use super::lines::{Line, skip_whitespace};
use super::syntax::{Directive, Problem};

/// Go's `\s`.
const fn is_space(character: char) -> bool {
    matches!(character, ' ' | '\t' | '\n' | '\r' | '\u{c}')
}

/// The section of directives: it lasts from the first line to the first that is none.
#[derive(Debug)]
pub(super) struct Section {
    open: bool,
    /// Behind a `#!` line BuildKit still finds the syntax and the checks, but no longer the escape.
    shebang: bool,
    seen: Vec<String>,
}

impl Section {
    pub fn new() -> Self {
        Self { open: true, shebang: false, seen: Vec::new() }
    }

    pub fn close(&mut self) {
        self.open = false;
    }

    /// Whether the line, whose content starts at `start` with `#`, is a directive.
    pub fn read(&mut self, text: &str, line: Line, start: usize, problems: &mut Vec<Problem>) -> Option<Directive> {
        if !self.open {
            return None;
        }
        let content = &text[start..line.end];
        if line.number == 1 && content.starts_with("#!") {
            self.shebang = true;
            return None;
        }
        let Some(directive) = directive(text, start, line.end) else {
            self.open = false;
            return None;
        };
        if self.shebang {
            return (directive.name != "escape").then_some(directive);
        }
        if self.seen.contains(&directive.name) {
            problems.push(Problem::parse("duplicate-directive", directive.span).with("name", &directive.name));
        } else {
            self.seen.push(directive.name.clone());
            if directive.name == "escape" && !matches!(directive.value.as_str(), "\\" | "`") {
                problems.push(Problem::parse("invalid-escape", directive.value_span).with("value", &directive.value));
            }
        }
        Some(directive)
    }
}

fn directive(text: &str, start: usize, end: usize) -> Option<Directive> {
    let content = text.get(start + 1..end)?;
    let name_start = skip_whitespace(content);
    let rest = &content[name_start..];
    let name_length = rest.bytes().position(|byte| !byte.is_ascii_alphanumeric()).unwrap_or(rest.len());
    let name = rest[..name_length].to_ascii_lowercase();
    if !matches!(name.as_str(), "syntax" | "escape" | "check") {
        return None;
    }
    let behind = rest[name_length..].trim_start_matches(is_space).strip_prefix('=')?;
    if behind.is_empty() {
        return None;
    }
    let value_start = end - behind.trim_start_matches(is_space).len();
    let value = text[value_start..end].trim_end_matches(is_space);
    // Of a value that is all blank, the last blank is the value: that is how the expression matches.
    let value_span = if value.is_empty() { Span::new(end - 1, end) } else { Span::new(value_start, value_start + value.len()) };
    Some(Directive { name, value: value_span.slice(text).to_owned(), span: Span::new(start, end), value_span })
}
