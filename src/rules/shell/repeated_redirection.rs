use crate::dockerfile::model::{Dockerfile, InstructionScript};
use crate::dockerfile::shell_lint::{is_looked_at, joined_text, lints};
use crate::rules::check::Reporter;
use crate::shell::{Command, Connector};

/// So many commands in a row have to append to one file.
const LEAST: usize = 3;

pub fn check(dockerfile: &Dockerfile, script: &InstructionScript, out: &mut Reporter<'_>) {
    let appends = |command: &Command| command.redirections.iter().filter(|append| append.operator.ends_with(">>")).count();
    // Braces around the members of a chain would change what the chain hangs on.
    let is_chained = |command: &&Command| {
        let joins = |connector: Connector| matches!(connector, Connector::And | Connector::Or);
        joins(command.connector) || command.next.is_some_and(joins)
    };
    let text = out.text();
    if !is_looked_at(dockerfile, script) || script.script.commands.iter().all(|command| appends(command) == 0) {
        return;
    }
    let Some(joined) = joined_text(dockerfile, script, text) else { return };
    let chained: usize = script.script.commands.iter().filter(is_chained).map(appends).sum();
    if memchr::memmem::find_iter(joined.text().as_bytes(), ">>").count() < LEAST + chained {
        return;
    }
    for lint in lints(dockerfile, script, text, &[2129]) {
        out.report(lint.span).emit();
    }
}
