use crate::dockerfile::instruction::{Body, Instruction, Keyword};
use crate::dockerfile::model::{Base, Dockerfile};
use crate::rules::check::Reporter;

pub fn check(dockerfile: &Dockerfile, index: usize, instruction: &Instruction, out: &mut Reporter<'_>) {
    let Body::Copy(transfer) = &instruction.body else { return };
    let Some(from) = instruction.flag("from").and_then(|flag| flag.value.as_deref()) else { return };
    let is_root = |path: &str| path.trim_matches(['"', '\'']) == "/";
    let Some(root) = transfer.sources.iter().find(|source| is_root(&source.text)) else { return };
    if !is_root(&transfer.destination.text) {
        return;
    }
    let is_trigger = dockerfile.instruction(index).keyword == Keyword::Onbuild;
    let draft = out.report(root.span).value("from", from).without_if("hadolint", is_trigger);
    // Into nothing it is a way to flatten an image.
    let flattens = !is_trigger && dockerfile.stage_of(index).is_some_and(|stage| stage.base == Base::Scratch);
    if flattens { draft.variant("flatten").emit() } else { draft.emit() }
}
