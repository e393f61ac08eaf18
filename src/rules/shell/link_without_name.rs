use crate::dockerfile::model::{Dockerfile, InstructionScript};
use crate::dockerfile::shell_lint::{commands, is_looked_at};
use crate::rules::check::Reporter;

pub fn check(dockerfile: &Dockerfile, script: &InstructionScript, out: &mut Reporter<'_>) {
    if script.script.commands_named("ln").next().is_none() || !is_looked_at(dockerfile, script) {
        return;
    }
    for (_, command) in commands(script).filter(|(_, command)| command.name() == "ln") {
        let mut operands = command.non_flag_words();
        let (Some(target), None) = (operands.next(), operands.next()) else { continue };
        let names_folder = command.arguments().iter().any(|word| word.text.starts_with("--target-directory"));
        let is_certain = target.literal || target.quoted;
        if is_certain && !names_folder && !command.has_flag(&["-t"]) {
            let end = command.words.last().map_or(target.span, |word| word.span).end();
            out.report(command.words[0].span).value("target", target.text.as_str()).insert(end, " .").emit();
        }
    }
}
