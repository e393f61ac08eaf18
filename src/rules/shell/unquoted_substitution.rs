use crate::dockerfile::model::{Dockerfile, InstructionScript, ShellKind};
use crate::dockerfile::shell_lint::{expansions, is_looked_at, quoting};
use crate::rules::check::Reporter;
use crate::shell::{Expansion, ExpansionKind};

/// What prints one word: quotes around it can only be right.
const ONE_WORD: &[&str] = &[
    "arch", "basename", "date", "dirname", "getconf", "hostname", "id", "mktemp", "nproc", "pwd", "readlink", "realpath",
    "uname", "which", "whoami",
];

pub fn check(dockerfile: &Dockerfile, script: &InstructionScript, out: &mut Reporter<'_>) {
    if script.script.expansions.is_empty() || !is_looked_at(dockerfile, script) {
        return;
    }
    let kinds: &[_] = match script.shell {
        ShellKind::Bash => &[ExpansionKind::Command],
        _ => &[ExpansionKind::Command, ExpansionKind::DeclaredCommand],
    };
    for expansion in expansions(script, kinds) {
        let text = out.text();
        let mut draft = out.report(expansion.span);
        if prints_one_word(script, expansion) {
            draft = draft.replace_all(quoting(text, None, expansion.span));
        }
        draft.emit();
    }
}

fn prints_one_word(script: &InstructionScript, expansion: &Expansion) -> bool {
    let mut inside = script.script.commands.iter().filter(|command| expansion.span.contains(command.span));
    match (inside.next(), inside.next()) {
        (Some(only), None) => ONE_WORD.contains(&only.name()) && only.redirections.is_empty(),
        _ => false,
    }
}
