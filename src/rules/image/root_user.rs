use crate::live::users::is_root_name;
use crate::live::{Engine, Image};
use crate::rules::check::Reporter;

pub fn check(_: &Engine, image: &Image, out: &mut Reporter<'_>) {
    if is_root_name(&image.user) {
        out.report_fact(&image.pointer, "/user").value("name", image.shown_name()).emit();
    }
}
