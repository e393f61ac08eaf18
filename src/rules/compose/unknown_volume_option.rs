use crate::compose::written::content;
use crate::compose::{ComposeProject, Service, unknown_options};
use crate::rules::check::Reporter;
use crate::source::{Location, Span};

/// Slips in `ro`.
const READ_ONLY: [&str; 7] = ["ro", "rx", "r", "or", "readonly", "read-only", "read_only"];

pub fn check(_: &ComposeProject, service: Service<'_>, out: &mut Reporter<'_>) {
    for mount in service.volumes().filter(|mount| mount.is_short()) {
        let origin = mount.node.origin;
        let text = out.text_of(origin.file);
        let Some(span) = content(text, origin.span) else { continue };
        let raw = span.slice(text);
        if raw.contains('$') {
            continue;
        }
        for (option, at) in unknown_options(raw) {
            let place = Span::new(span.start() + at, span.start() + at + option.len());
            let draft = out.report_at(Location { file: origin.file, span: place }).value("option", option);
            let draft = draft.value("target", mount.target).value("name", service.name);
            if READ_ONLY.contains(&option.to_ascii_lowercase().as_str()) {
                draft.replace(place, "ro").emit()
            } else {
                draft.emit()
            }
        }
    }
}
