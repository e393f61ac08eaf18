use crate::dockerfile::model::{Dockerfile, InstructionScript};
use crate::dockerfile::shell_lint::is_looked_at;
use crate::rules::check::Reporter;

/// `cat file | command`.
pub fn check(dockerfile: &Dockerfile, script: &InstructionScript, out: &mut Reporter<'_>) {
    if script.script.pipelines.is_empty() || !is_looked_at(dockerfile, script) {
        return;
    }
    for pipeline in &script.script.pipelines {
        let Some(command) = pipeline.commands.first().map(|index| &script.script.commands[*index]) else { continue };
        let is_first = command.pipeline.is_some() && command.embedded.is_none() && command.wrappers.is_empty();
        if let [name, file] = command.words.as_slice()
            && is_first
            && name.text == "cat"
            && !file.is_flag()
            && file.text != "-"
            && (file.literal || file.quoted)
            && command.redirections.is_empty()
        {
            out.report(file.span).value("file", file.text.as_str()).emit();
        }
    }
}
