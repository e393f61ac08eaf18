use crate::dockerfile::model::Dockerfile;
use crate::dockerfile::problem::nearest;
use crate::dockerfile::references::ReferenceKind;
use crate::rules::check::Reporter;

/// A suggestion is looked for among this many stages.
const MOST_STAGES: usize = 64;

/// A tag or digest says that an image is meant. Variables, numbers, and the stage itself or a later one are refused by
/// BuildKit: there `dockerfile/build-error` speaks, but for a fragment without any FROM.
pub fn check(dockerfile: &Dockerfile, out: &mut Reporter<'_>) {
    let text = out.text();
    for reference in dockerfile.references() {
        let is_copy = reference.kind == ReferenceKind::Copy && !reference.onbuild;
        if !is_copy || reference.stage.is_some() || reference.text.contains(':') {
            continue;
        }
        let from = reference.text;
        let stage = dockerfile.stage_of(reference.instruction);
        let is_refused =
            from.contains('$') || from.parse::<i64>().is_ok() || dockerfile.stage_by_name(from, usize::MAX).is_some();
        if stage.is_some() && is_refused {
            continue;
        }
        let before = stage.map_or(0, |stage| stage.index);
        let names = dockerfile.stages[..before].iter().rev().take(MOST_STAGES).filter_map(|stage| stage.name.as_deref());
        let draft = out.report(reference.span).value("from", from);
        match nearest(&from.to_lowercase(), names) {
            Some(name) if reference.is_plain(text) => {
                draft.variant("misspelled").value("suggestion", name).replace(reference.span, name).emit();
            }
            _ if from.contains('/') => draft.variant("image").emit(),
            _ => draft.emit(),
        }
    }
}
