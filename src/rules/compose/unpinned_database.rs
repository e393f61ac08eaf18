use crate::compose::written::pulled_image;
use crate::compose::{ComposeProject, Service, image};
use crate::rules::check::Reporter;

/// What reads only its own data.
pub fn check(_: &ComposeProject, service: Service<'_>, out: &mut Reporter<'_>) {
    let Some((reference, origin)) = pulled_image(&service) else { return };
    if image::is_unpinned(&reference) && image::is_database(&reference) {
        let draft = out.report_at(origin.location()).value("image", &reference.text);
        draft.without_if("dclint", reference.tag.as_deref().is_some_and(|tag| matches!(tag, "alpine" | "slim"))).emit();
    }
}
