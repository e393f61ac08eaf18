use crate::dockerfile::exec_form;
use crate::dockerfile::instruction::{Body, CommandForm, Instruction};
use crate::dockerfile::model::Dockerfile;
use crate::rules::check::Reporter;

pub fn check(dockerfile: &Dockerfile, index: usize, instruction: &Instruction, out: &mut Reporter<'_>) {
    let Body::Healthcheck(healthcheck) = &instruction.body else { return };
    let Some(CommandForm::Shell(text)) = healthcheck.command.as_ref().map(|command| &command.form) else { return };
    let mut draft = out.report(instruction.keyword_span);
    let whole = text.whole();
    let only = dockerfile.scripts_of(index).first().and_then(exec_form::only_command);
    if let Some(words) = only.filter(|only| only.span.end() == whole.end()).and_then(exec_form::words) {
        for (span, replacement) in exec_form::edits(&words, whole.start()) {
            draft = draft.replace(span, replacement);
        }
    }
    draft.emit();
}
