use crate::dockerfile::instruction::CommandForm;
use crate::dockerfile::model::{Dockerfile, InstructionScript};
use crate::rules::check::Reporter;
use crate::shell::{Command, Connector};

/// `ln` whose new link is `/bin/sh`.
pub fn check(dockerfile: &Dockerfile, script: &InstructionScript, command: &Command, out: &mut Reporter<'_>) {
    if command.name() != "ln" {
        return;
    }
    let Some((line, mounts)) = dockerfile.run_of(script.instruction) else { return };
    let operands: Vec<_> = command.operands(&["-S", "--suffix", "-t", "--target-directory"]).collect();
    let Some((link, targets)) = operands.split_last().filter(|(link, _)| link.text == "/bin/sh") else { return };
    let mut draft = out.report(link.span);
    if !command.is_called_plainly() {
        draft = draft.without("hadolint");
    }
    // KICS reads the first word of the text.
    if command.depth > 0 || command.connector != Connector::First {
        draft = draft.without("kics");
    }
    let shell = targets.first().and_then(|target| match target.text.as_str() {
        "bash" | "/bin/bash" => Some("/bin/bash"),
        "/usr/bin/bash" => Some("/usr/bin/bash"),
        "zsh" | "/bin/zsh" => Some("/bin/zsh"),
        _ => None,
    });
    let alone = matches!(line.form, CommandForm::Shell(_)) && line.heredocs.is_empty() && mounts.is_empty() && !script.onbuild;
    let run = dockerfile.instruction(script.instruction);
    if let Some(shell) = shell.filter(|_| alone && script.script.commands.len() == 1 && run.comments.is_empty()) {
        draft = draft.value("shell", shell).replace(run.span, format!("SHELL [\"{shell}\", \"-c\"]"));
    }
    draft.emit();
}
