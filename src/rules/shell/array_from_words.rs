use crate::dockerfile::model::{Dockerfile, InstructionScript};
use crate::dockerfile::shell_lint::{is_looked_at, lints};
use crate::rules::check::Reporter;

pub fn check(dockerfile: &Dockerfile, script: &InstructionScript, out: &mut Reporter<'_>) {
    if !script
        .script
        .commands
        .iter()
        .any(|command| command.assignments.iter().any(|set| set.value.text.starts_with('(') && set.value.expansion.is_some()))
        || !is_looked_at(dockerfile, script)
    {
        return;
    }
    for lint in lints(dockerfile, script, out.text(), &[2206, 2207]) {
        let variant = if lint.code == 2206 { "variable" } else { "output" };
        out.report(lint.span).variant(variant).emit();
    }
}
