use crate::compose::{ComposeProject, Node, Service};
use crate::dockerfile::nearest_of;
use crate::rules::check::Reporter;
use crate::source::Location;

/// The limits of the engine (docker/go-units, `ulimit.go`).
const NAMES: [&str; 15] = [
    "as",
    "core",
    "cpu",
    "data",
    "fsize",
    "locks",
    "memlock",
    "msgqueue",
    "nice",
    "nofile",
    "nproc",
    "rss",
    "rtprio",
    "rttime",
    "sigpending",
];
const STACK: &str = "stack";

pub fn check(_: &ComposeProject, service: Service<'_>, out: &mut Reporter<'_>) {
    for (limit, node) in service.get("ulimits").into_iter().flat_map(Node::entries) {
        if !NAMES.contains(&limit) && limit != STACK {
            let place = node.origin.key_location();
            let is_here = place.span.slice(out.text_of(place.file)) == limit;
            let draft = out.report_at(place).value("limit", limit).value("name", service.name);
            match nearest_of(limit, NAMES.into_iter().chain([STACK])) {
                Some(near) if is_here => draft.variant("nearest").value("near", near).replace(place.span, near).emit(),
                _ => draft.variant("unknown").emit(),
            }
            continue;
        }
        let part =
            |key: &str| node.get(key).filter(|part| !part.origin.is_unknown()).and_then(|part| Some((part, part.as_int()?)));
        let (Some((soft_node, soft)), Some((hard_node, hard))) = (part("soft"), part("hard")) else { continue };
        // -1 is no limit at all.
        if hard != -1 && (soft > hard || soft == -1) {
            let Location { file, span } = soft_node.origin.location();
            let words = |value: i64| if value == -1 { "none".to_owned() } else { value.to_string() };
            let draft = out.report_at(Location { file, span }).value("limit", limit).value("name", service.name);
            draft.value("soft", words(soft)).value("hard", words(hard)).related_at(hard_node.origin.location(), "hard").emit();
        }
    }
}
