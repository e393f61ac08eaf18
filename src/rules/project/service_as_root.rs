use crate::dockerfile::instruction::Body;
use crate::dockerfile::non_root;
use crate::dockerfile::run_time_user::Identity;
use crate::project::Content;
use crate::project::effective::{EffectiveService, System};
use crate::rules::check::Reporter;
use crate::source::Location;

/// As `dockerfile/service-as-root`, where compose alone shows that it is a service: its Dockerfile names no port. One finding for
/// all that are built from one stage.
pub fn check<'s>(_: &System<'s>, services: &[EffectiveService<'s>], out: &mut Reporter<'_>) {
    let mut told: Vec<Location> = Vec::new();
    for service in services {
        if let Some(from) = report(service, &told, out) {
            told.push(from);
        }
    }
}

fn report(service: &EffectiveService<'_>, told: &[Location], out: &mut Reporter<'_>) -> Option<Location> {
    let (document, container) = (service.built?, service.container.as_ref()?);
    let stage = container.stage().filter(|stage| stage.user.is_none())?;
    let base = stage.image.as_deref().filter(|image| image.is_official())?;
    let is_started = stage.command.is_some() || stage.entrypoint.is_some();
    let port = service.service.ports().find(|port| !port.is_unknown() && port.target.is_some())?;
    let exposes = container.dockerfile().tree.instructions.iter().any(|instruction| matches!(instruction.body, Body::Expose(_)));
    if exposes || !is_started || service.user().0 != Identity::Root {
        return None;
    }
    let from = container.location(container.from_span()?)?;
    if from.file != document.file || told.contains(&from) {
        return None;
    }
    let draft = out
        .report_at(from)
        .value("name", service.service.name)
        .value("image", base.familiar_name())
        .value("port", port.target.unwrap_or_default().to_string())
        .related_at(port.node.origin.location(), "port");
    let dockerfile = document.dockerfile()?;
    let is_last = service.service.build().is_some_and(|build| build.get("target").is_none());
    let plan =
        dockerfile.final_stage().filter(|_| is_last).and_then(|stage| non_root::plan(&dockerfile, document.source.text(), stage));
    match plan {
        Some(plan) => draft.value("account", plan.account).replace_all(plan.edits).emit(),
        None => draft.emit(),
    }
    Some(from)
}
