use crate::dockerfile::model::{Dockerfile, InstructionScript};
use crate::dockerfile::shell_lint::{is_looked_at, lints};
use crate::rules::check::Reporter;

pub fn check(dockerfile: &Dockerfile, script: &InstructionScript, out: &mut Reporter<'_>) {
    if !script.script.commands.iter().any(|command| command.words.iter().any(|word| word.text.contains("$?")))
        || !is_looked_at(dockerfile, script)
    {
        return;
    }
    for lint in lints(dockerfile, script, out.text(), &[2181]) {
        out.report(lint.span).emit();
    }
}
