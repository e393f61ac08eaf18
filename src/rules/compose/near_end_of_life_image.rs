use super::end_of_life_image;
use crate::compose::{ComposeProject, Service};
use crate::rules::check::Reporter;

/// What still gets fixes today, and will not half a year from now.
pub fn check(_: &ComposeProject, service: Service<'_>, out: &mut Reporter<'_>) {
    end_of_life_image::report(service, true, out);
}
