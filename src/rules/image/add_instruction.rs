use crate::live::{Engine, Image};
use crate::rules::check::Reporter;

pub fn check(_: &Engine, image: &Image, out: &mut Reporter<'_>) {
    for (index, layer) in image.history.iter().enumerate().skip(1) {
        let text = layer.created_by.strip_prefix("/bin/sh -c #(nop) ").unwrap_or(&layer.created_by);
        // A base image that is built on another has the first layer of that one.
        let is_root_filesystem = text.trim_start().starts_with("ADD file:") && text.contains(" in / ");
        if text.trim_start().starts_with("ADD ") && !is_root_filesystem {
            out.report_fact(&image.pointer, &format!("/history/{index}/created_by")).value("name", image.shown_name()).emit();
        }
    }
}
