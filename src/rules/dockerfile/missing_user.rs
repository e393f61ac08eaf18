use crate::dockerfile::instruction::{Body, Keyword};
use crate::dockerfile::model::{Base, Dockerfile};
use crate::rules::check::Reporter;

/// Programs that an entrypoint uses to step down from root.
const STEPPERS: &[&str] = &["gosu", "su-exec", "s6-setuidgid"];

/// Nothing in the lineage of the last stage names a user, and nothing else says that it is not root.
pub fn check(dockerfile: &Dockerfile, out: &mut Reporter<'_>) {
    let Some(stage) = dockerfile.final_stage().filter(|stage| stage.user.is_none() && !stage.windows) else { return };
    if stage.image.as_deref().is_some_and(|image| image.sets_user()) {
        return;
    }
    let steps_down = dockerfile.lineage(stage).any(|stage| {
        let packages = stage.packages.iter().map(|package| package.name.as_str());
        packages.chain(stage.tools.iter().map(|tool| tool.name.as_str())).any(|name| STEPPERS.contains(&name))
    });
    let Body::From { image, .. } = &dockerfile.instruction(stage.from).body else { return };
    if steps_down {
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
