use crate::dockerfile::instruction::{Body, Transfer};
use crate::dockerfile::model::{Base, Dockerfile, Manager, Stage};
use crate::dockerfile::packages::{Action, invocation};
use crate::rules::check::Reporter;
use crate::shell::{Command, Connector};
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
    let mut whole: Option<(usize, Span)> = None;
    // Whether what stands between the copy and the installation needs the sources, or decides where they go.
    let mut is_moveable = true;
    for (index, instruction) in dockerfile.instructions_of(stage) {
        if let Some(transfer) = context(&instruction.body).filter(|_| instruction.flag("from").is_none()) {
            let is_all = matches!(transfer.sources.as_slice(), [source] if matches!(source.text.as_str(), "." | "./"));
            // Files in front of the whole: the author knows, and what is left is a matter of which files.
            if whole.is_none() && (!is_all || instruction.flag("exclude").is_some() || instruction.flag("parents").is_some()) {
                return;
            }
            is_moveable &= whole.is_none();
            whole = whole.or(Some((index, instruction.span)));
        }
        is_moveable &=
            whole.is_none() || !matches!(instruction.body, Body::Workdir(_) | Body::User(_) | Body::Onbuild(_) | Body::Shell(_));
        let Body::Run { mounts, .. } = &instruction.body else { continue };
        for command in dockerfile.scripts_of(index).iter().flat_map(|script| &script.script.commands) {
            let Some(manifest) = manifest(command) else {
                is_moveable &= whole.is_none() || invocation(command).is_some() || matches!(command.name(), "rm" | "mkdir");
                continue;
            };
            // Installed before the sources came, or from a cache that outlives the layer.
            let Some((copy, whole)) = whole.filter(|_| mounts.is_empty()) else { return };
            let name = command.words.iter().take(3).map(|word| word.text.as_str()).collect::<Vec<_>>().join(" ");
            let edits = if is_moveable { edits(dockerfile, copy, index, command, &manifest, out.text()) } else { None };
            let draft = out.report(command.span).related(whole, "whole").value("command", name).value("manifest", manifest);
            draft.replace_all(edits.into_iter().flatten()).emit();
            return;
        }
    }
}

/// The copy of the manifest alone where the whole was copied, and the copy of the whole behind the installation.
fn edits(
    dockerfile: &Dockerfile,
    copy: usize,
    run: usize,
    install: &Command,
    manifest: &str,
    text: &str,
) -> Option<Vec<(Span, String)>> {
    let files = match manifest.split(' ').next()? {
        "package.json" if manifest.ends_with("yarn.lock") => "package.json yarn.lock*".to_owned(),
        "package.json" => "package*.json".to_owned(),
        "go.mod" => "go.mod go.sum*".to_owned(),
        "Gemfile" => "Gemfile*".to_owned(),
        // Composer runs scripts of the sources, and a file in a folder needs that folder.
        file if file.ends_with(".txt") && !file.contains('/') => file.to_owned(),
        _ => return None,
    };
    let (copied, installed) = (dockerfile.instruction(copy), dockerfile.instruction(run));
    let transfer = context(&copied.body).filter(|transfer| !transfer.json && transfer.heredocs.is_empty())?;
    let [source] = transfer.sources.as_slice() else { return None };
    let is_here = matches!(transfer.destination.text.as_str(), "." | "./");
    let here = dockerfile.stage_of(run).and_then(|stage| stage.working_directory.as_ref()).and_then(|here| here.value.as_deref());
    if !is_here && here != Some(transfer.destination.text.trim_end_matches('/')) || copied.line != copied.end_line {
        return None;
    }
    let [script] = dockerfile.scripts_of(run) else { return None };
    let commands = &script.script.commands;
    let whole = copied.span.slice(text);
    let target = Span::new(source.span.start(), transfer.destination.span.end());
    let folder = if is_here { "./".to_owned() } else { format!("{}/", transfer.destination.text.trim_end_matches('/')) };
    let mut edits = vec![(target, format!("{files} {folder}"))];
    // What the RUN does behind the installation needs the sources, and becomes a RUN of its own.
    let is_first = commands.first().is_some_and(|first| std::ptr::eq(first, install)) && script.script.clean && !script.heredoc;
    match commands.get(1) {
        _ if !is_first => return None,
        None => edits.push((Span::empty(dockerfile.tree.lines_of(installed).end()), format!("{whole}\n"))),
        Some(next) => {
            let gap = Span::new(install.span.end(), next.span.start());
            if next.connector != Connector::And || next.depth != install.depth || gap.slice(text).contains('#') {
                return None;
            }
            edits.push((gap, format!("\n{whole}\n{} ", installed.keyword_text)));
        }
    }
    let ends_with_newline = dockerfile.tree.lines_of(installed).slice(text).ends_with('\n');
    ends_with_newline.then_some(edits)
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
