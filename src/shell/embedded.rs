//! Texts that a command hands to another shell: `sh -c '…'`, `eval '…'`, `su -c '…'`.

use shuck_ast::{BourneParameterExpansion, ParameterExpansion, ParameterExpansionSyntax, WordPart, WordPartNode};

use super::Word;
use super::words::{slice, tiles, unescape};
use crate::source::Mapped;

/// Which words of a command are shell text.
pub(super) enum Embedded {
    Word(usize),
    /// This word and all after it, joined by blanks.
    Joined(usize),
}

pub(super) fn find(words: &[Word]) -> Option<Embedded> {
    let name = words.first().filter(|word| word.literal)?.text.rsplit('/').next()?;
    match name {
        "sh" | "bash" | "ash" | "dash" | "ksh" | "mksh" | "zsh" => shell_text(words).map(Embedded::Word),
        "eval" => {
            let first = 1 + usize::from(words.get(1).is_some_and(|word| word.text == "--"));
            (words.len() > first).then_some(Embedded::Joined(first))
        }
        "su" | "runuser" => user_text(words).map(Embedded::Word),
        _ => None,
    }
}

/// The word behind the options of a shell, if `-c` is one of them.
fn shell_text(words: &[Word]) -> Option<usize> {
    let mut command = false;
    let mut at = 1;
    while let Some(word) = words.get(at) {
        let text = word.text.as_str();
        let letters = match text.as_bytes() {
            b"--" | b"-" => {
                at += 1;
                break;
            }
            [b'-', b'-', ..] => {
                at += 1 + usize::from(matches!(text, "--rcfile" | "--init-file"));
                continue;
            }
            [b'-' | b'+', letters @ ..] if !letters.is_empty() => letters,
            _ => break,
        };
        command |= letters.contains(&b'c');
        // `-o name`, also at the end of a cluster: `-eo pipefail`.
        at += 1 + letters.iter().filter(|letter| matches!(letter, b'o' | b'O')).count();
    }
    (command && at < words.len()).then_some(at)
}

fn user_text(words: &[Word]) -> Option<usize> {
    let flag = words.iter().position(|word| {
        word.text == "--command" || (word.text.ends_with('c') && word.is_flag() && !word.text.starts_with("--"))
    })?;
    (flag + 1 < words.len()).then_some(flag + 1)
}

/// The text of those words with its way back to the file; `None` when it depends on more than plain variables, or holds
/// characters that the file spells otherwise (`$'\n'`).
pub(super) fn text(text: &Mapped, source: &str, words: &[&shuck_ast::Word], found: &Embedded) -> Option<Mapped> {
    let mut out = Mapped::empty(0);
    match found {
        Embedded::Word(index) => push(&mut out, text, source, words.get(*index)?)?,
        Embedded::Joined(first) => {
            for (index, word) in words.iter().enumerate().skip(*first) {
                if index > *first {
                    // The blank between two words is the byte before the second one.
                    let blank = word.span.start.offset().checked_sub(1)?;
                    source.as_bytes().get(blank).filter(|byte| matches!(byte, b' ' | b'\t'))?;
                    out.push_part(text, blank, blank + 1);
                }
                push(&mut out, text, source, word)?;
            }
        }
    }
    (!out.is_empty()).then_some(out)
}

fn push(out: &mut Mapped, text: &Mapped, source: &str, word: &shuck_ast::Word) -> Option<()> {
    if !tiles(word) {
        return None;
    }
    for part in &word.parts {
        match &part.kind {
            WordPart::Literal(_) => push_literal(out, text, source, part, false),
            WordPart::SingleQuoted { value, dollar } => {
                let span = value.span();
                if *dollar && slice(source, span).contains('\\') {
                    return None;
                }
                out.push_part(text, span.start.offset(), span.end.offset());
            }
            WordPart::DoubleQuoted { parts, .. } => {
                for part in parts {
                    match &part.kind {
                        WordPart::Literal(_) => push_literal(out, text, source, part, true),
                        WordPart::Variable(_) => out.push_part(text, part.span.start.offset(), part.span.end.offset()),
                        WordPart::Parameter(parameter) if is_access(parameter) => {
                            out.push_part(text, part.span.start.offset(), part.span.end.offset());
                        }
                        _ => return None,
                    }
                }
            }
            _ => return None,
        }
    }
    Some(())
}

/// `${NAME}` and no more.
fn is_access(parameter: &ParameterExpansion) -> bool {
    matches!(&parameter.syntax, ParameterExpansionSyntax::Bourne(BourneParameterExpansion::Access { reference })
        if reference.subscript.is_none())
}

fn push_literal(out: &mut Mapped, text: &Mapped, source: &str, part: &WordPartNode, quoted: bool) {
    let offset = part.span.start.offset();
    let raw = slice(source, part.span);
    let mut before = 0;
    unescape(raw, quoted, |mut start, end| {
        // One byte was left out: the backslash of the character that follows.
        if start == before + 1
            && let Some(escaped) = raw.get(start..end).and_then(|kept| kept.chars().next())
        {
            let next = start + escaped.len_utf8();
            out.push_escape(escaped.encode_utf8(&mut [0; 4]), text.span(offset + before, offset + next));
            start = next;
        }
        out.push_part(text, offset + start, offset + end);
        before = end;
    });
}
