use crate::dockerfile::instruction::{Body, Keyword};
use crate::dockerfile::model::{Base, Dockerfile};
use crate::dockerfile::users::may_step_down;
use crate::rules::check::Reporter;

/// Nothing in the lineage of the last stage names a user, and nothing else says that it is not root.
pub fn check(dockerfile: &Dockerfile, out: &mut Reporter<'_>) {
    let Some(stage) = dockerfile.final_stage().filter(|stage| stage.user.is_none() && !stage.windows) else { return };
    if stage.image.as_deref().is_some_and(|image| image.sets_user()) {
        return;
    }
    let Body::From { image, .. } = &dockerfile.instruction(stage.from).body else { return };
    if may_step_down(dockerfile, stage) {
        return;
    }
    let mut draft = out.report(image.span).value("image", image.text.as_str());
    // Of checkov any USER in the file will do; KICS leaves out scratch.
    if dockerfile.tree.instructions.iter().any(|instruction| instruction.keyword == Keyword::User) {
        draft = draft.without("checkov");
    }
    if stage.base == Base::Scratch {
        draft = draft.without("kics");
    }
    draft.emit();
}
