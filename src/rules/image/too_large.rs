use crate::live::words::bytes;
use crate::live::{Engine, Image};
use crate::rules::check::Reporter;

pub fn check(_: &Engine, image: &Image, out: &mut Reporter<'_>) {
    let Some(limit) = out.policy().max_image_size().filter(|limit| image.size > *limit) else { return };
    out.report_fact(&image.pointer, "/size")
        .value("name", image.shown_name())
        .value("size", bytes(image.size))
        .value("limit", bytes(limit))
        .emit();
}
