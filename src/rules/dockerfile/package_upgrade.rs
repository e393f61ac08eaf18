use crate::dockerfile::insertion;
use crate::dockerfile::model::{Dockerfile, InstructionScript};
use crate::dockerfile::packages::{Action, Invocation, Manager, invocation};
use crate::rules::check::Reporter;
use crate::shell::Command;

pub fn check(dockerfile: &Dockerfile, script: &InstructionScript, command: &Command, out: &mut Reporter<'_>) {
    let Some(call) = upgrade(command) else { return };
    let release = call.action == Action::DistUpgrade;
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
    let commands = &script.script.commands;
    let index = commands.iter().position(|other| std::ptr::eq(other, command));
    let gone = index.filter(|_| command.embedded.is_none() && run.heredocs.is_empty()).and_then(|index| {
        let gone = insertion::removal(&script.script, index, out.text())?;
        // The next one would take the same connector along.
        let next_goes = gone.end() > command.span.end() && commands.get(index + 1).is_some_and(|next| upgrade(next).is_some());
        (!next_goes).then_some(gone)
    });
    let mut draft = out.report(call.span()).variant(case).value("command", call.title());
    if !call.is_plain() {
        draft = draft.without("hadolint");
    }
    match gone {
        Some(span) => draft.delete(span).emit(),
        None => draft.emit(),
    }
}

/// A call that upgrades all there is; upgrading packages by name is a decision about these packages.
fn upgrade(command: &Command) -> Option<Invocation<'_>> {
    invocation(command).filter(|call| match call.action {
        Action::DistUpgrade => true,
        Action::Upgrade => call.packages.is_empty(),
        _ => false,
    })
}
