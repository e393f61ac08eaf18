use crate::live::{Engine, Image};
use crate::rules::check::Reporter;

pub fn check(_: &Engine, image: &Image, out: &mut Reporter<'_>) {
    let only_latest = !image.tags.is_empty() && image.tags.iter().all(|tag| tag.ends_with(":latest"));
    if only_latest && !image.containers.is_empty() {
        out.report_fact(&image.pointer, "/tags/0").value("name", image.shown_name()).emit();
    }
}
