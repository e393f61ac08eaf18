use crate::compose::{ComposeProject, Service};
use crate::rules::check::Reporter;

/// Parts of the API in which a change is one of the host.
const PARTS: [&str; 8] = ["CONTAINERS", "EXEC", "IMAGES", "BUILD", "SERVICES", "TASKS", "SECRETS", "VOLUMES"];

pub fn check(_: &ComposeProject, service: Service<'_>, out: &mut Reporter<'_>) {
    let Some(image) = service.image().filter(|image| image.text.contains("socket-proxy")) else { return };
    let on = |name: &str| {
        let variable = service.variable(name).filter(|variable| !variable.origin.is_unknown());
        variable.filter(|variable| matches!(variable.value, Some("1" | "true" | "yes")))
    };
    let (Some(post), Some(part)) = (on("POST"), PARTS.iter().find_map(|part| on(part))) else { return };
    if !image.is_unknown() {
        let draft = out.report_at(post.origin.location()).value("name", service.name);
        draft.related_at(part.origin.location(), "what").emit();
    }
}
