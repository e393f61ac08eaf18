//! What an `sh` need not know: features of Bash in the text of a RUN that `sh` reads.

use super::model::{Dockerfile, InstructionScript, ShellKind};
use super::shell_lint::{commands, is_known, is_looked_at, joined_text, lints};
use crate::source::Span;

/// One use of a feature.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BashFeature {
    /// The number of the check in ShellCheck.
    pub code: u16,
    pub span: Span,
}

/// The codes that the linter says, with the names of their variants in the documents.
const VARIANTS: &[(u16, &str)] = &[
    (2112, "function-keyword"),
    (3001, "process-substitution"),
    (3010, "double-bracket"),
    (3014, "double-equals"),
    (3015, "regular-expression"),
    (3020, "both-outputs"),
    (3024, "append"),
    (3028, "variable"),
    (3030, "array"),
    (3037, "echo-flag"),
    (3040, "pipefail"),
    (3043, "local"),
    (3044, "declare"),
    (3045, "builtin-flag"),
    (3046, "source"),
    (3053, "indirection"),
    (3054, "array-element"),
    (3057, "substring"),
    (3060, "replacement"),
];

/// Codes that only the linter says.
const LINTED: &[u16] = &[2112, 3001, 3010, 3014, 3015, 3020, 3024, 3030, 3040, 3044, 3045, 3046, 3053, 3054, 3057, 3060];

/// Variables that Bash sets and POSIX does not know.
const VARIABLES: &[&str] =
    &["DIRSTACK", "EUID", "HOSTNAME", "HOSTTYPE", "MACHTYPE", "OSTYPE", "RANDOM", "SECONDS", "SHLVL", "UID"];

/// Every such feature in a script, in the order of the file; none where Bash reads it.
pub fn of(dockerfile: &Dockerfile, script: &InstructionScript, text: &str) -> Vec<BashFeature> {
    if script.shell == ShellKind::Bash || !is_looked_at(dockerfile, script) {
        return Vec::new();
    }
    let Some(joined) = joined_text(dockerfile, script, text) else { return Vec::new() };
    let hints = Hints::of(joined.text());
    let mut found = Vec::new();
    for (_, command) in commands(script) {
        if command.words.is_empty() {
            continue;
        }
        let name = &command.words[0];
        match name.text.as_str() {
            "echo" if script.shell == ShellKind::Sh => {
                found.extend(command.argument(0).filter(|word| is_echo_flag(&word.text)).map(|word| (3037, word.span)))
            }
            "local" if script.shell == ShellKind::Sh => found.push((3043, command.span)),
            _ => {}
        }
    }
    if hints.variables {
        let names = uses(joined.text()).filter(|(name, _, _)| VARIABLES.contains(name));
        let unset = names.filter(|(name, _, _)| {
            !is_known(dockerfile, script.instruction, name) && !super::shell_lint::may_set(dockerfile, script, text, name)
        });
        found.extend(unset.map(|(_, start, end)| (3028, joined.span(start, end))));
    }
    if hints.syntax || commands(script).any(|(_, command)| may_matter(command)) {
        found.extend(lints(dockerfile, script, text, LINTED).map(|lint| (lint.code, lint.span)));
    }
    found.sort_unstable_by_key(|(code, span)| (span.start, *code));
    found.into_iter().map(|(code, span)| BashFeature { code, span }).collect()
}

/// Whether a builtin is called in a way that POSIX does not know.
fn may_matter(command: &crate::shell::Command) -> bool {
    match command.name() {
        "declare" | "typeset" | "source" | "[[" => true,
        // Elsewhere `==` belongs to a program in quotes or to a version.
        "[" | "test" => command.arguments().iter().any(|word| word.text == "=="),
        "set" => command.words.iter().any(|word| word.text == "pipefail"),
        "read" => command.arguments().iter().any(|word| word.is_flag() && word.text != "-r"),
        "export" | "printf" | "type" | "cd" | "wait" | "ulimit" => {
            command.argument(0).is_some_and(|word| word.is_flag() && !matches!(word.text.as_str(), "-p" | "-P" | "-L"))
        }
        _ => false,
    }
}

fn is_echo_flag(text: &str) -> bool {
    text.strip_prefix('-')
        .is_some_and(|letters| !letters.is_empty() && letters.bytes().all(|letter| matches!(letter, b'e' | b'n' | b'E')))
}

/// The bytes that a feature, or an expansion, begins with.
const MAY_BE_SYNTAX: [bool; 256] = {
    let mut table = [false; 256];
    let bytes = b"[=&+<>{$";
    let mut at = 0;
    while at < bytes.len() {
        table[bytes[at] as usize] = true;
        at += 1;
    }
    table
};

/// Whether a text has the bytes of a feature at all.
#[derive(Debug, Default)]
struct Hints {
    syntax: bool,
    variables: bool,
}

impl Hints {
    fn of(text: &str) -> Self {
        let mut hints = Self::default();
        let bytes = text.as_bytes();
        let mut dollars = false;
        for trio in bytes.windows(3).filter(|trio| MAY_BE_SYNTAX[usize::from(trio[0])]) {
            hints.syntax |= match trio {
                // `[[:alpha:]]` is none.
                [b'[', b'[', after] => after.is_ascii_whitespace(),
                [b'=', b'~' | b'(', _] | [b'&', b'>', _] | [b'+', b'=', _] | [b'<' | b'>', b'(', _] | [b'{', b'!', _] => true,
                [b'>', b'&', after] => !after.is_ascii_digit() && *after != b'-',
                _ => false,
            };
            dollars |= trio[0] == b'$';
        }
        hints.syntax |= (dollars && has_operation(bytes)) || memchr::memmem::find(bytes, b"function ").is_some();
        hints.variables = dollars && uses(text).any(|(name, _, _)| VARIABLES.contains(&name));
        hints
    }
}

/// `${name:0}`, `${name/a/b}`, `${name[0]}`
fn has_operation(bytes: &[u8]) -> bool {
    memchr::memmem::find_iter(bytes, "${").any(|start| {
        let rest = &bytes[start + 2..];
        let letters = rest.iter().take_while(|byte| byte.is_ascii_alphanumeric() || **byte == b'_').count();
        match (rest.get(letters), rest.get(letters + 1)) {
            (Some(b'/' | b'['), _) => true,
            (Some(b':'), Some(next)) => !matches!(next, b'-' | b'=' | b'?' | b'+'),
            _ => false,
        }
    })
}

/// The names behind `$` and `${`, with their places, the braces included.
fn uses(text: &str) -> impl Iterator<Item = (&str, usize, usize)> {
    text.match_indices('$').filter_map(|(at, _)| {
        let rest = &text[at + 1..];
        let inside = rest.strip_prefix('{').unwrap_or(rest);
        let letters = inside.bytes().take_while(|byte| byte.is_ascii_alphanumeric() || *byte == b'_').count();
        let braces = rest.len() - inside.len();
        let closing = if braces == 1 { inside[letters..].find('}')? + 1 } else { 0 };
        Some((&inside[..letters], at, at + 1 + braces + letters + closing))
    })
}

impl BashFeature {
    /// The name of its variant in the documents.
    pub fn variant(&self) -> &'static str {
        VARIANTS.iter().find(|(code, _)| *code == self.code).map_or("double-bracket", |(_, name)| name)
    }

    /// Dash has `local` and `echo -n`, too.
    pub fn is_unknown_to_dash(&self, text: &str) -> bool {
        match self.code {
            3043 => false,
            3037 => self.span.slice(text).contains('e'),
            _ => true,
        }
    }

    /// As it is written, at most a few words of it.
    pub fn shown<'a>(&self, text: &'a str) -> &'a str {
        let written = self.span.slice(text);
        let line = written.lines().next().unwrap_or_default();
        line.char_indices().nth(40).map_or(line, |(end, _)| &line[..end])
    }

    /// What does the same everywhere, where that is certain.
    pub fn portable(&self, text: &str) -> Option<(Span, &'static str)> {
        let written = self.span.slice(text);
        match self.code {
            3014 if written == "==" => Some((self.span, "=")),
            3046 if written.starts_with("source") => {
                Some((Span::new(self.span.start(), self.span.start() + "source".len()), "."))
            }
            _ => None,
        }
    }
}
