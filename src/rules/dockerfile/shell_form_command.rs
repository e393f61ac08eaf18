use crate::catalog::end_of_life::EndOfLife;
use crate::dockerfile::exec_form;
use crate::dockerfile::instruction::{Body, CommandForm, CommandLine, Instruction, Keyword};
use crate::dockerfile::model::{Dockerfile, InstructionScript, ShellKind, Stage};
use crate::finding::Applicability;
use crate::rules::check::{Draft, Reporter};
use crate::shell::Connector;

/// CMD and ENTRYPOINT; BuildKit is silent once a SHELL is set, in this stage or in one that it is built on.
pub fn check(dockerfile: &Dockerfile, out: &mut Reporter<'_>) {
    let mut has_shell = false;
    for (index, outer) in dockerfile.tree.instructions.iter().enumerate() {
        let (instruction, is_trigger) = match &outer.body {
            Body::Onbuild(trigger) => (trigger.as_ref(), true),
            _ => (outer, false),
        };
        let stage = dockerfile.stage_of(index);
        match &instruction.body {
            _ if instruction.keyword == Keyword::From => {
                let parent = stage.and_then(|stage| dockerfile.lineage(stage).nth(1));
                has_shell = parent.is_some_and(|parent| parent.shell.is_some());
            }
            Body::Shell(_) => has_shell |= !is_trigger,
            Body::Cmd(command) | Body::Entrypoint(command) => {
                let CommandForm::Shell(text) = &command.form else { continue };
                let script = dockerfile.scripts_of(index).first();
                let stays = || script.is_some_and(|script| shell_stays(script, stage));
                let variant = match instruction.keyword {
                    Keyword::Cmd if stays() => "cmd-stays",
                    Keyword::Cmd => "cmd",
                    _ => "entrypoint",
                };
                let mut draft = out.report(instruction.keyword_span).variant(variant);
                if has_shell || is_trigger {
                    draft = draft.without("buildkit");
                }
                if text.text().is_empty() {
                    draft.without("hadolint").emit();
                    continue;
                }
                draft = match script {
                    Some(script) => fix(draft, instruction, command, script, stage, has_shell),
                    None => draft,
                };
                draft.emit();
            }
            _ => {}
        }
    }
}

/// Whether the shell is certainly still there while the program runs. Bash, BusyBox and dash since 0.5.11 make way for the last command
/// of a text; no shell does for a pipe, for what may be followed by more (`a || b` by `b`), or with a trap; older dash never does.
fn shell_stays(script: &InstructionScript, stage: Option<&Stage>) -> bool {
    if !script.shell.is_posix() || !script.script.clean || script.heredoc {
        return false;
    }
    let own = || script.script.commands.iter().filter(|command| command.embedded.is_none() && !command.substitution);
    let Some(last) = own().next_back() else { return false };
    if own().any(|command| command.wrappers.iter().any(|words| words[0].text == "exec") || command.name() == "exec") {
        return false;
    }
    let has_trap = own().any(|command| command.name() == "trap");
    has_trap || last.pipeline.is_some() || last.connector == Connector::Or || is_old_dash(script, stage)
}

/// `/bin/sh` of Debian up to 10 and of Ubuntu up to 20.04 is a dash before 0.5.11.
fn is_old_dash(script: &InstructionScript, stage: Option<&Stage>) -> bool {
    let Some(image) = stage.and_then(|stage| stage.image.as_deref()).filter(|_| script.shell == ShellKind::Sh) else {
        return false;
    };
    let tag = image.tag.as_deref().unwrap_or_default();
    EndOfLife::table().releases_of(&image.familiar_name(), tag).iter().any(|release| {
        let major: u32 = release.version.split('.').next().and_then(|major| major.parse().ok()).unwrap_or(u32::MAX);
        release.product == "Debian" && major <= 10 || release.product == "Ubuntu" && major <= 20
    })
}

fn fix<'r>(
    mut draft: Draft<'r>,
    instruction: &Instruction,
    command: &CommandLine,
    script: &InstructionScript,
    stage: Option<&Stage>,
    has_shell: bool,
) -> Draft<'r> {
    let CommandForm::Shell(text) = &command.form else { return draft };
    let whole = text.whole();
    // Behind the command there is at most white space: no comment that would stand in the array.
    let only = exec_form::only_command(script).filter(|only| only.span.end() == whole.end());
    if let Some(words) = only.and_then(exec_form::words) {
        // What a shell runs needs no `#!` line; a program does.
        let is_script = words.first().is_some_and(|word| word.text.ends_with(".sh"));
        let is_entrypoint = instruction.keyword == Keyword::Entrypoint;
        // An ENTRYPOINT without a shell gets the CMD as its arguments, and a CMD is arguments to an ENTRYPOINT.
        let meets = stage.is_some_and(|stage| if is_entrypoint { stage.command.is_some() } else { stage.entrypoint.is_some() });
        if is_script || meets || has_shell {
            draft = draft.applicability(Applicability::Unsafe);
        }
        for (span, replacement) in exec_form::edits(&words, whole.start()) {
            draft = draft.replace(span, replacement);
        }
        return draft;
    }
    // Where the shell has work to do, it can at least make way for the program.
    if let Some(line) = exec_form::with_exec(script, text).filter(|_| !has_shell) {
        let line = serde_json::to_string(&line).unwrap_or_default();
        draft = draft.replace(whole, format!("[\"sh\", \"-c\", {line}]")).applicability(Applicability::Unsafe);
    }
    draft
}
