use crate::dockerfile::model::{Dockerfile, InstructionScript};
use crate::dockerfile::shell_lint::{is_looked_at, lints};
use crate::rules::check::Reporter;

pub fn check(dockerfile: &Dockerfile, script: &InstructionScript, out: &mut Reporter<'_>) {
    if !script.script.commands.iter().any(|command| command.assignments.iter().any(|set| set.value.text.starts_with('(')))
        || !is_looked_at(dockerfile, script)
    {
        return;
    }
    let text = out.text();
    for lint in lints(dockerfile, script, text, &[2128]) {
        out.report(lint.span).value("array", lint.span.slice(text)).emit();
    }
}
