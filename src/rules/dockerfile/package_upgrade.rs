use crate::dockerfile::insertion;
use crate::dockerfile::model::{Dockerfile, InstructionScript};
use crate::dockerfile::packages::{Action, Invocation, Manager, invocation};
use crate::rules::check::Reporter;
use crate::shell::Command;
use crate::source::Span;

pub fn check(dockerfile: &Dockerfile, script: &InstructionScript, out: &mut Reporter<'_>) {
    let Some((run, _)) = dockerfile.run_of(script.instruction) else { return };
    let text = out.text();
    for (index, command) in script.script.commands.iter().enumerate() {
        let Some(call) = upgrade(command) else { continue };
        let Some(case) = case(&call) else { continue };
        let is_own = command.embedded.is_none() && run.heredocs.is_empty();
        let mut draft = out.report(call.span()).variant(case).value("command", call.title());
        if !call.is_plain() {
            draft = draft.without("hadolint");
        }
        match is_own.then(|| removal(script, index, text)).flatten() {
            Some(span) => draft.delete(span).emit(),
            None => draft.emit(),
        }
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

fn case(call: &Invocation<'_>) -> Option<&'static str> {
    Some(match (call.manager, call.action == Action::DistUpgrade) {
        (Manager::AptGet, false) => "apt-get",
        (Manager::AptGet, true) => "apt-get-release",
        (Manager::Apk, _) => "apk",
        (Manager::Yum, false) => "yum",
        (Manager::Dnf, false) => "dnf",
        (Manager::Zypper, false) => "zypper",
        (Manager::Zypper, true) => "zypper-release",
        (Manager::Apt | Manager::Aptitude | Manager::Yum | Manager::Dnf | Manager::Microdnf, true) => "release",
        (Manager::Apt | Manager::Aptitude | Manager::Microdnf, false) => "other",
        _ => return None,
    })
}

fn removal(script: &InstructionScript, index: usize, text: &str) -> Option<Span> {
    let commands = &script.script.commands;
    let gone = insertion::removal(&script.script, index, text)?;
    // The next one would take the same connector along.
    let takes_next =
        gone.end() > commands[index].span.end() && commands.get(index + 1).is_some_and(|next| upgrade(next).is_some());
    (!takes_next).then_some(gone)
}
