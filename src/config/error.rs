//! What is wrong with a configuration, shown in its own text.

use std::fmt;

use crate::source::Span;

/// A configuration that cannot be used. Its `Display` is all that a user needs to mend it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfigError {
    /// The file as it is shown; `None` for what the command line says.
    pub path: Option<String>,
    pub span: Option<Span>,
    pub message: String,
    pub help: Option<String>,
    excerpt: Option<Box<Excerpt>>,
}

/// The line of the fault, so that the error outlives the text.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Excerpt {
    line: usize,
    column: usize,
    text: String,
    width: usize,
}

impl ConfigError {
    /// A fault of the command line.
    pub fn usage(message: impl Into<String>) -> Self {
        Self { path: None, span: None, message: message.into(), help: None, excerpt: None }
    }

    /// A fault of a file as a whole.
    pub fn file(path: impl Into<String>, message: impl Into<String>) -> Self {
        Self { path: Some(path.into()), ..Self::usage(message) }
    }

    /// A fault at a place in the text of a file.
    pub fn at(path: impl Into<String>, text: &str, span: Span, message: impl Into<String>) -> Self {
        Self { span: Some(span), excerpt: Some(Box::new(Excerpt::of(text, span))), ..Self::file(path, message) }
    }

    /// What to do about it.
    #[must_use]
    pub fn with_help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }
}

impl Excerpt {
    fn of(text: &str, span: Span) -> Self {
        let floor = |at: usize| (0..=at.min(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap_or_default();
        let start = floor(span.start());
        let line_start = text[..start].rfind('\n').map_or(0, |at| at + 1);
        let line_end = text[start..].find('\n').map_or(text.len(), |at| start + at);
        let end = floor(span.end()).clamp(start, line_end);
        Self {
            line: text[..line_start].matches('\n').count() + 1,
            column: text[line_start..start].chars().count() + 1,
            text: text[line_start..line_end].trim_end_matches('\r').to_owned(),
            width: text[start..end].chars().count().max(1),
        }
    }
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "error: {}", printable(&self.message))?;
        let path = self.path.as_deref().map(printable);
        match (&path, self.excerpt.as_deref()) {
            (Some(path), Some(Excerpt { line, column, text, width })) => {
                let number = line.to_string();
                let gutter = " ".repeat(number.len());
                write!(f, "\n{gutter}--> {path}:{line}:{column}\n{gutter} |\n{number} | {}", printable(text))?;
                write!(f, "\n{gutter} | {}{}", " ".repeat(column - 1), "^".repeat(*width))?;
                if let Some(help) = &self.help {
                    write!(f, "\n{gutter} = help: {}", printable(help))?;
                }
                return Ok(());
            }
            (Some(path), None) => write!(f, "\n--> {path}")?,
            (None, _) => {}
        }
        match &self.help {
            Some(help) => write!(f, "\nhelp: {}", printable(help)),
            None => Ok(()),
        }
    }
}

impl std::error::Error for ConfigError {}

/// The text without what could steer a terminal, each character as wide as before.
fn printable(text: &str) -> String {
    text.chars()
        .map(|c| match c {
            '\t' => ' ',
            '\n' => '\n',
            c if c.is_control() || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}') => '\u{fffd}',
            c => c,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_fault_is_underlined_in_its_line() {
        let text = "[check]\r\n\tselct = [\"all\"]\r\nignore = []\r\n";
        let at = text.find("selct").unwrap();
        let error = ConfigError::at("shipworthy.toml", text, Span::new(at, at + 5), "unknown key `selct`")
            .with_help("did you mean `select`?");
        let shown = "\
error: unknown key `selct`
 --> shipworthy.toml:2:2
  |
2 |  selct = [\"all\"]
  |  ^^^^^
  = help: did you mean `select`?";
        assert_eq!(error.to_string(), shown);
    }

    #[test]
    fn control_characters_do_not_reach_the_terminal() {
        let text = "a = \"\u{1b}[31m\"";
        let shown = ConfigError::at("x\u{7}", text, Span::new(0, 1), "no \u{202e}").to_string();
        assert!(!shown.contains(['\u{1b}', '\u{7}', '\u{202e}']), "{shown:?}");
    }

    #[test]
    fn spans_outside_the_text_do_not_panic() {
        for span in [Span::new(0, 0), Span::new(3, 9), Span::new(90, 99), Span::new(1, 2)] {
            let shown = ConfigError::at("x", "é\nü", span, "m").to_string();
            assert!(shown.contains("x:"), "{shown}");
        }
    }
}
