use crate::dockerfile::model::{Dockerfile, InstructionScript};
use crate::dockerfile::shell_lint::{is_looked_at, lints};
use crate::rules::check::Reporter;

pub fn check(dockerfile: &Dockerfile, script: &InstructionScript, out: &mut Reporter<'_>) {
    if !script
        .script
        .commands
        .iter()
        .any(|command| command.words.first().is_some_and(|name| !name.literal && name.expansion.is_none()))
        || !is_looked_at(dockerfile, script)
    {
        return;
    }
    let text = out.text();
    for lint in lints(dockerfile, script, text, &[2211]) {
        out.report(lint.span).value("glob", lint.span.slice(text)).emit();
    }
}
