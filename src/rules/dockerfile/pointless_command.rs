use crate::dockerfile::model::{Dockerfile, InstructionScript};
use crate::rules::check::Reporter;
use crate::shell::Command;

pub fn check(dockerfile: &Dockerfile, script: &InstructionScript, command: &Command, out: &mut Reporter<'_>) {
    let variant = match command.name() {
        "free" | "kill" | "mount" | "ps" | "service" | "shutdown" | "top" | "vim" => "vim",
        "ssh" => "ssh",
        "ifconfig" | "nano" => "interactive",
        _ => return,
    };
    if dockerfile.run_of(script.instruction).is_none() {
        return;
    }
    let mut draft = out.report(command.words[0].span).variant(variant).value("command", command.name());
    if !command.is_called_plainly() {
        draft = draft.without("hadolint");
    }
    draft.emit();
}
