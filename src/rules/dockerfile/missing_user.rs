use crate::dockerfile::instruction::{Body, Keyword};
use crate::dockerfile::model::{Base, Dockerfile};
use crate::dockerfile::non_root;
use crate::dockerfile::run_time_user::{Identity, run_time_user};
use crate::rules::check::Reporter;

/// Nothing in the lineage of the last stage names a user, and nothing else says that it is not root.
pub fn check(dockerfile: &Dockerfile, out: &mut Reporter<'_>) {
    let Some(stage) = dockerfile.final_stage().filter(|stage| stage.user.is_none() && !stage.windows) else { return };
    let Body::From { image, .. } = &dockerfile.instruction(stage.from).body else { return };
    if matches!(run_time_user(dockerfile, stage).identity, Identity::Account(_) | Identity::StepsDown) {
        return;
    }
    let plan = non_root::plan(dockerfile, out.text(), stage);
    let mut draft = out.report(image.span).value("image", image.text.as_str());
    // Of checkov any USER in the file will do; KICS leaves out scratch.
    if dockerfile.tree.instructions.iter().any(|instruction| instruction.keyword == Keyword::User) {
        draft = draft.without("checkov");
    }
    if stage.base == Base::Scratch {
        draft = draft.without("kics");
    }
    if let Some(plan) = plan {
        draft = draft.value("account", plan.account).replace_all(plan.edits);
    }
    draft.emit();
}
