use crate::dockerfile::model::{Dockerfile, InstructionScript};
use crate::dockerfile::shell_lint::{is_looked_at, lints};
use crate::rules::check::Reporter;

pub fn check(dockerfile: &Dockerfile, script: &InstructionScript, out: &mut Reporter<'_>) {
    if !script.script.commands_named("read").any(|(_, command)| !command.has_flag(&["-r"])) || !is_looked_at(dockerfile, script) {
        return;
    }
    for lint in lints(dockerfile, script, out.text(), &[2162]) {
        out.report(lint.span).insert(lint.span.start() + "read".len(), " -r").emit();
    }
}
