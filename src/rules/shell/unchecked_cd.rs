use crate::dockerfile::model::{Dockerfile, InstructionScript};
use crate::dockerfile::shell_lint::{commands, is_looked_at};
use crate::rules::check::Reporter;
use crate::shell::{Command, Connector};

/// A `cd` that may fail, and what comes after it would run somewhere else.
pub fn check(dockerfile: &Dockerfile, script: &InstructionScript, out: &mut Reporter<'_>) {
    let is_cd =
        |command: &Command| command.is_called_plainly() && matches!(command.words[0].text.as_str(), "cd" | "pushd" | "popd");
    if !script.script.commands.iter().any(is_cd) || !is_looked_at(dockerfile, script) {
        return;
    }
    if script.errexit || script.script.mentions_errexit() {
        return;
    }
    for (_, command) in commands(script).filter(|(_, command)| is_cd(command)) {
        let tested = command.tested && command.next != Some(Connector::Sequence);
        if tested || command.next == Some(Connector::And) || stays(command) {
            continue;
        }
        // The last of all decides how the build goes on; nothing runs in the wrong folder.
        let alone = command.pipeline.is_none() && !command.negated;
        if command.next.is_none() && command.depth == 0 && alone {
            continue;
        }
        let draft = out.report(command.span).value("command", command.words[0].text.as_str());
        let draft = draft.value("folder", command.argument(0).map_or("", |word| &word.text));
        if alone { draft.insert(command.span.end(), " || exit 1") } else { draft }.emit();
    }
}

/// `cd`, `cd ..` and `cd .` hardly fail; `pushd -n` goes nowhere.
fn stays(command: &Command) -> bool {
    let operand = command.non_flag_words().next();
    match command.words[0].text.as_str() {
        "cd" => operand.is_some_and(|word| {
            !word.text.is_empty()
                && word.text.split('/').all(|part| matches!(part, "" | "." | ".."))
                && !word.text.starts_with('/')
        }),
        _ => command.has_flag(&["-n"]),
    }
}
