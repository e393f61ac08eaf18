use crate::dockerfile::model::{Dockerfile, InstructionScript};
use crate::dockerfile::shell_lint::{is_looked_at, lints};
use crate::rules::check::Reporter;

pub fn check(dockerfile: &Dockerfile, script: &InstructionScript, out: &mut Reporter<'_>) {
    if !script.script.commands_named("printf").any(|(_, command)| command.arguments().iter().any(|word| word.expansion.is_some()))
        || !is_looked_at(dockerfile, script)
    {
        return;
    }
    let text = out.text();
    for lint in lints(dockerfile, script, text, &[2059]) {
        out.report(lint.span).value("format", lint.span.slice(text)).emit();
    }
}
