use crate::dockerfile::model::{Dockerfile, InstructionScript};
use crate::dockerfile::shell_lint::{is_looked_at, lints};
use crate::rules::check::Reporter;

pub fn check(dockerfile: &Dockerfile, script: &InstructionScript, out: &mut Reporter<'_>) {
    if script
        .script
        .commands
        .iter()
        .flat_map(|command| &command.redirections)
        .filter(|redirection| redirection.operator.ends_with(">>"))
        .nth(1)
        .is_none()
        || !is_looked_at(dockerfile, script)
    {
        return;
    }
    for lint in lints(dockerfile, script, out.text(), &[2129]) {
        out.report(lint.span).emit();
    }
}
