//! Text as a word of an instruction.

use std::ops::Range;

use super::expand::{self, Lookup};
use super::words;

/// How a value that takes the rest of a line (`ENV key value`) becomes one word that expands to the same: what to put in the place
/// of which of its bytes. `None` when that would take more than quotes around it.
pub fn one_word(value: &str, escape: char) -> Option<Vec<(Range<usize>, String)>> {
    let fits = |word: &str| {
        let pair = format!("k={word}");
        words::quoted(&pair, escape as u8).first() == Some(&(0..pair.len())) && expands_alike(value, word, escape)
    };
    if fits(value) {
        return Some(Vec::new());
    }
    let edits = quotes(value, escape)?;
    let mut word = String::with_capacity(value.len() + 2);
    let mut at = 0;
    for (range, replacement) in &edits {
        word.push_str(&value[at..range.start]);
        word.push_str(replacement);
        at = range.end;
    }
    word.push_str(&value[at..]);
    fits(&word).then_some(edits)
}

fn expands_alike(one: &str, other: &str, escape: char) -> bool {
    let expand = |word: &str, lookup: &dyn Fn(&str) -> Lookup| {
        expand::expand(word, escape, &mut |name| lookup(name)).ok().and_then(|expanded| expanded.text)
    };
    let lookups: [&dyn Fn(&str) -> Lookup; 2] = [&|_| Lookup::Unset, &|name| Lookup::Value(format!("<{name}>"))];
    lookups.into_iter().all(|lookup| expand(one, lookup).is_some_and(|text| expand(other, lookup).as_ref() == Some(&text)))
}

/// One pair of double quotes around all of it, in the place of those inside.
fn quotes(value: &str, escape: char) -> Option<Vec<(Range<usize>, String)>> {
    let mut edits = vec![(0..0, "\"".to_owned())];
    let mut open = None;
    let mut characters = value.char_indices();
    while let Some((at, character)) = characters.next() {
        let here = at..at + character.len_utf8();
        let special = |character: char| matches!(character, '"' | '$') || character == escape;
        match (open, character) {
            (Some(quote), _) if character == quote => {
                open = None;
                edits.push((here, String::new()));
            }
            // Nothing has a meaning between single quotes.
            (Some('\''), _) if special(character) => edits.push((at..at, escape.to_string())),
            (Some('\''), _) => {}
            (None, '\'' | '"') => {
                open = Some(character);
                edits.push((here, String::new()));
            }
            _ if character == escape => match characters.next() {
                Some((_, next)) if special(next) => {}
                _ if open == Some('"') => {}
                _ => edits.push((here, String::new())),
            },
            (_, '$') if value[at..].starts_with("${") => {
                // Quotes in `${a:-"b c"}` would end those around it.
                let length = value[at..].find('}')?;
                if value[at..at + length].contains(['"', '\'']) || value[at + 1..at + length].contains([escape, '$']) {
                    return None;
                }
                while characters.next().is_some_and(|(next, _)| next < at + length) {}
            }
            _ => {}
        }
    }
    if open.is_some() {
        return None;
    }
    edits.push((value.len()..value.len(), "\"".to_owned()));
    Some(edits)
}

/// A double-quoted word that stands for exactly this text: nothing in it is expanded, nothing ends it early.
pub fn double_quoted(text: &str, escape: char) -> String {
    let mut quoted = String::with_capacity(text.len() + 2);
    quoted.push('"');
    for character in text.chars() {
        if matches!(character, '"' | '$') || character == escape {
            quoted.push(escape);
        }
        quoted.push(character);
    }
    quoted.push('"');
    quoted
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dockerfile::expand::{Lookup, expand};

    fn as_word(value: &str, escape: char) -> Option<String> {
        let mut word = value.to_owned();
        for (range, replacement) in one_word(value, escape)?.into_iter().rev() {
            word.replace_range(range, &replacement);
        }
        Some(word)
    }

    #[test]
    fn values_become_one_word() {
        for (value, word) in [
            ("", ""),
            ("/usr/bin:$PATH", "/usr/bin:$PATH"),
            ("b=c", "b=c"),
            ("\"b c\"", "\"b c\""),
            ("hello world", "\"hello world\""),
            ("\"x y\" z", "\"x y z\""),
            ("'a $b' c", r#""a \$b c""#),
            (r#"a \"b\" c"#, r#""a \"b\" c""#),
            (r"a\ b", r"a\ b"),
            (r"C:\foo bar", r#""C:foo bar""#),
            ("${A:-x y} z", "\"${A:-x y} z\""),
            ("-Da=\"b c\" -Xmx1g", "\"-Da=b c -Xmx1g\""),
            (r#""a\n b" c"#, r#""a\n b c""#),
            ("é ü", "\"é ü\""),
        ] {
            assert_eq!(as_word(value, '\\').as_deref(), Some(word), "{value}");
        }
        assert_eq!(as_word(r"C:\Program Files\x", '`').as_deref(), Some(r#""C:\Program Files\x""#));
        for value in ["it's a", "a \"b", "${A:-\"x y\"} z", "${A b", "${A:-$B} c"] {
            assert_eq!(as_word(value, '\\'), None, "{value}");
        }
    }

    #[test]
    fn quoted_text_expands_to_itself() {
        for text in ["", "plain", "two words", r#"a "b" $c ${d} \e \" `f`"#, "it's", r"ends in \"] {
            for escape in ['\\', '`'] {
                let quoted = double_quoted(text, escape);
                let expanded = expand(&quoted, escape, &mut |_| Lookup::Unset).unwrap();
                assert_eq!(expanded.text.as_deref(), Some(text), "{quoted}");
                let words = crate::dockerfile::words::quoted(&quoted, escape as u8);
                assert_eq!((words.len(), words[0].len()), (1, quoted.len()), "{quoted}");
            }
        }
    }
}
