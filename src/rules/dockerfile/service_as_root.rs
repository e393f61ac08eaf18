use crate::dockerfile::instruction::{Body, Keyword, Word};
use crate::dockerfile::model::{Dockerfile, Stage};
use crate::dockerfile::non_root;
use crate::dockerfile::run_time_user::{Identity, run_time_user};
use crate::rules::check::Reporter;

/// Only where it is certain: an official base that stays root, a port, a command of its own, and no entrypoint script that
/// might change the user by itself.
pub fn check(dockerfile: &Dockerfile, out: &mut Reporter<'_>) {
    let Some(stage) = dockerfile.final_stage().filter(|stage| stage.user.is_none()) else { return };
    let Some(base) = stage.image.as_deref().filter(|image| image.is_official()) else { return };
    let Body::From { image: from, .. } = &dockerfile.instruction(stage.from).body else { return };
    let started = stage.command.as_ref().or(stage.entrypoint.as_ref()).map(|given| dockerfile.instruction(given.instruction));
    let (Some(started), Some(port)) = (started, port(dockerfile, stage)) else { return };
    if run_time_user(dockerfile, stage).identity != Identity::Root {
        return;
    }
    let plan = non_root::plan(dockerfile, out.text(), stage);
    let mut draft = out
        .report(from.span)
        .value("image", base.familiar_name())
        .value("port", port.text.as_str())
        .related(port.span, "port")
        .related(started.keyword_span, "service");
    if dockerfile.tree.instructions.iter().any(|instruction| instruction.keyword == Keyword::User) {
        draft = draft.without("checkov");
    }
    if let Some(plan) = plan {
        draft = draft.value("account", plan.account).replace_all(plan.edits);
    }
    draft.emit();
}

fn port<'a>(dockerfile: &'a Dockerfile, stage: &'a Stage) -> Option<&'a Word> {
    dockerfile.lineage(stage).find_map(|stage| {
        dockerfile.instructions_of(stage).find_map(|(_, instruction)| match &instruction.body {
            Body::Expose(ports) => ports.first(),
            _ => None,
        })
    })
}
