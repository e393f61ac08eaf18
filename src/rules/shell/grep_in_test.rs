use crate::dockerfile::model::{Dockerfile, InstructionScript};
use crate::dockerfile::shell_lint::{is_looked_at, lints};
use crate::rules::check::Reporter;

pub fn check(dockerfile: &Dockerfile, script: &InstructionScript, out: &mut Reporter<'_>) {
    if !script.script.commands_named("grep").chain(script.script.commands_named("egrep")).any(|(_, command)| command.substitution)
        || !is_looked_at(dockerfile, script)
    {
        return;
    }
    for lint in lints(dockerfile, script, out.text(), &[2143]) {
        out.report(lint.span).emit();
    }
}
