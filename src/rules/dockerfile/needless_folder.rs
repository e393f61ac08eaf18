use crate::dockerfile::exec_form::only_command;
use crate::dockerfile::instruction::{Body, Instruction};
use crate::dockerfile::model::Dockerfile;
use crate::dockerfile::users::is_root;
use crate::rules::check::Reporter;

/// `RUN mkdir -p /a` and, right behind it, `WORKDIR /a`. As another user than root the folder would belong to that one.
pub fn check(dockerfile: &Dockerfile, index: usize, instruction: &Instruction, out: &mut Reporter<'_>) {
    let Body::Workdir(path) = &instruction.body else { return };
    let Some(before) = index.checked_sub(1).map(|before| dockerfile.instruction(before)) else { return };
    if !matches!(before.body, Body::Run { .. }) || !before.flags.is_empty() || dockerfile.is_trigger(index, instruction) {
        return;
    }
    let Some(command) = dockerfile.scripts_of(index - 1).first().and_then(only_command) else { return };
    let folder = path.text.trim_matches('"').trim_end_matches('/');
    let arguments: Vec<&str> = command.arguments().iter().map(|word| word.text.as_str()).collect();
    let made = match arguments.as_slice() {
        [made] | ["-p" | "--parents", made] => *made,
        _ => return,
    };
    let is_made = command.name() == "mkdir" && command.wrappers.is_empty() && made.trim_end_matches('/') == folder;
    if !is_made || !folder.starts_with('/') || folder.contains('$') {
        return;
    }
    let Some(stage) = dockerfile.stage_of(index) else { return };
    let names_user = dockerfile
        .lineage(stage)
        .flat_map(|stage| dockerfile.instructions_of(stage))
        .any(|(_, instruction)| matches!(&instruction.body, Body::User(user) if !is_root(&user.text)));
    let draft = out.report(command.words[0].span).value("folder", folder).related(instruction.span, "workdir");
    if names_user || !before.comments.is_empty() || !before.comments_above.is_empty() {
        return draft.emit();
    }
    draft.delete(dockerfile.tree.removal_of(before)).emit();
}
