use crate::compose::written::pulled_image;
use crate::compose::{ComposeProject, Service, image};
use crate::rules::check::Reporter;

/// `never` is for images that are built on the machine, so it says nothing.
pub fn check(project: &ComposeProject, service: Service<'_>, out: &mut Reporter<'_>) {
    let Some(policy) = service.text("pull_policy").filter(|policy| matches!(policy.text, "missing" | "if_not_present")) else {
        return;
    };
    let Some((reference, _)) = pulled_image(&service).filter(|(reference, _)| image::is_unpinned(reference)) else { return };
    // Another service of the project makes it.
    let is_made = |other: Service<'_>| other.build().is_some() && other.image().is_some_and(|image| image.text == reference.text);
    if policy.is_unknown() || project.services().any(is_made) {
        return;
    }
    let shown = format!("pull_policy: {}", policy.text);
    out.report_at(policy.origin.location()).value("policy", shown).value("image", reference.text.as_str()).emit();
}
