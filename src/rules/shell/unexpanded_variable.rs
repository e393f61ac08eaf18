use crate::dockerfile::model::{Dockerfile, InstructionScript};
use crate::dockerfile::shell_lint::{expansions, is_looked_at};
use crate::rules::check::Reporter;
use crate::shell::{Command, Expansion, ExpansionKind};

/// Programs whose arguments are a language of its own, or that hand them to a shell.
const OWN_LANGUAGE: &[&str] = &[
    "alias",
    "bash",
    "doas",
    "docker",
    "dpkg-query",
    "eval",
    "jq",
    "ksh",
    "oc",
    "podman",
    "rename",
    "rg",
    "run0",
    "sh",
    "ssh",
    "sudo",
    "trap",
    "unset",
    "xprop",
    "zsh",
];

/// Variables that the shell expands later.
const EXPANDED_LATER: &[&str] = &["PROMPT_COMMAND", "PS1", "PS2", "PS3", "PS4"];

pub fn check(dockerfile: &Dockerfile, script: &InstructionScript, out: &mut Reporter<'_>) {
    if script.script.expansions.is_empty() || !is_looked_at(dockerfile, script) {
        return;
    }
    for expansion in expansions(script, &[ExpansionKind::SingleQuoted]) {
        let text = expansion.span.slice(out.text());
        if let Some(variable) = looks_expanded(text)
            && !is_meant(script, expansion, text)
        {
            out.report(expansion.span).value("text", variable).emit();
        }
    }
}

/// The first thing in a quoted text that a shell would expand.
fn looks_expanded(text: &str) -> Option<&str> {
    let dollar = text.match_indices('$').find_map(|(at, _)| {
        let rest = &text[at + 1..];
        let first = rest.chars().next()?;
        let length = match first {
            '{' => rest.find('}').map_or(1, |end| end + 1),
            '(' => 1,
            _ if first.is_ascii_alphanumeric() || first == '_' => {
                rest.bytes().take_while(|byte| byte.is_ascii_alphanumeric() || *byte == b'_').count()
            }
            _ => return None,
        };
        Some((at, at + 1 + length))
    });
    let backticks = text.find('`').and_then(|open| {
        let inside = text[open + 1..].find('`').filter(|length| *length > 0)?;
        Some((open, open + inside + 2))
    });
    let (start, end) = dollar.into_iter().chain(backticks).min()?;
    text.get(start..end)
}

fn is_meant(script: &InstructionScript, expansion: &Expansion, text: &str) -> bool {
    let Some(command) = script.script.commands.get(expansion.command) else { return false };
    let set = command.assignments.iter().find(|assignment| assignment.span.contains(expansion.span));
    if set.is_some_and(|assignment| EXPANDED_LATER.contains(&assignment.name.as_str())) {
        return true;
    }
    let Some(name) = called(command) else { return false };
    if command.words.iter().any(|word| {
        word.span.contains(expansion.span) && EXPANDED_LATER.iter().any(|later| word.text.starts_with(&format!("{later}=")))
    }) {
        return true;
    }
    OWN_LANGUAGE.contains(&name) || name.ends_with("awk") || name.starts_with("perl") || (name == "sed" && is_sed_address(text))
}

/// The program that gets the text, as it is written in front: what `find -exec` runs, `filter-branch` of Git.
fn called(command: &Command) -> Option<&str> {
    let first = command.wrappers.first().map_or(command.words.as_slice(), |wrapper| wrapper.as_slice());
    let name = base(&first.first()?.text);
    let action = |flags: &[&str]| {
        let at = command.words.iter().position(|word| flags.contains(&word.text.as_str()))?;
        command.words.get(at + 1).map(|word| base(&word.text))
    };
    match name {
        "find" => action(&["-exec", "-execdir", "-ok", "-okdir"]).or(Some(name)),
        "git" if command.words.iter().any(|word| word.text == "filter-branch") => Some("eval"),
        _ => Some(name),
    }
}

fn base(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

/// `$p` and its like: the last line, and what is done there.
fn is_sed_address(text: &str) -> bool {
    text.match_indices('$').any(|(at, _)| {
        let mut rest = text[at + 1..].chars();
        matches!(rest.next(), Some('{' | 'd' | 'p' | 's' | 'a' | 'i' | 'c'))
            && !rest.next().is_some_and(|next| next.is_ascii_alphabetic())
    })
}
