use crate::live::{Engine, Image};
use crate::rules::check::Reporter;

/// What updates the lists, and what uses them afterwards.
const MANAGERS: &[(&str, &[&str])] = &[
    ("apt-get update", &["install", "upgrade", "build-dep", "download", "source"]),
    ("apt update", &["install", "upgrade"]),
    ("apk update", &["add", "upgrade"]),
    ("dnf makecache", &["install", "update", "upgrade"]),
    ("yum makecache", &["install", "update"]),
];

pub fn check(_: &Engine, image: &Image, out: &mut Reporter<'_>) {
    for (index, layer) in image.history.iter().enumerate() {
        let text = &layer.created_by;
        let alone = MANAGERS.iter().any(|(update, uses)| {
            text.contains(update) && !text.split_whitespace().any(|word| uses.contains(&word.trim_end_matches(';')))
        });
        if alone {
            out.report_fact(&image.pointer, &format!("/history/{index}/created_by")).value("name", image.shown_name()).emit();
        }
    }
}
