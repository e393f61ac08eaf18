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
        // Each letter more or less is a difference.
        .filter(|choice| choice.len().abs_diff(text.len()) < 3 || !choice.is_ascii() || !text.is_ascii())
        .map(|choice| (strsim::osa_distance(text, choice), first(text) != first(choice), choice))
        .filter(|(distance, ..)| (1..3).contains(distance))
        .min_by_key(|(distance, other_letter, _)| (*distance, *other_letter))
        .map(|(.., choice)| choice)
}

/// The one name that a misspelled variable stands for, as near as [`nearest`]: `None` when there are several, or when so much of
/// a short name differs that any other would do.
pub fn nearest_of<'c>(name: &str, names: impl IntoIterator<Item = &'c str>) -> Option<&'c str> {
    if name.len() > 64 {
        return None;
    }
    let mut best: Option<(usize, &str)> = None;
    let mut alone = true;
    for candidate in names.into_iter().filter(|candidate| candidate.len() <= 66 && *candidate != name) {
        // Letters that changed places are one slip, and so is another case.
        let distance = if candidate.eq_ignore_ascii_case(name) { 1 } else { strsim::osa_distance(name, candidate) };
        match best {
            _ if distance > 2 || 3 * distance > name.len() => {}
            Some((least, known)) if distance == least => alone &= known == candidate,
            Some((least, _)) if distance > least => {}
            _ => {
                best = Some((distance, candidate));
                alone = true;
            }
        }
    }
    best.filter(|_| alone).map(|(_, candidate)| candidate)
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
    fn one_name_is_meant_or_none() {
        assert_eq!(nearest_of("DIR_ASSET", ["DIR_BINARIES", "DIR_ASSETS", "DIR_CONFIG"]), Some("DIR_ASSETS"));
        assert_eq!(nearest_of("PAHT", ["PATH", "HOME"]), Some("PATH"));
        assert_eq!(nearest_of("app_dir", ["APP_DIR"]), Some("APP_DIR"));
        assert_eq!(nearest_of("VERSION_3", ["VERSION_1", "VERSION_2"]), None);
        assert_eq!(nearest_of("VERSION_3", ["VERSION_1", "VERSION_1"]), Some("VERSION_1"));
        assert_eq!(nearest_of("A", ["B"]), None);
        assert_eq!(nearest_of("UID", ["GID"]), Some("GID"));
    }

    #[test]
    fn near_means_two_letters() {
        assert_eq!(nearest("FORM", ["RUN", "FROM"]), Some("FROM"));
        assert_eq!(nearest("CDM", ["ADD", "CMD"]), Some("CMD"));
        assert_eq!(nearest("FOO", ["RUN", "FROM"]), Some("FROM"));
        assert_eq!(nearest("xyzzy", ["RUN", "FROM"]), None);
    }
}
