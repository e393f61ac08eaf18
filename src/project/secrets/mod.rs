//! The secrets of a file by its kind: which places of it the engine is shown.

mod compose;
mod env;
mod nginx;

use crate::secret::{Scanner, Setting, is_example};
use crate::source::{SourceFile, Span};

pub(super) use compose::of_yaml;
pub(super) use env::of_env;
pub(super) use nginx::of_nginx;

/// What no output may show of a file of which nothing is known but its lines.
pub(super) fn of_lines(source: &SourceFile) -> Vec<Span> {
    let mut scanner = Scanner::new(source.text(), Setting::Deployed);
    scanner.lines(Span::new(0, source.text().len()));
    scanner.finish().masks
}

/// Whether what the file says is what runs.
pub(super) fn setting(source: &SourceFile) -> Setting {
    if is_example(&source.path, source.kind) { Setting::Example } else { Setting::Deployed }
}
