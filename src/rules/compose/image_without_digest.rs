use crate::compose::written::pulled_image;
use crate::compose::{ComposeProject, Service, image};
use crate::rules::check::Reporter;

/// What has no version at all is worse, and another rule's.
pub fn check(_: &ComposeProject, service: Service<'_>, out: &mut Reporter<'_>) {
    let Some((reference, origin)) = pulled_image(&service) else { return };
    if reference.digest.is_none() && !image::is_unpinned(&reference) {
        out.report_at(origin.location()).value("image", &reference.text).emit();
    }
}
