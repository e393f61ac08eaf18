//! Secrets in diffs: which lines would show one, and values that a fix carries to another place.

use std::borrow::Cow;
use std::cell::OnceCell;

use memchr::memmem;

use crate::source::{Span, masked};

/// Covers the secrets of a file in what is shown of it and of its fixes.
pub struct Veil<'a> {
    text: &'a str,
    secrets: &'a [Span],
    /// The text as it is shown: a value that stands in it anyway is no secret in its own right.
    shown: OnceCell<Cow<'a, str>>,
}

impl<'a> Veil<'a> {
    pub fn new(text: &'a str, secrets: &'a [Span]) -> Self {
        Self { text, secrets, shown: OnceCell::new() }
    }

    /// Whether a range of the text holds a part of a secret.
    pub fn covers(&self, range: Span) -> bool {
        self.secrets.iter().any(|secret| secret.start < range.end && range.start < secret.end)
    }

    /// A range of the text as it is shown.
    pub fn shown(&self, range: Span) -> Cow<'a, str> {
        let text = range.slice(self.text);
        if !self.covers(range) {
            return Cow::Borrowed(text);
        }
        let clipped = |secret: &Span| {
            let (start, end) = (secret.start.max(range.start), secret.end.min(range.end));
            (start < end).then(|| Span { start: start - range.start, end: end - range.start })
        };
        let secrets: Vec<_> = self.secrets.iter().filter_map(clipped).collect();
        masked(text, &secrets)
    }

    /// Where new text holds values of this file's secrets. One that an edit touches is meant wherever it stands alone;
    /// otherwise a value counts that the file shows nowhere, so that the name `postgres` survives a password `postgres`.
    pub fn carried(&self, new: &str, touched: impl Fn(Span) -> bool) -> Vec<Span> {
        let mut found = Vec::new();
        for &secret in self.secrets {
            let value = secret.slice(self.text).trim();
            if value.is_empty() || value.len() > new.len() {
                continue;
            }
            let mut hidden = None;
            for start in memmem::find_iter(new.as_bytes(), value) {
                let end = start + value.len();
                let hidden = *hidden.get_or_insert_with(|| !self.is_shown(value));
                if hidden || (touched(secret) && stands_alone(new, start, end)) {
                    found.push(Span::new(start, end));
                }
            }
        }
        found
    }

    fn is_shown(&self, value: &str) -> bool {
        let shown = self.shown.get_or_init(|| masked(self.text, self.secrets));
        memmem::find(shown.as_bytes(), value.as_bytes()).is_some()
    }
}

fn stands_alone(text: &str, start: usize, end: usize) -> bool {
    let word = |byte: Option<&u8>| byte.is_some_and(|byte| byte.is_ascii_alphanumeric() || *byte == b'_');
    let bytes = text.as_bytes();
    !(start > 0 && word(bytes.get(start - 1)) || word(bytes.get(end)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn veil(text: &'static str, secret: &str) -> Veil<'static> {
        let start = text.find(secret).unwrap();
        let secrets: &'static [Span] = Box::leak(Box::new([Span::new(start, start + secret.len())]));
        Veil::new(text, secrets)
    }

    #[test]
    fn a_range_is_covered_where_it_holds_a_part_of_a_secret() {
        let veil = veil("A=x\nB=hunter2\nC=y\n", "hunter2");
        assert_eq!(veil.shown(Span::new(0, 8)), "A=x\nB=**");
        assert!(!veil.covers(Span::new(0, 6)));
        assert!(veil.covers(Span::new(12, 20)));
    }

    #[test]
    fn a_value_is_found_wherever_it_is_carried() {
        let veil = veil("PASSWORD=hunter2", "hunter2");
        assert_eq!(veil.carried("x/hunter22/hunter2", |_| false), [Span::new(2, 9), Span::new(11, 18)]);
    }

    #[test]
    fn a_value_that_is_shown_anyway_counts_only_where_the_secret_itself_is_edited() {
        let veil = veil("PASSWORD=postgres\nIMAGE=postgres\n", "postgres");
        assert_eq!(veil.carried("image: postgres:17", |_| false), []);
        assert_eq!(veil.carried("PASSWORD_FILE=/run/postgres_password", |_| true), []);
        assert_eq!(veil.carried("PASSWORD='postgres'", |_| true), [Span::new(10, 18)]);
    }
}
