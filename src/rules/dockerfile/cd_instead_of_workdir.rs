use crate::dockerfile::instruction::{Body, CommandForm};
use crate::dockerfile::model::{Dockerfile, InstructionScript};
use crate::rules::check::{Draft, Reporter};
use crate::shell::{Command, Connector, Word};
use crate::source::Span;

/// The first `cd` of each RUN.
pub fn check(dockerfile: &Dockerfile, script: &InstructionScript, out: &mut Reporter<'_>) {
    if dockerfile.run_of(script.instruction).is_none() {
        return;
    }
    let mut changes = script.script.commands.iter().enumerate().filter(|(_, command)| command.name() == "cd");
    let Some((first, command)) = changes.clone().next() else { return };
    let text = out.text();
    let mut draft = out.report(command.words[0].span);
    if !changes.clone().any(|(_, command)| command.is_called_plainly()) {
        draft = draft.without("hadolint");
    }
    // Trivy splits the text at `&&`; KICS looks at its first word.
    let begins_part = |connector| matches!(connector, Connector::First | Connector::And);
    if !changes.any(|(_, command)| command.depth == 0 && begins_part(command.connector)) {
        draft = draft.without("trivy");
    }
    if first != 0 || command.depth > 0 {
        draft = draft.without("kics");
    }
    with_fix(dockerfile, script, text, draft).emit();
}

/// `cd /folder && …` in front of all else: WORKDIR before the RUN does the same, where nothing behind it works in another folder.
fn with_fix<'d>(dockerfile: &Dockerfile, script: &InstructionScript, text: &str, draft: Draft<'d>) -> Draft<'d> {
    let is_text = dockerfile.run_of(script.instruction).is_some_and(|(line, _)| {
        matches!(line.form, CommandForm::Shell(_)) && line.heredocs.is_empty() && !script.onbuild && script.script.clean
    });
    let [change, rest @ ..] = script.script.commands.as_slice() else { return draft };
    let Some(command) = rest.first() else { return draft };
    let Some(folder) = change.argument(0).filter(|word| change.words.len() == 2 && is_plain_folder(word)) else { return draft };
    let is_in_chain = |command: &Command| !matches!(command.name(), "cd" | "pushd" | "popd") && !command.background;
    let is_chain = script.script.root().is_some_and(|root| root.and_only) && rest.iter().all(is_in_chain);
    let together = change.depth == 0 && command.depth == 0 && command.connector == Connector::And && is_chain;
    let alone = change.redirections.is_empty() && change.wrappers.is_empty() && change.assignments.is_empty() && !change.negated;
    if rest.len() > 1 && !is_last_there(dockerfile, script.instruction) {
        return draft;
    }
    let gap = Span::new(change.span.start(), command.span.start());
    if !(is_text && together && alone) || gap.slice(text).contains('#') {
        return draft;
    }
    let run = dockerfile.instruction(script.instruction);
    let indentation = Span::new(run.lines(text).start(), run.span.start()).slice(text);
    let line = format!("{indentation}WORKDIR {}\n", folder.text);
    draft.value("folder", folder.text.as_str()).insert(run.head(text), line).delete(gap)
}

/// Whether nothing behind an instruction depends on the working directory before the next WORKDIR.
fn is_last_there(dockerfile: &Dockerfile, instruction: usize) -> bool {
    let Some(stage) = dockerfile.stage_of(instruction) else { return false };
    for (_, later) in dockerfile.instructions_of(stage).skip_while(|(index, _)| *index <= instruction) {
        match &later.body {
            Body::Workdir(path) => return path.text.starts_with('/'),
            Body::Run { .. } | Body::Copy(_) | Body::Add(_) | Body::Onbuild(_) => return false,
            Body::Cmd(_) | Body::Entrypoint(_) | Body::Healthcheck(_) => return false,
            _ => {}
        }
    }
    !dockerfile.ships(stage.index) && !dockerfile.is_base(stage.index)
}

fn is_plain_folder(word: &Word) -> bool {
    let is_plain = |char: char| char.is_ascii_alphanumeric() || "/._-".contains(char);
    word.literal && word.text.starts_with('/') && word.text.chars().all(is_plain)
}
