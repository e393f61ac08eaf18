use rustc_hash::FxHashMap;

use crate::dockerfile::model::{Dockerfile, InstructionScript};
use crate::rules::check::Reporter;
use crate::shell::{Connector, List, Script};
use crate::source::Span;

/// Commands that hardly fail, or whose failure changes nothing.
const HARMLESS: &[&str] = &[
    ":", "[", "[[", "((", "alias", "declare", "echo", "exit", "export", "false", "local", "printf", "readonly", "return", "set",
    "shift", "shopt", "test", "trap", "true", "umask", "unset",
];

/// The first command of a heredoc that may fail unseen.
pub fn check(dockerfile: &Dockerfile, script: &InstructionScript, out: &mut Reporter<'_>) {
    if !script.heredoc || script.errexit || !script.shell.is_posix() || dockerfile.run_of(script.instruction).is_none() {
        return;
    }
    let shell_text = &script.script;
    // What stands behind `set -e` is seen.
    let before = shell_text.sets_errexit().unwrap_or(shell_text.commands.len());
    let mut last_chains = FxHashMap::default();
    let mut is_unseen = |index: &usize| {
        let command = &shell_text.commands[*index];
        let matters = !command.name().is_empty() && !HARMLESS.contains(&command.name());
        let counts = !command.tested && !command.substitution && !command.function && !command.background;
        let mut is_followed = || {
            let list = command.list;
            *index < *last_chains.entry(list).or_insert_with(|| last_chain(shell_text, &shell_text.lists[list]))
        };
        matters && counts && command.embedded.is_none() && is_followed()
    };
    let Some(index) = (0..before).find(|index| is_unseen(index)) else { return };
    let command = &shell_text.commands[index];
    let text = out.text();
    let mut draft = out.report(command.words[0].span).value("command", command.name());
    if shell_text.sets_errexit().is_none()
        && let Some((at, indentation)) = first_line(text, shell_text.span)
    {
        draft = draft.insert(at, format!("{indentation}set -e\n"));
    }
    draft.emit();
}

/// Where the first line of a script begins, the one that names the interpreter apart, and its indentation.
fn first_line(text: &str, body: Span) -> Option<(usize, &str)> {
    let start = text.get(..body.start())?.rfind('\n')? + 1;
    let lines = text.get(start..body.end())?;
    let first = lines.split_inclusive('\n').next()?;
    let at = if first.trim_start().starts_with("#!") { start + first.len() } else { start };
    let line = text.get(at..body.end())?.lines().next()?;
    Some((at, &line[..line.len() - line.trim_start().len()]))
}

/// The first command of the chain that ends a list: what fails in it is the status of the list. None of its commands when a compound
/// command ends it alone.
fn last_chain(script: &Script, list: &List) -> usize {
    let Some(last) = list.commands.last() else { return 0 };
    let command = &script.commands[*last];
    let ends_in_compound = list.span.end() > command.span.end();
    if ends_in_compound && !matches!(command.next, Some(Connector::And | Connector::Pipe)) {
        return usize::MAX;
    }
    script.chain_of(*last).first().copied().unwrap_or(0)
}
