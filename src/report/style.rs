//! How text for people is drawn: decided once, by the command line, and followed everywhere.

use std::fmt::{self, Display};

use anstyle::{AnsiColor, Style as Ansi};

use crate::finding::Severity;

/// What the reader's terminal can show.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Style {
    pub color: bool,
    /// Box drawing and arrows; without it everything is drawn in ASCII.
    pub unicode: bool,
    /// OSC 8 links on rule ids.
    pub hyperlinks: bool,
    /// In cells; longer source lines are cut around what is shown.
    pub width: usize,
}

impl Default for Style {
    fn default() -> Self {
        Self::plain()
    }
}

pub(super) const BOLD: Ansi = Ansi::new().bold();
pub(super) const DIM: Ansi = Ansi::new().dimmed();
pub(super) const HINT: Ansi = AnsiColor::Cyan.on_default();
pub(super) const ERROR: Ansi = AnsiColor::Red.on_default().bold();
pub(super) const GOOD: Ansi = AnsiColor::Green.on_default().bold();
pub(super) const ADDED: Ansi = AnsiColor::Green.on_default();
pub(super) const REMOVED: Ansi = AnsiColor::Red.on_default();

impl Style {
    /// For a pipe or a file: no colour, no links, 100 columns.
    pub const fn plain() -> Self {
        Self { color: false, unicode: true, hyperlinks: false, width: 100 }
    }

    pub(super) fn paint<T: Display>(self, style: Ansi, text: T) -> Painted<T> {
        Painted { style: if self.color { style } else { Ansi::new() }, text }
    }

    /// Text that leads to an address, where the terminal follows links.
    pub(super) fn link<T: Display>(self, url: &str, text: T) -> String {
        if self.hyperlinks { format!("\u{1b}]8;;{url}\u{1b}\\{text}\u{1b}]8;;\u{1b}\\") } else { text.to_string() }
    }

    /// Stands for what was cut off.
    pub(super) const fn ellipsis(self) -> &'static str {
        if self.unicode { "…" } else { "..." }
    }
}

pub(super) const fn severity(severity: Severity) -> Ansi {
    match severity {
        Severity::Critical | Severity::High => AnsiColor::Red.on_default().bold(),
        Severity::Medium => AnsiColor::Yellow.on_default().bold(),
        Severity::Low => AnsiColor::Cyan.on_default().bold(),
        Severity::Info => AnsiColor::Blue.on_default().bold(),
    }
}

/// A text between the codes of its style.
pub(super) struct Painted<T> {
    style: Ansi,
    text: T,
}

impl<T: Display> Display for Painted<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.style == Ansi::new() {
            return self.text.fmt(f);
        }
        write!(f, "{}{}{}", self.style.render(), self.text, self.style.render_reset())
    }
}
