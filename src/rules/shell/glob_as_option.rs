use crate::dockerfile::model::{Dockerfile, InstructionScript};
use crate::dockerfile::shell_lint::{commands, is_looked_at};
use crate::rules::check::Reporter;
use crate::shell::Word;

pub fn check(dockerfile: &Dockerfile, script: &InstructionScript, out: &mut Reporter<'_>) {
    let text = out.text();
    let is_glob = |word: &&Word| !word.literal && word.span.slice(text).starts_with(['*', '?']);
    if !script.script.commands.iter().any(|command| command.arguments().iter().any(|word| is_glob(&word))) {
        return;
    }
    if !is_looked_at(dockerfile, script) {
        return;
    }
    for (_, command) in commands(script).filter(|(_, command)| !matches!(command.name(), "echo" | "printf" | "[" | "[[" | "((")) {
        for word in command.arguments().iter().take_while(|word| word.text != "--").filter(is_glob) {
            let glob = word.span.slice(text);
            out.report(word.span).value("glob", glob).insert(word.span.start(), "./").emit();
        }
    }
}
