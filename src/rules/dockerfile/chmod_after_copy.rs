use crate::dockerfile::exec_form::only_command;
use crate::dockerfile::instruction::{Body, Instruction};
use crate::dockerfile::model::Dockerfile;
use crate::rules::check::Reporter;
use crate::shell::Command;

/// Modes that `COPY --chmod` takes in every version of BuildKit.
const EXECUTABLE: &[&str] = &["+x", "a+x", "755", "0755"];

/// `COPY a /a` and, right behind it, a RUN that does nothing but make `/a` executable.
pub fn check(dockerfile: &Dockerfile, index: usize, instruction: &Instruction, out: &mut Reporter<'_>) {
    let Body::Copy(transfer) = &instruction.body else { return };
    let ([source], false) = (transfer.sources.as_slice(), transfer.json) else { return };
    let Some(next) = dockerfile.tree.instructions.get(index + 1).filter(|_| !dockerfile.is_trigger(index, instruction)) else {
        return;
    };
    if !matches!(next.body, Body::Run { .. }) || !next.flags.is_empty() || instruction.flag("chmod").is_some() {
        return;
    }
    let Some(command) = dockerfile.scripts_of(index + 1).first().and_then(only_command) else { return };
    let Some(path) = made_executable(command) else { return };
    let destination = transfer.destination.text.trim_matches('"');
    let name = source.text.rsplit('/').next().unwrap_or_default();
    let lands = if destination.ends_with('/') { format!("{destination}{name}") } else { destination.to_owned() };
    if path != lands || lands.contains(['$', '*']) || source.text.contains(['*', '?']) || name == "." {
        return;
    }
    let draft = out.report(command.words[0].span).value("path", path).related(instruction.span, "copy");
    let is_alone = next.comments.is_empty() && next.comments_above.is_empty();
    if is_alone {
        let removed = dockerfile.tree.removal_of(next);
        return draft.insert(instruction.keyword_span.end(), " --chmod=755").delete(removed).emit();
    }
    draft.emit();
}

fn made_executable(command: &Command) -> Option<&str> {
    let [name, mode, path] = command.words.as_slice() else { return None };
    let is_plain = name.text == "chmod" && EXECUTABLE.contains(&mode.text.as_str()) && command.wrappers.is_empty();
    (is_plain && path.literal).then_some(path.text.as_str())
}
