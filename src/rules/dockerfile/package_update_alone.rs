use crate::dockerfile::caches;
use crate::dockerfile::instruction::{Body, CommandForm, CommandLine, Instruction};
use crate::dockerfile::model::{Dockerfile, InstructionScript};
use crate::dockerfile::packages::{Action, Invocation, Manager, invocation};
use crate::rules::check::Reporter;
use crate::shell::Command;
use crate::source::Span;

/// Commands that install nothing themselves.
const IDLE: &[&str] = &["", ":", "echo", "exit", "find", "printf", "rm", "set", "true"];

pub fn check(dockerfile: &Dockerfile, script: &InstructionScript, out: &mut Reporter<'_>) {
    let Some((_, mounts)) = dockerfile.run_of(script.instruction) else { return };
    let commands = &script.script.commands;
    let update = commands.iter().enumerate().rev().find_map(|(index, command)| Some((index, fetching(command)?)));
    let Some((index, update)) = update.filter(|(_, call)| !caches::is_held(mounts, call.manager)) else { return };
    // Whatever comes behind it may use the lists, a script of the author's own too.
    let is_idle = |command: &Command| match invocation(command) {
        Some(call) => call.action == Action::Clean,
        None => IDLE.contains(&command.name()),
    };
    if !commands[index + 1..].iter().all(is_idle) {
        return;
    }
    let next = next_run(dockerfile, script).filter(|next| {
        let calls = next.script.commands.iter().filter_map(invocation);
        calls.into_iter().take_while(|call| fetching(call.command).is_none()).any(|call| uses(&call, update.manager))
    });
    let gap = next.and_then(|next| gap(dockerfile, script, next, out.text()));
    let mut draft = out.report(update.span()).value("command", update.title());
    let install =
        next.and_then(|next| next.script.commands.iter().filter_map(invocation).find(|call| uses(call, update.manager)));
    if let Some(install) = install {
        draft = draft.related(install.span(), "install");
    }
    match gap {
        Some(gap) => draft.replace(gap, " && ").emit(),
        None => draft.emit(),
    }
}

/// A call that only fetches lists and keeps them.
fn fetching(command: &Command) -> Option<Invocation<'_>> {
    invocation(command).filter(|call| call.action == Action::Update && !call.disables_cache() && !call.opaque)
}

/// Whether a call works on the lists that another manager fetches.
fn uses(call: &Invocation<'_>, manager: Manager) -> bool {
    let is_apt = |manager| matches!(manager, Manager::AptGet | Manager::Apt | Manager::Aptitude);
    let same = call.manager == manager || is_apt(call.manager) && is_apt(manager);
    same && matches!(call.action, Action::Install | Action::Upgrade | Action::DistUpgrade)
}

/// The text of the RUN that directly follows.
fn next_run<'a>(dockerfile: &'a Dockerfile, script: &InstructionScript) -> Option<&'a InstructionScript> {
    let after = dockerfile.scripts.partition_point(|other| other.instruction <= script.instruction);
    let next = dockerfile.scripts.get(after)?;
    let follows = next.instruction == script.instruction + 1 && next.stage == script.stage && next.onbuild == script.onbuild;
    (follows && dockerfile.run_of(next.instruction).is_some()).then_some(next)
}

/// From the last command of a RUN to the first one of the next: what ` && ` can take the place of. Only for plain chains with nothing
/// but blank lines between them.
fn gap(dockerfile: &Dockerfile, script: &InstructionScript, next: &InstructionScript, text: &str) -> Option<Span> {
    let chain = |script: &InstructionScript| {
        let instruction = dockerfile.instruction(script.instruction);
        let root = script.script.root()?;
        let is_plain = is_plain_shell(instruction) && script.script.clean && script.shell.is_posix() && root.and_only;
        is_plain.then_some(root.span)
    };
    let (own, other) = (chain(script)?, chain(next)?);
    let instruction = dockerfile.instruction(next.instruction);
    let behind = Span::new(own.end(), instruction.span.start()).slice(text);
    let before = Span::new(instruction.keyword_span.end(), other.start()).slice(text);
    let is_blank = |text: &str| text.chars().all(|char| char.is_whitespace() || char == dockerfile.tree.escape);
    let same_shell = script.shell == next.shell;
    (same_shell && is_blank(behind) && is_blank(before)).then(|| Span::new(own.end(), other.start()))
}

/// A RUN in the shell form without flags and here-documents.
fn is_plain_shell(instruction: &Instruction) -> bool {
    let Body::Run { command: CommandLine { form: CommandForm::Shell(_), heredocs }, .. } = &instruction.body else {
        return false;
    };
    instruction.flags.is_empty() && heredocs.is_empty()
}
