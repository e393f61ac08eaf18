//! What a variable holds, as far as the text that sets it tells without being run.

use super::{Assignment, Command, Connector, Script};

/// What is known of the value of a variable at one place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Held {
    /// One word that a shell neither splits nor takes for a pattern.
    OneWord,
    /// Text with blanks in it, or what a program prints, wherever it was set.
    Words,
    /// Anything.
    Unknown,
}

impl Script {
    /// What a variable holds when a command runs. `text` is the text that was read: where it names the variable in another way than by
    /// expanding it or by `NAME=value`, as in `for NAME in` or `read NAME`, nothing is said.
    pub fn held(&self, text: &str, name: &str, command: usize) -> Held {
        let mut set: Vec<(usize, &Command, &Assignment)> = Vec::new();
        for (index, command) in self.commands.iter().enumerate().filter(|(_, command)| command.embedded.is_none()) {
            set.extend(command.assignments.iter().filter(|set| set.name == name).map(|set| (index, command, set)));
        }
        // `NAME=value program` is for the program alone.
        let is_bare = |(_, command, _): &(usize, &Command, &Assignment)| command.words.is_empty() && command.wrappers.is_empty();
        if set.is_empty() || !set.iter().all(is_bare) || set.len() != mentions(text, name) {
            return Held::Unknown;
        }
        if set.iter().all(|(_, _, set)| is_words(set)) {
            return Held::Words;
        }
        let is_set = set.iter().any(|(index, _, _)| self.has_run(*index, command));
        if is_set && set.iter().all(|(_, _, set)| is_one_word(set)) { Held::OneWord } else { Held::Unknown }
    }

    /// Whether a command has run for certain when a later one of its list, or of a list inside that, does.
    fn has_run(&self, before: usize, after: usize) -> bool {
        let first = &self.commands[before];
        let Some(second) = self.commands.get(after).filter(|_| before < after) else { return false };
        let is_around = self.is_within(second.list, first.list) && !first.function && !second.function && !first.background;
        let between = self.lists[first.list].commands.iter().filter(|index| (before + 1..=after).contains(*index));
        is_around
            && first.pipeline.is_none()
            && match first.connector {
                Connector::First | Connector::Sequence => true,
                Connector::And => {
                    second.list == first.list
                        && between.into_iter().all(|index| self.commands[*index].connector == Connector::And)
                }
                Connector::Or | Connector::Background | Connector::Pipe => false,
            }
    }
}

/// How often a text names a variable elsewhere than behind a `$`, or sets it there.
pub fn mentions(text: &str, name: &str) -> usize {
    let bytes = text.as_bytes();
    let is_part = |byte: Option<&u8>| byte.is_some_and(|byte| byte.is_ascii_alphanumeric() || *byte == b'_');
    let is_mention = |start: &usize| {
        let (before, rest) = (&bytes[..*start], &text[start + name.len()..]);
        let whole = !is_part(before.last()) && !is_part(rest.as_bytes().first());
        // `${NAME=x}` and `${NAME:=x}` set it.
        let expands = before.ends_with(b"${") && !rest.starts_with('=') && !rest.starts_with(":=");
        whole && !before.ends_with(b"$") && !expands
    };
    memchr::memmem::find_iter(bytes, name).filter(is_mention).count()
}

fn is_words(set: &Assignment) -> bool {
    let Some(at) = set.value.expansion else {
        return set.value.literal && set.value.text.contains(|char: char| char.is_ascii_whitespace());
    };
    let rest = &set.value.text[at as usize..];
    rest.starts_with('`') || rest.starts_with("$(") && !rest.starts_with("$((")
}

fn is_one_word(set: &Assignment) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"._/:@%+,=-".contains(&byte);
    set.value.literal && !set.value.text.is_empty() && set.value.text.bytes().all(plain)
}

#[cfg(test)]
mod tests {
    use super::super::parse;
    use super::*;
    use crate::source::Mapped;

    fn held(text: &str) -> Held {
        let script = parse(&Mapped::literal(text, 0));
        let last = script.commands.iter().rposition(|command| command.name() == "use").unwrap();
        script.held(text, "X", last)
    }

    #[test]
    fn what_was_set_before_is_held() {
        for text in [
            "X=1.2; use $X",
            "a && X=/opt/a && use $X",
            "X=1; if a; then use $X; fi",
            "X=1; if a; then X=2; fi; use $X",
            "X=1; b=$(use $X)",
        ] {
            assert_eq!(held(text), Held::OneWord, "{text}");
        }
        for text in ["X=$(a); use $X", "X=\"$(a | b)\" && use $X", "use $X; X=`a`", "if a; then X=$(b); else X=-$(c); fi; use $X"]
        {
            assert_eq!(held(text), Held::Words, "{text}");
        }
        assert_eq!((held("X='a b'; use $X"), held("X=' a\n'; X=`b`; use $X")), (Held::Words, Held::Words));
    }

    #[test]
    fn what_may_be_otherwise_is_unknown() {
        for text in [
            "use $X",
            "use $X; X=1",
            "X=1 use $X",
            "a && X=1; use $X",
            "a || X=1; use $X",
            "if a; then X=1; fi; use $X",
            "X=1; X=$Y; use $X",
            "X=$((1 + 1)); use $X",
            "X=; use $X",
            "X='a b'; X=c; use $X",
            "X='*'; use $X",
            "X=1; read X; use $X",
            "X=$(a); for X in a b; do use $X; done",
            "X=1; : ${X:=2}; use $X",
            "f() { X=1; }; f; use $X",
            "a | X=1; use $X",
            "X=1 & use $X",
        ] {
            assert_eq!(held(text), Held::Unknown, "{text}");
        }
    }
}
