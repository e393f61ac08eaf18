use crate::dockerfile::instruction::Instruction;
use crate::dockerfile::model::Dockerfile;
use crate::rules::check::Reporter;

/// Where such files lie beside the Dockerfile, and no `.dockerignore` keeps them out of what ships.
pub fn check(dockerfile: &Dockerfile, index: usize, instruction: &Instruction, out: &mut Reporter<'_>) {
    let Some(source) = instruction.copies_context() else { return };
    let document = out.document();
    // A context further up has a `.dockerignore` that we do not know.
    if !document.lacks_dockerignore() && document.dockerignore().is_none() {
        return;
    }
    if !dockerfile.stage_of(index).is_some_and(|stage| dockerfile.ships(stage.index)) {
        return;
    }
    let is_copied = |name: &&str| document.dockerignore().is_none_or(|dockerignore| !dockerignore.excludes(name));
    let names: Vec<String> =
        dockerfile.private_beside.iter().copied().filter(is_copied).map(|name| format!("`{name}`")).collect();
    if !names.is_empty() {
        out.report(source.span).value("names", names.join(" and ")).emit();
    }
}
