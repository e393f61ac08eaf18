use crate::dockerfile::instruction::Body;
use crate::dockerfile::run_time_user::Identity;
use crate::project::effective::{EffectiveService, System};
use crate::rules::check::Reporter;

/// As `dockerfile/service-as-root`, where compose alone shows that it is a service: its Dockerfile names no port.
pub fn check<'s>(_: &System<'s>, service: &EffectiveService<'s>, out: &mut Reporter<'_>) {
    let (Some(document), Some(container)) = (service.built, &service.container) else { return };
    let Some(stage) = container.stage().filter(|stage| stage.user.is_none()) else { return };
    let Some(base) = stage.image.as_deref().filter(|image| image.is_official()) else { return };
    let is_started = stage.command.is_some() || stage.entrypoint.is_some();
    let Some(port) = service.service.ports().find(|port| !port.is_unknown() && port.target.is_some()) else { return };
    let exposes = container.dockerfile().tree.instructions.iter().any(|instruction| matches!(instruction.body, Body::Expose(_)));
    if exposes || !is_started || service.user().0 != Identity::Root {
        return;
    }
    let from = container.from_span().and_then(|span| container.location(span));
    let Some(from) = from.filter(|from| from.file == document.file) else { return };
    out.report_at(from)
        .value("name", service.service.name)
        .value("image", base.familiar_name())
        .value("port", port.target.unwrap_or_default().to_string())
        .related_at(port.node.origin.location(), "port")
        .emit();
}
