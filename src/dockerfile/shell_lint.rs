//! What rules about shell text ask of a RUN, beside its commands.

use std::borrow::Cow;

use rustc_hash::FxHashSet;

use super::instruction::{Body, CommandForm};
use super::model::{Dockerfile, InstructionScript, ShellKind};
use super::scripts::text_of;
use super::system::System;
use super::variables::is_proxy_argument;
use crate::shell::lint::{self, Dialect, Lint};
use crate::shell::{self, Command, Expansion, ExpansionKind, Script, Word};
use crate::source::{Mapped, Span};

/// Whether the rules about shell text look at a script: the text of a RUN that was read without a complaint. CMD, ENTRYPOINT and
/// HEALTHCHECK run with variables that nobody here knows.
pub fn is_looked_at(dockerfile: &Dockerfile, script: &InstructionScript) -> bool {
    if !script.shell.is_posix() || !script.script.clean {
        return false;
    }
    let mut body = &dockerfile.instruction(script.instruction).body;
    while let Body::Onbuild(trigger) = body {
        body = &trigger.body;
    }
    matches!(body, Body::Run { command, .. } if matches!(command.form, CommandForm::Shell(_)))
}

/// The commands of the text itself with their indexes, without those of texts inside it (`sh -c '…'`).
pub fn commands(script: &InstructionScript) -> impl Iterator<Item = (usize, &Command)> {
    script.script.commands.iter().enumerate().filter(|(_, command)| command.embedded.is_none())
}

/// The expansions of some kinds.
pub fn expansions<'a>(script: &'a InstructionScript, kinds: &'a [ExpansionKind]) -> impl Iterator<Item = &'a Expansion> {
    script.script.expansions.iter().filter(|expansion| kinds.contains(&expansion.kind))
}

/// Whether a variable is set in front of an instruction: by ENV or ARG, or by the builder.
pub fn is_known(dockerfile: &Dockerfile, instruction: usize, name: &str) -> bool {
    is_proxy_argument(name) || dockerfile.variable(instruction, name).is_some()
}

/// Whether `sh` is dash, as on Debian and Ubuntu, which knows little of Bash.
pub fn is_dash(dockerfile: &Dockerfile, script: &InstructionScript) -> bool {
    let system = script.stage.and_then(|stage| dockerfile.stages.get(stage)?.system);
    script.shell == ShellKind::Sh && system == Some(System::Debian)
}

/// The text that the shell gets, with its way back to the file.
pub fn joined_text<'a>(dockerfile: &'a Dockerfile, script: &InstructionScript, text: &str) -> Option<Cow<'a, Mapped>> {
    text_of(text, dockerfile, script)
}

/// What the linter says of the script with this code; the linter runs when the first rule asks, for all of them. Rules should ask
/// only where they have reason to: it takes twenty times as long as reading the script.
pub fn lints<'a>(
    dockerfile: &Dockerfile,
    script: &'a InstructionScript,
    text: &str,
    codes: &'a [u16],
) -> impl Iterator<Item = &'a Lint> {
    let all = script.lints.get_or_init(|| run(dockerfile, script, text).into_boxed_slice());
    all.iter().filter(|lint| codes.contains(&lint.code))
}

fn run(dockerfile: &Dockerfile, script: &InstructionScript, text: &str) -> Vec<Lint> {
    if !lint::AVAILABLE || !is_looked_at(dockerfile, script) {
        return Vec::new();
    }
    let Some(joined) = text_of(text, dockerfile, script) else { return Vec::new() };
    let dialect = match script.shell {
        ShellKind::Bash => Dialect::Bash,
        ShellKind::Ash => Dialect::Dash,
        _ => Dialect::Sh,
    };
    let names: FxHashSet<&str> = identifiers(joined.text()).collect();
    let mut known: Vec<_> = names.into_iter().filter(|name| is_known(dockerfile, script.instruction, name)).collect();
    known.sort_unstable();
    lint::lint(&joined, &known, dialect)
}

/// Every word of a text that may be the name of a variable.
fn identifiers(text: &str) -> impl Iterator<Item = &str> {
    let words = text.split(|letter: char| !(letter.is_ascii_alphanumeric() || letter == '_'));
    words.filter(|word| word.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_'))
}

/// Whether the text of a script names a variable elsewhere than behind a `$`: it may set it.
pub fn may_set(dockerfile: &Dockerfile, script: &InstructionScript, text: &str, name: &str) -> bool {
    let Some(joined) = text_of(text, dockerfile, script) else { return true };
    shell::mentions(joined.text(), name) > 0
}

/// The word that an expansion stands in.
pub fn word_around<'a>(script: &'a Script, expansion: &Expansion) -> Option<&'a Word> {
    let command = script.commands.get(expansion.command)?;
    let targets = command.redirections.iter().map(|redirection| &redirection.target);
    let words = command.wrappers.iter().flatten().chain(&command.words).chain(targets);
    words.into_iter().find(|word| word.span.contains(expansion.span))
}

/// What puts an expansion in quotes: around the whole word where that is plain, as people write it, else around the expansion.
pub fn quoting(text: &str, word: Option<&Word>, expansion: Span) -> [(Span, &'static str); 2] {
    let is_plain = |word: &&Word| {
        let written = word.span.slice(text);
        let plain = |letter: char| letter.is_ascii_alphanumeric() || "/._-:=,@%+$".contains(letter);
        !word.quoted && !written.contains("$(") && written.replace("${", "$").trim_end_matches('}').chars().all(plain)
    };
    let span = word.filter(is_plain).map_or(expansion, |word| word.span);
    [(Span::empty(span.start()), "\""), (Span::empty(span.end()), "\"")]
}

/// The names behind every `$` and `${` of a text.
pub fn used_names(text: &str) -> impl Iterator<Item = &str> {
    text.match_indices('$').filter_map(|(at, _)| {
        let rest = text[at + 1..].trim_start_matches(['{', '#', '!']);
        let letters = rest.bytes().take_while(|byte| byte.is_ascii_alphanumeric() || *byte == b'_').count();
        (letters > 0).then(|| &rest[..letters])
    })
}
