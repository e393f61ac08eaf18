use crate::live::{Engine, Image};
use crate::rules::check::Reporter;

pub fn check(_: &Engine, image: &Image, out: &mut Reporter<'_>) {
    if image.healthcheck.first().is_none_or(|first| first == "NONE") {
        let fact = if image.healthcheck.is_empty() { "/id" } else { "/healthcheck/0" };
        out.report_fact(&image.pointer, fact).value("name", image.shown_name()).emit();
    }
}
