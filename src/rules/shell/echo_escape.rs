use crate::dockerfile::model::{Dockerfile, InstructionScript};
use crate::dockerfile::shell_lint::{is_looked_at, lints};
use crate::rules::check::Reporter;

pub fn check(dockerfile: &Dockerfile, script: &InstructionScript, out: &mut Reporter<'_>) {
    if !script.script.commands_named("echo").any(|(_, command)| command.arguments().iter().any(|word| word.text.contains('\\')))
        || !is_looked_at(dockerfile, script)
    {
        return;
    }
    for lint in lints(dockerfile, script, out.text(), &[2028]) {
        out.report(lint.span).emit();
    }
}
