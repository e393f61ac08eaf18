use crate::dockerfile::insertion;
use crate::dockerfile::model::{Dockerfile, InstructionScript};
use crate::dockerfile::packages::{Action, Invocation, Manager, invocation};
use crate::rules::check::Reporter;
use crate::shell::Command;

/// With these it does nothing that needs an answer.
const HARMLESS: &[&str] = &[
    "-s",
    "--simulate",
    "--dry-run",
    "--just-print",
    "--no-act",
    "--recon",
    "--print-uris",
    "--help",
    "--assume-no",
    "--assumeno",
];

pub fn check(dockerfile: &Dockerfile, script: &InstructionScript, command: &Command, out: &mut Reporter<'_>) {
    let Some(call) = invocation(command).filter(|call| call.facts().asks) else { return };
    let acts = matches!(call.action, Action::Install | Action::Upgrade | Action::DistUpgrade | Action::Remove);
    let Some(subcommand) = call.subcommand.filter(|_| acts) else { return };
    let is_silent = call.opaque || call.assumes_yes() || call.flag(HARMLESS).is_some() || is_answered(script, command);
    if is_silent || dockerfile.run_of(script.instruction).is_none() {
        return;
    }
    let (case, known) = match call.manager {
        Manager::AptGet => ("apt-get", &["install"][..]),
        Manager::Yum => ("yum", &["install", "groupinstall", "localinstall"][..]),
        Manager::Dnf | Manager::Microdnf => ("dnf", &["install", "groupinstall", "localinstall"][..]),
        Manager::Zypper => ("zypper", &["install", "in", "remove", "rm", "source-install", "si", "patch"][..]),
        _ => ("other", &[][..]),
    };
    let addition = insertion::argument(dockerfile, script, command, subcommand, "-y");
    let mut draft = out.report(call.span()).variant(case).value("command", call.title()).value("flag", "-y");
    if !call.is_plain() || !known.contains(&subcommand.text.as_str()) || has_other_answer(&call) {
        draft = draft.without("hadolint");
    }
    if call.action != Action::Install {
        draft = draft.without("kics").without("trivy");
    }
    draft.insert(addition.at, addition.text).emit();
}

/// `yes | apt-get install`, `apt-get install <answers`
fn is_answered(script: &InstructionScript, command: &Command) -> bool {
    let is_fed = |index: usize| script.script.commands.get(index).is_some_and(|first| !std::ptr::eq(first, command));
    let pipeline = command.pipeline.and_then(|index| script.script.pipelines.get(index));
    pipeline.and_then(|pipeline| pipeline.commands.first()).is_some_and(|first| is_fed(*first))
        || command.redirections.iter().any(|redirection| redirection.operator.starts_with('<'))
}

/// `-n` selects by name behind the subcommand of zypper; hadolint takes it for the answer.
fn has_other_answer(call: &Invocation<'_>) -> bool {
    call.manager == Manager::Zypper && call.flag(&["-n"]).is_some()
}
