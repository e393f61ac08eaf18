//! How the parser says what BuildKit refuses.

use crate::source::Span;

use super::syntax::{Problem, ProblemStage};

/// Text of the file in a message is cut at this many characters.
const LONGEST_VALUE: usize = 80;

impl Problem {
    /// What `parser.go` refuses.
    pub(super) fn parse(reason: &'static str, span: Span) -> Self {
        Self { stage: ProblemStage::Parse, reason, values: Vec::new(), span }
    }

    /// What parses, but cannot be built.
    pub(super) fn build(reason: &'static str, span: Span) -> Self {
        Self { stage: ProblemStage::Build, reason, values: Vec::new(), span }
    }

    /// Text for a place in the message.
    pub(super) fn with(mut self, name: &'static str, text: impl AsRef<str>) -> Self {
        self.values.push((name, shortened(text.as_ref())));
        self
    }
}

fn shortened(text: &str) -> String {
    match text.char_indices().nth(LONGEST_VALUE) {
        None => text.to_owned(),
        Some(_) => {
            let end = text.char_indices().nth(LONGEST_VALUE - 1).map_or(text.len(), |(at, _)| at);
            format!("{}…", &text[..end])
        }
    }
}

/// The choice that differs in one or two letters, as BuildKit's `util/suggest` finds it; of several the likeliest, with two
/// letters that changed places as one difference.
pub fn nearest<'c>(text: &str, choices: impl IntoIterator<Item = &'c str>) -> Option<&'c str> {
    // Nothing that long is near, and the distance of long texts takes long.
    if text.len() > 32 {
        return None;
    }
    let first = |text: &str| text.bytes().next();
    choices
        .into_iter()
        .map(|choice| (strsim::osa_distance(text, choice), first(text) != first(choice), choice))
        .filter(|(distance, ..)| (1..3).contains(distance))
        .min_by_key(|(distance, other_letter, _)| (*distance, *other_letter))
        .map(|(.., choice)| choice)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_cut() {
        assert_eq!(shortened(&"é".repeat(80)), "é".repeat(80));
        assert_eq!(shortened(&"é".repeat(81)), format!("{}…", "é".repeat(79)));
    }

    #[test]
    fn near_means_two_letters() {
        assert_eq!(nearest("FORM", ["RUN", "FROM"]), Some("FROM"));
        assert_eq!(nearest("CDM", ["ADD", "CMD"]), Some("CMD"));
        assert_eq!(nearest("FOO", ["RUN", "FROM"]), Some("FROM"));
        assert_eq!(nearest("xyzzy", ["RUN", "FROM"]), None);
    }
}
