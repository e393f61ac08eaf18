//! What each format looks like.

use super::sample::Sample;
use crate::report::{Format, Style, Verbosity};

#[test]
fn full() {
    insta::assert_snapshot!(Sample::full().write(Format::Full));
}

#[test]
fn full_in_colour() {
    let mut sample = Sample::full();
    sample.style = Style { color: true, hyperlinks: true, ..Style::plain() };
    insta::assert_snapshot!(sample.write(Format::Full).replace('\u{1b}', "␛"));
}
