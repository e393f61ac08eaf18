use crate::dockerfile::model::{Dockerfile, InstructionScript};
use crate::dockerfile::shell_lint::{is_looked_at, joined_text, lints};
use crate::rules::check::Reporter;

pub fn check(dockerfile: &Dockerfile, script: &InstructionScript, out: &mut Reporter<'_>) {
    if script.script.lists.len() < 3 || !is_looked_at(dockerfile, script) {
        return;
    }
    if !joined_text(dockerfile, script, out.text()).is_some_and(|joined| joined.text().contains("else if")) {
        return;
    }
    for lint in lints(dockerfile, script, out.text(), &[1075]) {
        out.report(lint.span).emit();
    }
}
