use crate::dockerfile::model::{Dockerfile, InstructionScript};
use crate::dockerfile::shell_lint::{commands, is_looked_at};
use crate::rules::check::Reporter;

/// `[ false ]` asks whether a word is not empty.
pub fn check(dockerfile: &Dockerfile, script: &InstructionScript, out: &mut Reporter<'_>) {
    if !is_looked_at(dockerfile, script) {
        return;
    }
    for (_, command) in commands(script).filter(|(_, command)| matches!(command.name(), "[" | "[[") && command.words.len() == 3) {
        let word = &command.words[1];
        if !word.literal {
            continue;
        }
        let (variant, instead) = match word.text.as_str() {
            "true" => ("true", "true"),
            "false" => ("false", "false"),
            "0" => ("zero", "false"),
            "1" => ("one", "true"),
            _ => continue,
        };
        let draft = out.report(word.span).variant(variant).value("word", word.text.as_str());
        let span = command.words[0].span.cover(command.words[2].span);
        if matches!(variant, "true" | "false") { draft.replace(span, instead) } else { draft }.emit();
    }
}
