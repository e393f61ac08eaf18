use crate::dockerfile::model::{Dockerfile, InstructionScript};
use crate::dockerfile::packages::{Action, Manager, invocation};
use crate::rules::check::Reporter;
use crate::shell::Command;

pub fn check(dockerfile: &Dockerfile, script: &InstructionScript, command: &Command, out: &mut Reporter<'_>) {
    let Some(call) = invocation(command) else { return };
    let release = call.action == Action::DistUpgrade;
    // Upgrading packages by name is a decision about these packages.
    if !release && (call.action != Action::Upgrade || !call.packages.is_empty()) {
        return;
    }
    let case = match (call.manager, release) {
        (Manager::AptGet, false) => "apt-get",
        (Manager::AptGet, true) => "apt-get-release",
        (Manager::Apk, _) => "apk",
        (Manager::Yum, false) => "yum",
        (Manager::Dnf, false) => "dnf",
        (Manager::Zypper, false) => "zypper",
        (Manager::Zypper, true) => "zypper-release",
        (Manager::Apt | Manager::Aptitude | Manager::Yum | Manager::Dnf | Manager::Microdnf, true) => "release",
        (Manager::Apt | Manager::Aptitude | Manager::Microdnf, false) => "other",
        _ => return,
    };
    let Some((run, _)) = dockerfile.run_of(script.instruction) else { return };
    let index = script.script.commands.iter().position(|other| std::ptr::eq(other, command));
    let is_chained = command.embedded.is_none() && run.heredocs.is_empty();
    let gone = index.filter(|_| is_chained).and_then(|index| script.script.removal_from_chain(index, out.text(), dockerfile.tree.escape));
    let mut draft = out.report(call.span()).variant(case).value("command", call.title());
    if !call.is_plain() {
        draft = draft.without("hadolint");
    }
    match gone {
        Some(span) => draft.delete(span).emit(),
        None => draft.emit(),
    }
}
