use crate::compose::{ComposeProject, Node, Service};
use crate::rules::check::Reporter;
use crate::rules::fitted_probe;

/// Images whose servers take their time, and for which a probe is known.
pub fn check(project: &ComposeProject, service: Service<'_>, out: &mut Reporter<'_>) {
    for (name, dependency) in service.depends_on() {
        let started = dependency.get("condition").and_then(Node::as_str) == Some("service_started");
        let Some(target) = project.service(name).filter(|_| started && dependency.origin.is_here()) else { continue };
        let Some((tool, edits)) = fitted_probe::edits(project, target, out) else { continue };
        let draft = out.report_at(dependency.origin.location()).value("name", service.name).value("dependency", name);
        let draft = draft.value("tool", tool).related_at(target.origin().key_location(), "dependency");
        edits.into_iter().fold(draft, |draft, edit| draft.edit(edit)).emit();
    }
}
