use crate::dockerfile::model::{Dockerfile, InstructionScript};
use crate::rules::check::Reporter;
use crate::shell::Command;

/// `chpasswd`, `passwd` that reads one, `useradd -p`; `passwd -d`. What locks an account is no password.
pub fn check(dockerfile: &Dockerfile, script: &InstructionScript, command: &Command, out: &mut Reporter<'_>) {
    if dockerfile.run_of(script.instruction).is_none() {
        return;
    }
    let Some(name) = command.words.first() else { return };
    let given = |flags: [&str; 2]| flags.iter().find_map(|flag| command.flag_value(flag));
    let variant = match command.name() {
        "chpasswd" if !command.has_flag(&["-h", "--help"]) => "chpasswd",
        "passwd" if command.has_flag(&["-d", "--delete"]) => "deleted",
        "passwd" if command.has_flag(&["--stdin"]) || is_fed(script, command) => "",
        "useradd" | "usermod"
            if given(["-p", "--password"]).is_some_and(|hash| !hash.is_empty() && !hash.starts_with(['!', '*'])) =>
        {
            ""
        }
        _ => return,
    };
    let draft = out.report(name.span).value("command", command.name());
    if variant.is_empty() { draft.emit() } else { draft.variant(variant).emit() }
}

/// Something is piped or redirected into it.
fn is_fed(script: &InstructionScript, command: &Command) -> bool {
    let commands = &script.script.commands;
    let is_first = |first: &usize| std::ptr::eq(&commands[*first], command);
    let pipe = command.pipeline.and_then(|pipeline| script.script.pipelines[pipeline].commands.first());
    pipe.is_some_and(|first| !is_first(first))
        || command.redirections.iter().any(|redirection| redirection.operator.contains('<'))
}
