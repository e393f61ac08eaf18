use crate::dockerfile::instruction::{Body, Instruction, Keyword};
use crate::dockerfile::model::Dockerfile;
use crate::finding::Applicability;
use crate::rules::check::Reporter;

/// The variant of each kind of instruction of which a stage has one.
const KINDS: [(Keyword, &str); 3] =
    [(Keyword::Cmd, "cmd"), (Keyword::Entrypoint, "entrypoint"), (Keyword::Healthcheck, "healthcheck")];

/// Reports the earlier one of two, as BuildKit does: it is the one that counts for nothing. Triggers of ONBUILD are apart.
pub fn check(dockerfile: &Dockerfile, out: &mut Reporter<'_>) {
    let mut last: [[Option<(&Instruction, &Instruction)>; KINDS.len()]; 2] = Default::default();
    for outer in &dockerfile.tree.instructions {
        let (instruction, is_trigger) = match &outer.body {
            Body::Onbuild(trigger) => (trigger.as_ref(), true),
            _ => (outer, false),
        };
        if instruction.keyword == Keyword::From {
            last = Default::default();
        }
        let is_whole = matches!(instruction.body, Body::Cmd(_) | Body::Entrypoint(_) | Body::Healthcheck(_));
        let Some(kind) = KINDS.iter().position(|(keyword, _)| *keyword == instruction.keyword).filter(|_| is_whole) else {
            continue;
        };
        let Some((earlier, earlier_outer)) = last[usize::from(is_trigger)][kind].replace((instruction, outer)) else { continue };
        let mut draft = out.report(earlier.keyword_span).variant(KINDS[kind].1);
        draft = draft.related(instruction.keyword_span, "later").delete(dockerfile.tree.removal_of(earlier_outer));
        if is_trigger {
            draft = draft.without("buildkit");
        }
        if !earlier_outer.comments.is_empty() {
            draft = draft.applicability(Applicability::Unsafe);
        }
        draft.emit();
    }
}
