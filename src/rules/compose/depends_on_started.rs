use crate::compose::{ComposeProject, Node, Service};
use crate::rules::awaiting;
use crate::rules::check::Reporter;

pub fn check(project: &ComposeProject, service: Service<'_>, out: &mut Reporter<'_>) {
    if service.get("depends_on").is_none_or(|list| list.origin.is_unknown()) {
        return;
    }
    let has_probe = |name: &str| project.service(name).is_some_and(|target| target.says_probe());
    for (name, dependency) in service.depends_on() {
        let condition = dependency.get("condition");
        let started = condition.and_then(Node::as_str) == Some("service_started");
        let Some(target) = project.service(name).filter(|_| started && dependency.origin.is_here()) else { continue };
        let Some(probe) = target.healthcheck().filter(|_| target.says_probe()) else { continue };
        let edits = awaiting::edits(service, dependency, &has_probe, out);
        let written = condition.filter(|condition| condition.origin.is_own());
        let place = written.map_or(dependency.origin.location(), |condition| condition.origin.location());
        let draft = out.report_at(place).value("name", service.name).value("dependency", name);
        let draft = draft.related_at(probe.node.origin.key_location(), "probe");
        edits.into_iter().flatten().fold(draft, |draft, edit| draft.edit(edit)).emit();
    }
}
