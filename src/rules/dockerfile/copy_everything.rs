use crate::dockerfile::instruction::Instruction;
use crate::dockerfile::model::Dockerfile;
use crate::rules::check::Reporter;

/// A COPY or ADD of the whole build context, with no `.dockerignore` that leaves anything out.
pub fn check(_: &Dockerfile, _: usize, instruction: &Instruction, out: &mut Reporter<'_>) {
    let Some(source) = instruction.copies_context() else { return };
    let document = out.document();
    let is_empty = document.dockerignore().is_some_and(|dockerignore| dockerignore.is_empty());
    if document.lacks_dockerignore() || is_empty {
        out.report(source.span).value("keyword", instruction.keyword.name()).emit();
    }
}
