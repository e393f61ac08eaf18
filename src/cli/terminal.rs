//! What the terminal can show, decided once.

use std::env;
use std::io::{IsTerminal, Write};

use super::arguments::ColorArgument;
use crate::report::Style;

/// Columns where nothing tells better.
const DEFAULT_WIDTH: usize = 100;

/// The style of standard output. `--color` decides, then NO_COLOR, then CLICOLOR_FORCE and FORCE_COLOR, then whether it is a terminal.
pub fn style(color: ColorArgument) -> Style {
    let terminal = std::io::stdout().is_terminal();
    let set = |name: &str| env::var_os(name).is_some_and(|value| !value.is_empty());
    let forced = |name: &str| env::var_os(name).is_some_and(|value| !value.is_empty() && value != "0");
    let color = match color {
        ColorArgument::Always => true,
        ColorArgument::Never => false,
        ColorArgument::Auto if set("NO_COLOR") => false,
        ColorArgument::Auto if forced("CLICOLOR_FORCE") || forced("FORCE_COLOR") => true,
        ColorArgument::Auto => terminal && env::var_os("TERM").is_none_or(|term| term != "dumb"),
    };
    let columns = env::var("COLUMNS").ok().and_then(|columns| columns.parse().ok());
    Style {
        color,
        unicode: utf8_locale() || !terminal,
        hyperlinks: color && terminal && env::var_os("CI").is_none(),
        width: columns.filter(|_| terminal).or_else(|| terminal.then(terminal_width).flatten()).unwrap_or(DEFAULT_WIDTH),
    }
}

/// Who typed a command that reads standard input sees nothing happen.
pub fn say_what_is_awaited(what: &str) {
    if std::io::stdin().is_terminal() {
        let _ = writeln!(std::io::stderr(), "shipworthy: waiting for {what}");
    }
}

/// POSIX: the first of these that is set decides.
fn utf8_locale() -> bool {
    let locale = ["LC_ALL", "LC_CTYPE", "LANG"].iter().filter_map(|name| env::var(name).ok()).find(|value| !value.is_empty());
    match locale {
        Some(locale) => locale.to_ascii_lowercase().contains("utf-8") || locale.to_ascii_lowercase().contains("utf8"),
        None => cfg!(windows),
    }
}

fn terminal_width() -> Option<usize> {
    terminal_size::terminal_size().map(|(width, _)| usize::from(width.0))
}
