use crate::dockerfile::model::{Dockerfile, InstructionScript};
use crate::dockerfile::shell_lint::{is_looked_at, lints};
use crate::rules::check::Reporter;
use crate::shell::Command;

pub fn check(dockerfile: &Dockerfile, script: &InstructionScript, out: &mut Reporter<'_>) {
    if !script.script.commands.iter().any(joins_tests) || !is_looked_at(dockerfile, script) {
        return;
    }
    let text = out.text();
    for lint in lints(dockerfile, script, text, &[2166]) {
        out.report(lint.span).value("operator", lint.span.slice(text).trim()).emit();
    }
}

fn joins_tests(command: &Command) -> bool {
    matches!(command.name(), "[" | "test") && command.words.iter().any(|word| matches!(word.text.as_str(), "-a" | "-o"))
}
