//! Upper or lower case of keywords, as `validateCommandCasing` counts and compares them.

use crate::source::Span;

use super::instruction::{Body, Instruction, Keyword};
use super::syntax::Tree;

/// How keywords are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Casing {
    Lower,
    Upper,
}

impl Casing {
    /// `None` for a word of mixed case.
    pub fn of(word: &str) -> Option<Self> {
        if Self::Lower.fits(word) {
            return Some(Self::Lower);
        }
        Self::Upper.fits(word).then_some(Self::Upper)
    }

    /// Whether a word is written so already.
    pub fn fits(self, word: &str) -> bool {
        match self {
            Self::Lower if word.is_ascii() => !word.bytes().any(|byte| byte.is_ascii_uppercase()),
            Self::Upper if word.is_ascii() => !word.bytes().any(|byte| byte.is_ascii_lowercase()),
            Self::Lower => word == word.to_lowercase(),
            Self::Upper => word == word.to_uppercase(),
        }
    }

    /// The word, written so.
    pub fn apply(self, word: &str) -> String {
        match self {
            Self::Lower => word.to_lowercase(),
            Self::Upper => word.to_uppercase(),
        }
    }

    /// In words.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Lower => "lower",
            Self::Upper => "upper",
        }
    }
}

impl Tree {
    /// How most keywords of the stages are written; upper case when there are as many of each.
    pub fn keyword_casing(&self) -> Casing {
        let first_from = self.instructions.iter().position(|instruction| instruction.keyword == Keyword::From);
        let (mut lower, mut upper) = (0, 0);
        for instruction in &self.instructions[first_from.unwrap_or_default()..] {
            match Casing::of(&instruction.keyword_text) {
                _ if instruction.keyword == Keyword::Unknown => {}
                Some(Casing::Lower) => lower += 1,
                Some(Casing::Upper) => upper += 1,
                None => {}
            }
        }
        if lower > upper { Casing::Lower } else { Casing::Upper }
    }
}

impl Instruction {
    /// What to replace so that the keyword, and the AS of a FROM with it, is written in a casing. Nothing where a continuation
    /// splits one of them.
    pub fn recased(&self, text: &str, casing: Casing) -> Vec<(Span, String)> {
        let mut words = vec![(self.keyword_span, self.keyword_text.as_str())];
        if let Body::From { as_keyword: Some(word), .. } = &self.body {
            words.push((word.span, word.text.as_str()));
        }
        if words.iter().any(|(span, word)| span.slice(text) != *word) {
            return Vec::new();
        }
        let wrong = words.into_iter().filter(|(_, word)| !casing.fits(word));
        wrong.map(|(span, word)| (span, casing.apply(word))).collect()
    }
}

#[cfg(test)]
mod tests {
    use crate::dockerfile::syntax::parse;

    use super::*;

    #[test]
    fn the_majority_counts_and_upper_case_wins_a_tie() {
        for (text, casing) in [
            ("FROM a\nrun b\nrun c\n", Casing::Lower),
            ("FROM a\nrun b\n", Casing::Upper),
            ("from a\nrun b\n", Casing::Lower),
            // Neither mixed case nor what stands before the first stage counts.
            ("arg a\narg b\nFROM a\nrun b\nRun c\n", Casing::Upper),
            ("run a\n", Casing::Lower),
            ("", Casing::Upper),
        ] {
            assert_eq!(parse(text).keyword_casing(), casing, "{text:?}");
        }
    }

    #[test]
    fn from_and_as_change_together() {
        let text = "from a As b\nFR\\\nOM a as b\n";
        let tree = parse(text);
        let changes: Vec<_> = tree.instructions[0].recased(text, Casing::Upper).into_iter().map(|(_, word)| word).collect();
        assert_eq!(changes, ["FROM", "AS"]);
        assert_eq!(tree.instructions[0].recased(text, Casing::Lower).len(), 1);
        assert!(tree.instructions[1].recased(text, Casing::Lower).is_empty());
    }
}
