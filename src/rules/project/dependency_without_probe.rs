use crate::compose::Node;
use crate::project::effective::{EffectiveService, System};
use crate::rules::check::Reporter;

/// Services that are built: of the others the compose file says enough, see `compose/healthy-without-probe`.
pub fn check<'s>(system: &System<'s>, service: &EffectiveService<'s>, out: &mut Reporter<'_>) {
    for (name, dependency) in service.service.depends_on() {
        let is_healthy = |node: &&Node| node.as_str() == Some("service_healthy") && !node.origin.is_unknown();
        let Some(condition) = dependency.get("condition").filter(is_healthy) else { continue };
        let Some(target) = system.service(name).filter(|target| target.built.is_some()) else { continue };
        let says_one = target.service.healthcheck().is_some_and(|check| check.is_disabled() || !check.test().is_empty());
        if says_one || target.has_probe() != Some(false) {
            continue;
        }
        let draft = out.report_at(condition.origin.location()).value("name", service.service.name).value("dependency", name);
        let draft = draft.related_at(target.place(), "service");
        match target.container.as_ref().and_then(|container| container.location(container.from_span()?)) {
            Some(from) => draft.related_at(from, "image").emit(),
            None => draft.emit(),
        }
    }
}
