//! What rules ask of one command.

use std::ops::Range;

use super::{Command, Word};
use crate::source::Span;

impl Command {
    /// The name without its folders: `/usr/bin/apt-get` is `apt-get`. Empty for a bare assignment or redirection; a name built on
    /// an expansion is given as written where no folder can be told from it.
    pub fn name(&self) -> &str {
        self.words.first().and_then(|word| word.text.get(self.base as usize..)).unwrap_or_default()
    }

    /// Where the name begins in the first of its words: every rule about commands asks for it first.
    pub(super) fn base_of(words: &[Word]) -> u32 {
        let Some(word) = words.first() else { return 0 };
        match word.text.rfind('/').map(|slash| (slash + 1, &word.text[slash + 1..])) {
            Some((at, base)) if !(base.is_empty() || word.expansion.is_some() && base.contains(['}', ')', '`'])) => at as u32,
            _ => 0,
        }
    }

    /// Called in the text itself by its bare name: no folder, no other program in front (but `exec`, `command`, `builtin`), not in
    /// the text of `sh -c`. Most tools only see these.
    pub fn is_called_plainly(&self) -> bool {
        let is_bare = |word: &Word| word.expansion.is_none() && !word.text.contains('/');
        let is_transparent = |words: &Vec<Word>| matches!(words[0].text.as_str(), "exec" | "command" | "builtin");
        self.embedded.is_none() && self.words.first().is_some_and(is_bare) && self.wrappers.iter().all(is_transparent)
    }

    /// What to delete of the text of the file so that some of the words after the name go, with what parts them from their neighbour.
    /// None where more than blanks and continuations lies there.
    pub fn removal(&self, words: Range<usize>, text: &str, escape: char) -> Option<Span> {
        let own = Span::new(self.words.get(words.start)?.span.start(), self.words.get(words.end.checked_sub(1)?)?.span.end());
        let before = self.words.get(words.start.checked_sub(1)?)?.span;
        removal(Some(before), own, self.words.get(words.end).map(|word| word.span), text, escape)
    }

    /// The words after the name.
    pub fn arguments(&self) -> &[Word] {
        self.words.get(1..).unwrap_or_default()
    }

    /// The argument of that number; 0 is the first after the name.
    pub fn argument(&self, index: usize) -> Option<&Word> {
        self.words.get(index + 1)
    }

    /// Whether one of these flags is given; see [`Command::flag`].
    pub fn has_flag(&self, names: &[&str]) -> bool {
        self.flag(names).is_some()
    }

    /// The first argument that carries one of these flags, given with their dashes. `-y` is also found in a cluster (`-qqy`) of
    /// letters and closing digits, `--name` also as `--name=value`; `-name` (one dash, several letters) only as the whole word or
    /// before `=`. After `--` there are no flags.
    pub fn flag(&self, names: &[&str]) -> Option<&Word> {
        self.flags().find(|word| names.iter().any(|name| carries(&word.text, name)))
    }

    /// The value of a flag: `-o value`, `-ovalue`, `-xo value` (last of a cluster), `--name=value`, `--name value`. The first one
    /// when the flag is repeated.
    pub fn flag_value(&self, name: &str) -> Option<&str> {
        self.flag_values(name).next()
    }

    /// Every value of a flag that may be repeated.
    pub fn flag_values<'a, 'n>(&'a self, name: &'n str) -> impl Iterator<Item = &'a str> + use<'a, 'n> {
        let arguments = self.arguments();
        let flags = arguments.iter().take_while(|word| word.text != "--").enumerate();
        flags.filter_map(move |(index, word)| match value_of(&word.text, name)? {
            Value::Own(value) => Some(value),
            Value::Next => arguments.get(index + 1).map(|next| next.text.as_str()),
        })
    }

    /// The arguments that are no flags: those that do not start with `-`, a lone `-`, and all after `--`. The values of flags are
    /// among them; see [`Command::operands`].
    pub fn non_flag_words(&self) -> impl Iterator<Item = &Word> {
        self.operands(&[])
    }

    /// The arguments that are neither flags nor the values of those flags that take the next word, such as `-t` and
    /// `--target-release` of `apt-get`.
    pub fn operands<'a>(&'a self, valued: &'a [&'a str]) -> impl Iterator<Item = &'a Word> {
        let mut skip = false;
        let mut ended = false;
        self.arguments().iter().filter(move |word| {
            if ended {
                return true;
            }
            if std::mem::take(&mut skip) {
                return false;
            }
            ended = word.text == "--";
            if word.is_flag() {
                skip = valued.iter().any(|name| matches!(value_of(&word.text, name), Some(Value::Next)));
                return false;
            }
            true
        })
    }

    /// The first argument that is no flag: `install` of `apt-get -y install curl`.
    pub fn subcommand(&self) -> Option<&Word> {
        self.non_flag_words().next()
    }

    /// Whether a wrapper of that name was taken off.
    pub fn is_wrapped_in(&self, name: &str) -> bool {
        self.wrappers.iter().any(|words| words[0].text.rsplit('/').next() == Some(name))
    }

    fn flags(&self) -> impl Iterator<Item = &Word> {
        self.arguments().iter().take_while(|word| word.text != "--").filter(|word| word.is_flag())
    }
}

/// What to delete so that an item of a list goes, by the places of its neighbours: the blanks before it if they are on its line,
/// else those after it, else all that parts it from the item before.
pub fn removal(before: Option<Span>, own: Span, after: Option<Span>, text: &str, escape: char) -> Option<Span> {
    let between = |start: usize, end: usize| Span::new(start, end).slice(text);
    let is_gap = |gap: &str| !gap.is_empty() && gap.chars().all(|char| char.is_whitespace() || char == escape);
    let before = before.filter(|before| is_gap(between(before.end(), own.start())));
    let after = after.filter(|after| is_gap(between(own.end(), after.start())));
    match (before, after) {
        (Some(before), _) if !between(before.end(), own.start()).contains('\n') => Some(Span::new(before.end(), own.end())),
        (_, Some(after)) => Some(Span::new(own.start(), after.start())),
        (Some(before), None) => Some(Span::new(before.end(), own.end())),
        (None, None) => None,
    }
}

/// Whether an argument carries a flag.
fn carries(argument: &str, name: &str) -> bool {
    let given = argument.split_once('=').map_or(argument, |(given, _)| given);
    given == name || letter(name).is_some_and(|letter| cluster(given).contains(letter))
}

/// The letter of `-x`.
fn letter(name: &str) -> Option<char> {
    let mut letters = name.strip_prefix('-')?.chars();
    let letter = letters.next().filter(|letter| *letter != '-')?;
    letters.next().is_none().then_some(letter)
}

/// The letters of `-abc` or `-ab3`; of anything else, such as `-oAcquire::Retries=3`, only the first, for the rest is its value.
fn cluster(argument: &str) -> &str {
    let Some(letters) = argument.strip_prefix('-').filter(|rest| !rest.starts_with('-')) else { return "" };
    let plain = letters.trim_end_matches(|letter: char| letter.is_ascii_digit());
    if plain.bytes().all(|byte| byte.is_ascii_alphabetic()) {
        letters
    } else {
        letters.char_indices().nth(1).map_or(letters, |(second, _)| &letters[..second])
    }
}

enum Value<'a> {
    Own(&'a str),
    Next,
}

fn value_of<'a>(argument: &'a str, name: &str) -> Option<Value<'a>> {
    if argument == name {
        return Some(Value::Next);
    }
    let Some(letter) = letter(name) else {
        return argument.strip_prefix(name)?.strip_prefix('=').map(Value::Own);
    };
    let letters = argument.strip_prefix('-').filter(|rest| !rest.starts_with('-'))?;
    if let Some(value) = letters.strip_prefix(letter) {
        return Some(Value::Own(value.strip_prefix('=').unwrap_or(value)));
    }
    (cluster(argument).len() == letters.len() && letters.ends_with(letter)).then_some(Value::Next)
}
