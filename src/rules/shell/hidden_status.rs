use crate::dockerfile::model::{Dockerfile, InstructionScript};
use crate::dockerfile::shell_lint::{commands, is_looked_at};
use crate::rules::check::Reporter;
use crate::shell::Word;

pub fn check(dockerfile: &Dockerfile, script: &InstructionScript, out: &mut Reporter<'_>) {
    let declares = |name: &str| matches!(name, "declare" | "export" | "local" | "readonly" | "typeset");
    if !script.script.commands.iter().any(|command| declares(command.name())) || !is_looked_at(dockerfile, script) {
        return;
    }
    for (_, command) in commands(script).filter(|(_, command)| declares(command.name())) {
        // With `-r` there is no second chance to set it.
        if matches!(command.name(), "declare" | "local" | "typeset") && command.has_flag(&["-r"]) {
            continue;
        }
        for word in command.non_flag_words() {
            if let Some((name, _)) = word.text.split_once('=').filter(|(name, _)| runs_command(word, name)) {
                out.report(word.span).value("command", command.name()).value("name", name).emit();
            }
        }
    }
}

/// Whether the value holds `$( )` or backticks.
fn runs_command(word: &Word, name: &str) -> bool {
    let Some(value) = word.expansion.and_then(|at| word.text.get((at as usize).max(name.len() + 1)..)) else { return false };
    value.contains('`') || value.match_indices("$(").any(|(at, _)| !value[at..].starts_with("$(("))
}
