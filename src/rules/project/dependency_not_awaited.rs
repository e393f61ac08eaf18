use crate::compose::Node;
use crate::project::effective::{EffectiveService, System};
use crate::rules::awaiting;
use crate::rules::check::Reporter;

/// Probes of Dockerfiles: of those that compose says itself, `compose/depends-on-started` speaks.
pub fn check<'s>(system: &System<'s>, service: &EffectiveService<'s>, out: &mut Reporter<'_>) {
    let has_probe = |name: &str| system.service(name).is_some_and(|target| target.has_probe() == Some(true));
    for (name, dependency) in service.service.depends_on() {
        let is_started = dependency.get("condition").and_then(Node::as_str) == Some("service_started");
        let Some(target) = system.service(name).filter(|_| is_started && !dependency.origin.is_unknown()) else { continue };
        let Some(built) = target.built.filter(|_| target.service.healthcheck().is_none()) else { continue };
        let Some(probe) = target.probe().and_then(|probe| probe.place()).filter(|place| place.file == built.file) else {
            continue;
        };
        let is_here = dependency.origin.is_here();
        let edits = if is_here { awaiting::edits(service.service, dependency, &has_probe, out) } else { None };
        let draft = out.report_at(dependency.origin.location()).value("name", service.service.name).value("dependency", name);
        let draft = draft.related_at(probe, "probe");
        edits.into_iter().flatten().fold(draft, |draft, edit| draft.edit(edit)).emit();
    }
}
