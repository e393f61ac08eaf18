//! Shell wildcards as `shell/lex.go` knows them: `*` and `?`, no brackets.

/// Above this many steps a match is given up: the value counts as unknown.
const MOST_STEPS: usize = 1 << 16;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    Literal(char),
    One,
    Any,
}

/// A pattern of `${x#pattern}` or `${x/pattern/...}`.
#[derive(Debug)]
pub(super) struct Pattern {
    parts: Vec<Part>,
}

impl Pattern {
    /// `None` for a backslash before anything but `*`, `?`, `\`, `}` and `/`, which BuildKit refuses.
    pub(super) fn new(text: &str) -> Option<Self> {
        let mut parts = Vec::new();
        let mut characters = text.chars().peekable();
        while let Some(character) = characters.next() {
            parts.push(match character {
                '*' => Part::Any,
                '?' => Part::One,
                '\\' => match characters.peek() {
                    // Escaped because of the substitution around it; the next round takes it as itself.
                    Some('}' | '/') => continue,
                    Some(escaped @ ('*' | '?' | '\\')) => {
                        let escaped = *escaped;
                        characters.next();
                        Part::Literal(escaped)
                    }
                    _ => return None,
                },
                literal => Part::Literal(literal),
            });
        }
        Some(Self { parts })
    }

    /// The value without the shortest or longest start that matches; `None` when that is too much work.
    pub(super) fn trim_start<'v>(&self, value: &'v str, longest: bool) -> Option<&'v str> {
        let characters: Vec<char> = value.chars().collect();
        let end = find_end(&self.parts, &characters, longest, &mut MOST_STEPS.clone())?;
        let bytes = characters[..end.unwrap_or(0)].iter().map(|character| character.len_utf8()).sum::<usize>();
        Some(&value[bytes..])
    }

    /// The value without the shortest or longest end that matches.
    pub(super) fn trim_end<'v>(&self, value: &'v str, longest: bool) -> Option<&'v str> {
        let parts: Vec<Part> = self.parts.iter().rev().copied().collect();
        let characters: Vec<char> = value.chars().rev().collect();
        let end = find_end(&parts, &characters, longest, &mut MOST_STEPS.clone())?;
        let bytes = characters[..end.unwrap_or(0)].iter().map(|character| character.len_utf8()).sum::<usize>();
        Some(&value[..value.len() - bytes])
    }

    /// The value with the first match, or each one, replaced.
    pub(super) fn replace(&self, value: &str, replacement: &str, all: bool) -> Option<String> {
        let characters: Vec<char> = value.chars().collect();
        let mut steps = MOST_STEPS;
        let mut result = String::new();
        let mut at = 0;
        let mut last_end = None;
        while at <= characters.len() {
            match find_end(&self.parts, &characters[at..], true, &mut steps)? {
                // As in Go, an empty match right after another match does not count.
                Some(length) if length > 0 || last_end != Some(at) => {
                    result.push_str(replacement);
                    at += length;
                    last_end = Some(at);
                    if !all {
                        result.extend(&characters[at..]);
                        return Some(result);
                    }
                    if length > 0 {
                        continue;
                    }
                }
                _ => {}
            }
            result.extend(characters.get(at));
            at += 1;
        }
        Some(result)
    }
}

/// How many characters from the start the pattern takes: `Some(None)` for no match, `None` for too much work.
///
/// All ends are found at once, one part of the pattern after the other, so nothing is ever tried twice.
fn find_end(parts: &[Part], characters: &[char], longest: bool, steps: &mut usize) -> Option<Option<usize>> {
    let mut reached = vec![false; characters.len() + 1];
    reached[0] = true;
    for part in parts {
        *steps = steps.checked_sub(reached.len())?;
        if *part == Part::Any {
            let mut open = false;
            for end in &mut reached {
                open |= *end;
                *end = open;
            }
            continue;
        }
        for end in (0..reached.len()).rev() {
            let fits = end > 0 && (*part == Part::One || *part == Part::Literal(characters[end - 1]));
            reached[end] = fits && reached[end - 1];
        }
    }
    Some(if longest { reached.iter().rposition(|end| *end) } else { reached.iter().position(|end| *end) })
}
