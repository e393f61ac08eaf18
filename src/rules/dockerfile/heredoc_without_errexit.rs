use crate::dockerfile::model::{Dockerfile, InstructionScript};
use crate::rules::check::Reporter;
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
    let is_unseen = |index: &usize| {
        let command = &shell_text.commands[*index];
        let matters = !command.name().is_empty() && !HARMLESS.contains(&command.name());
        let counts = !command.tested && !command.substitution && !command.function && !command.background;
        matters && counts && command.embedded.is_none() && is_followed(script, *index)
    };
    let Some(index) = (0..before).find(is_unseen) else { return };
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

/// Something runs behind it that does not ask whether it failed.
fn is_followed(script: &InstructionScript, index: usize) -> bool {
    let chain = script.script.chain_of(index);
    script.script.list_of(index).span.end() > script.script.span_of(chain).end()
}
