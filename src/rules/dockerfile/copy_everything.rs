use crate::dockerfile::instruction::{Body, Instruction};
use crate::dockerfile::model::Dockerfile;
use crate::rules::check::Reporter;

/// A COPY or ADD of the whole build context, with no `.dockerignore` that leaves anything out.
pub fn check(_: &Dockerfile, _: usize, instruction: &Instruction, out: &mut Reporter<'_>) {
    let (Body::Copy(transfer) | Body::Add(transfer)) = &instruction.body else { return };
    let is_filtered = instruction.flag("from").is_some() || instruction.flag("exclude").is_some();
    let leaves_nothing_out =
        out.document().lacks_dockerignore() || out.document().dockerignore().is_some_and(|dockerignore| dockerignore.is_empty());
    if is_filtered || !leaves_nothing_out {
        return;
    }
    let everything = transfer.sources.iter().find(|source| matches!(source.text.as_str(), "." | "./" | "/" | "*" | "./*"));
    if let Some(source) = everything {
        out.report(source.span).value("keyword", instruction.keyword.name()).emit();
    }
}
