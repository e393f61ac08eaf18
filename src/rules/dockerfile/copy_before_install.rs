use crate::dockerfile::instruction::{Body, Transfer};
use crate::dockerfile::model::{Base, Dockerfile, Manager, Stage};
use crate::dockerfile::packages::{Action, invocation};
use crate::rules::check::Reporter;
use crate::shell::Command;
use crate::source::Span;

/// Once a stage, and only where no file came before the whole context: neither here nor in the stages it is built on.
pub fn check(dockerfile: &Dockerfile, out: &mut Reporter<'_>) {
    let mut has_files: Vec<bool> = Vec::with_capacity(dockerfile.stages.len());
    for stage in &dockerfile.stages {
        let is_parent_filled = matches!(stage.base, Base::Stage(parent) if has_files.get(parent) == Some(&true));
        if !is_parent_filled {
            check_stage(dockerfile, stage, out);
        }
        let copies = || dockerfile.instructions_of(stage).any(|(_, instruction)| context(&instruction.body).is_some());
        has_files.push(is_parent_filled || copies());
    }
}

fn check_stage(dockerfile: &Dockerfile, stage: &Stage, out: &mut Reporter<'_>) {
    let mut whole: Option<Span> = None;
    for (index, instruction) in dockerfile.instructions_of(stage) {
        if let Some(transfer) = context(&instruction.body).filter(|_| instruction.flag("from").is_none()) {
            let is_all = matches!(transfer.sources.as_slice(), [source] if matches!(source.text.as_str(), "." | "./"));
            // Files in front of the whole: the author knows, and what is left is a matter of which files.
            if whole.is_none() && (!is_all || instruction.flag("exclude").is_some() || instruction.flag("parents").is_some()) {
                return;
            }
            whole = whole.or(Some(instruction.span));
        }
        let Body::Run { mounts, .. } = &instruction.body else { continue };
        for command in dockerfile.scripts_of(index).iter().flat_map(|script| &script.script.commands) {
            let Some(manifest) = manifest(command) else { continue };
            // Installed before the sources came, or from a cache that outlives the layer.
            let Some(whole) = whole.filter(|_| mounts.is_empty()) else { return };
            let name = command.words.iter().take(3).map(|word| word.text.as_str()).collect::<Vec<_>>().join(" ");
            out.report(command.span).related(whole, "whole").value("command", name).value("manifest", manifest).emit();
            return;
        }
    }
}

fn context(body: &Body) -> Option<&Transfer> {
    match body {
        Body::Copy(transfer) | Body::Add(transfer) => Some(transfer),
        _ => None,
    }
}

/// The files that say what a command installs, when it installs all that they name and nothing of the sources.
fn manifest(command: &Command) -> Option<String> {
    if command.tested || command.function || command.substitution {
        return None;
    }
    let starts = |words: &[&str]| {
        words.len() <= command.words.len() && words.iter().zip(&command.words).all(|(text, word)| word.text == *text)
    };
    for (words, file) in [
        (&["go", "mod", "download"][..], "go.mod and go.sum"),
        (&["bundle", "install"], "Gemfile and Gemfile.lock"),
        (&["composer", "install"], "composer.json and composer.lock"),
    ] {
        if starts(words) {
            return Some(file.to_owned());
        }
    }
    let call = invocation(command).filter(|call| call.action == Action::Install && call.packages.is_empty() && !call.opaque)?;
    match call.manager {
        Manager::Pip => {
            let mut files = call.requirements();
            let file = files.next().filter(|file| !file.contains('$') && !file.starts_with('/'))?;
            (files.next().is_none() && call.flag(&["-e", "--editable"]).is_none()).then(|| file.to_owned())
        }
        Manager::Npm if call.flag(&["-g", "--global", "--prefix"]).is_none() => {
            Some("package.json and package-lock.json".to_owned())
        }
        Manager::Yarn if call.flag(&["--cwd"]).is_none() => Some("package.json and yarn.lock".to_owned()),
        _ => None,
    }
}
