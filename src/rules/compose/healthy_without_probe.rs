use crate::compose::{ComposeProject, Node, Service, image};
use crate::rules::check::Reporter;
use crate::rules::fitted_probe;

/// Services that are built, and images of others, may bring a probe of their own.
pub fn check(project: &ComposeProject, service: Service<'_>, out: &mut Reporter<'_>) {
    for (name, dependency) in service.depends_on() {
        let Some(condition) = dependency.get("condition").filter(|condition| condition.as_str() == Some("service_healthy"))
        else {
            continue;
        };
        let Some(target) = project.service(name).filter(|_| !condition.origin.is_unknown()) else { continue };
        let place = condition.origin.location();
        match target.healthcheck() {
            Some(check) if check.is_disabled() => {
                let draft = out.report_at(place).variant("off").value("name", service.name).value("dependency", name);
                draft.related_at(check.node.origin.key_location(), "off").emit();
            }
            Some(check) if !check.test().is_empty() || check.node.origin.is_unknown() => {}
            _ => {
                let known = target.image().filter(|image| !image.is_unknown() && target.build().is_none());
                let official = known.and_then(|image| image::reference(image.text)).is_some_and(|image| image.is_official());
                if official && target.get("provider").and_then(Node::as_map).is_none() {
                    let fitted = fitted_probe::edits(project, target, out);
                    let draft = out.report_at(place).value("name", service.name).value("dependency", name);
                    let draft = draft.related_at(target.origin().key_location(), "dependency");
                    match fitted {
                        Some((tool, edits)) => {
                            edits.into_iter().fold(draft.value("tool", tool), |draft, edit| draft.edit(edit)).emit()
                        }
                        None => draft.emit(),
                    }
                }
            }
        }
    }
}
