use crate::dockerfile::instruction::{Body, CommandForm};
use crate::dockerfile::model::Dockerfile;
use crate::dockerfile::probe::{as_shell_text, replacement};
use crate::dockerfile::tools::Tools;
use crate::rules::check::Reporter;

/// Only a definite no: the base is known not to have the program, and nothing in the stages that ship may bring it.
pub fn check(dockerfile: &Dockerfile, out: &mut Reporter<'_>) {
    let Some(stage) = dockerfile.final_stage() else { return };
    let (Some(image), Some(probe)) = (stage.image.as_deref(), stage.healthcheck.as_ref()) else { return };
    let Body::From { image: from, .. } = &dockerfile.instruction(stage.from).body else { return };
    let tools = Tools::of(dockerfile, stage);
    for script in dockerfile.scripts_of(probe.instruction) {
        for command in &script.script.commands {
            let tool = command.name();
            if !tools.lacks(tool) {
                continue;
            }
            let Some(word) = command.words.first() else { continue };
            let draft = out.report(word.span).value("tool", tool).value("image", image.text.as_str()).related(from.span, "base");
            let is_text = !is_json(dockerfile, probe.instruction);
            match replacement(image, command).filter(|_| is_text) {
                Some((variant, words)) => draft.variant(variant).replace(command.span, as_shell_text(&words)).emit(),
                None => draft.emit(),
            }
        }
    }
}

/// Whether the probe is a JSON array, whose strings a shell command does not fit.
fn is_json(dockerfile: &Dockerfile, instruction: usize) -> bool {
    match &dockerfile.instruction(instruction).body {
        Body::Healthcheck(probe) => probe.command.as_ref().is_some_and(|line| matches!(line.form, CommandForm::Exec(_))),
        _ => true,
    }
}
