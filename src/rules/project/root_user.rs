use crate::project::effective::{EffectiveService, System};
use crate::rules::check::Reporter;

use super::root_over_image_user::taken_away;

/// `user: root` over an image of which nothing says otherwise; over one that sets an account it is `project/root-over-image-user`.
pub fn check<'s>(_: &System<'s>, service: &EffectiveService<'s>, out: &mut Reporter<'_>) {
    let Some(user) = service.service.user().filter(|user| !user.is_unknown()) else { return };
    let account = user.text.split(':').next().unwrap_or_default();
    if matches!(account, "root" | "0") && taken_away(service).is_none() {
        out.report_at(user.origin.location()).value("name", service.service.name).value("user", user.text).emit();
    }
}
