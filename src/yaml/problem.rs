//! Syntax errors in plain words, each at its bytes.

use granit_parser::ErrorKind;

use super::Problem;
use crate::source::Span;

/// The problem that granit met at the byte `at`; `before` is the end of what was read well.
pub(super) fn of(kind: &ErrorKind, text: &str, _before: usize, at: usize) -> Problem {
    let end = text[at..].chars().next().map_or(at, |first| at + first.len_utf8());
    Problem { message: kind.to_string(), span: Span::new(at, end) }
}
