use crate::dockerfile::model::{Dockerfile, InstructionScript};
use crate::dockerfile::shell_lint::{commands, is_looked_at};
use crate::rules::check::Reporter;

pub fn check(dockerfile: &Dockerfile, script: &InstructionScript, out: &mut Reporter<'_>) {
    let is_bare = |words: usize, assignments: usize, redirections: usize| words == 0 && assignments == 0 && redirections > 0;
    if !is_looked_at(dockerfile, script) {
        return;
    }
    for (_, command) in commands(script) {
        let wrapped = !command.wrappers.is_empty();
        if !wrapped && is_bare(command.words.len(), command.assignments.len(), command.redirections.len()) {
            let redirection = &command.redirections[0];
            let written = redirection.span.slice(out.text()).to_owned();
            out.report(redirection.span).value("redirection", written).insert(command.span.start(), ": ").emit();
        }
    }
}
