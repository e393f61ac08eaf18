use crate::compose::{ComposeProject, Service};
use crate::rules::check::Reporter;

pub fn check(_: &ComposeProject, service: Service<'_>, out: &mut Reporter<'_>) {
    let mut told = Vec::new();
    let short = service.ports().filter(|port| port.is_short()).map(|port| port.node.origin);
    for origin in short.chain(service.list("expose").iter().map(|node| node.origin)).filter(|origin| origin.is_here()) {
        let text = origin.span.slice(out.text_of(origin.file));
        let is_plain =
            !text.is_empty() && !text.starts_with(['"', '\'', '|', '>', '&', '!', '{']) && !text.contains(['"', '\\', '\n']);
        if is_plain && !told.contains(&origin.span) {
            told.push(origin.span);
            out.report_at(origin.location()).value("text", text).replace(origin.span, format!("\"{text}\"")).emit();
        }
    }
}
