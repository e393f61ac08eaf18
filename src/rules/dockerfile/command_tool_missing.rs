use crate::dockerfile::instruction::{Body, CommandForm, CommandLine};
use crate::dockerfile::model::{Dockerfile, Stage};
use crate::dockerfile::startup::started;
use crate::dockerfile::tools::Tools;
use crate::rules::check::Reporter;
use crate::shell::Word;

/// What the image starts with, and the shell that a command in the form of a text needs.
pub fn check(dockerfile: &Dockerfile, out: &mut Reporter<'_>) {
    let Some(stage) = dockerfile.final_stage().filter(|stage| !stage.windows) else { return };
    let Body::From { image: from, .. } = &dockerfile.instruction(stage.from).body else { return };
    let image = stage.image.as_deref().map_or("scratch", |image| image.text.as_str());
    let tools = Tools::of(dockerfile, stage);
    for (index, line) in texts(dockerfile, stage) {
        if stage.shell.is_none() && tools.lacks("sh") {
            let instruction = dockerfile.instruction(index);
            let CommandForm::Shell(text) = &line.form else { continue };
            if !text.text().trim().is_empty() {
                let name = instruction.keyword.name();
                let draft = out.report(instruction.keyword_span).variant("shell").value("instruction", name);
                draft.value("tool", "sh").value("image", image).related(from.span, "base").emit();
            }
        }
    }
    for command in started(dockerfile, stage) {
        let wrappers = command.wrappers.iter().filter_map(|words| words.first());
        let mut programs = wrappers.chain(command.words.first()).filter(|word| word.literal && is_bare(word));
        if let Some(word) = programs.find(|word| tools.lacks(name(word))) {
            out.report(word.span).value("tool", name(word)).value("image", image).related(from.span, "base").emit();
        }
    }
}

/// CMD, ENTRYPOINT and HEALTHCHECK of an image that are texts for a shell.
fn texts<'d>(dockerfile: &'d Dockerfile, stage: &'d Stage) -> Vec<(usize, &'d CommandLine)> {
    let given = [stage.command.as_ref(), stage.entrypoint.as_ref()].into_iter().flatten().map(|given| given.instruction);
    let probe = stage.healthcheck.as_ref().map(|given| given.instruction);
    let line = |index: usize| match &dockerfile.instruction(index).body {
        Body::Cmd(line) | Body::Entrypoint(line) => Some((index, line)),
        Body::Healthcheck(probe) => probe.command.as_ref().map(|line| (index, line)),
        _ => None,
    };
    let is_text = |(_, line): &(usize, &CommandLine)| matches!(line.form, CommandForm::Shell(_));
    given.chain(probe).filter_map(line).filter(is_text).collect()
}

/// Found by `PATH`, or in a folder of programs; a path of its own may be anything.
fn is_bare(word: &Word) -> bool {
    word.text.rsplit_once('/').is_none_or(|(folder, _)| matches!(folder, "/bin" | "/usr/bin" | "/sbin" | "/usr/sbin"))
}

fn name(word: &Word) -> &str {
    word.text.rsplit('/').next().unwrap_or_default()
}
