use crate::dockerfile::exec_form;
use crate::dockerfile::instruction::{Body, CommandForm, CommandLine, Instruction, Keyword};
use crate::dockerfile::model::{Dockerfile, InstructionScript, Stage};
use crate::finding::Applicability;
use crate::rules::check::{Draft, Reporter};

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
                let variant = if instruction.keyword == Keyword::Cmd { "cmd" } else { "entrypoint" };
                let mut draft = out.report(instruction.keyword_span).variant(variant);
                if has_shell || is_trigger {
                    draft = draft.without("buildkit");
                }
                if text.text().is_empty() {
                    draft.without("hadolint").emit();
                    continue;
                }
                let script = dockerfile.scripts_of(index).first();
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
