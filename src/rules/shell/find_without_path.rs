use crate::dockerfile::model::{Dockerfile, InstructionScript};
use crate::dockerfile::shell_lint::{commands, is_looked_at};
use crate::rules::check::Reporter;

pub fn check(dockerfile: &Dockerfile, script: &InstructionScript, out: &mut Reporter<'_>) {
    if script.script.commands_named("find").next().is_none() || !is_looked_at(dockerfile, script) {
        return;
    }
    for (_, command) in commands(script).filter(|(_, command)| command.name() == "find") {
        let is_option =
            |text: &str| matches!(text, "-H" | "-L" | "-P" | "-f") || text.starts_with("-O") || text.starts_with("-D");
        let mut arguments = command.arguments().iter().skip_while(|word| is_option(&word.text));
        let name = &command.words[0];
        match arguments.next() {
            None => out.report(name.span).insert(command.words.last().map_or(name.span, |word| word.span).end(), " .").emit(),
            Some(first) if first.text.starts_with('-') && first.text != "--" && first.text != "-files0-from" => {
                out.report(name.span).insert(first.span.start(), ". ").emit();
            }
            Some(_) => {}
        }
    }
}
