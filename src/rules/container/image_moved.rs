use crate::live::{Container, Engine};
use crate::rules::check::Reporter;

pub fn check(_: &Engine, container: &Container, out: &mut Reporter<'_>) {
    let Some(now) = &container.image_id_now else { return };
    if *now == container.image_id || !container.state.is_up() {
        return;
    }
    let old = container.image_id.strip_prefix("sha256:").unwrap_or(&container.image_id);
    out.report_fact(&container.pointer, "/image_id_now")
        .value("name", container.shown_name())
        .value("old", format!("`{}`", old.get(..12).unwrap_or(old)))
        .value("image", &container.image)
        .emit();
}
