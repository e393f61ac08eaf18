use crate::compose::written::{content, pulled_image};
use crate::compose::{ComposeProject, Service};
use crate::rules::check::Reporter;
use crate::source::Span;

/// Where releases before 18 keep their data, and where later ones do.
const OLD: &str = "/var/lib/postgresql/data";
const NEW: &str = "/var/lib/postgresql";

pub fn check(_: &ComposeProject, service: Service<'_>, out: &mut Reporter<'_>) {
    let Some((reference, _)) = pulled_image(&service) else { return };
    if !reference.is_official()
        || reference.repository != "postgres"
        || reference.digest.is_some()
        || service.variable("PGDATA").is_some()
    {
        return;
    }
    let tag = reference.tag.as_deref().unwrap_or("latest");
    let major = tag.split(['.', '-']).next().and_then(|major| major.parse::<u32>().ok());
    let unpinned = matches!(tag, "latest" | "alpine" | "trixie" | "bookworm") || tag.starts_with("alpine3");
    if !unpinned && major.is_none_or(|major| !(18..1000).contains(&major)) {
        return;
    }
    for mount in service.volumes().filter(|mount| !mount.is_unknown() && mount.target.trim_end_matches('/') == OLD) {
        let node = mount.node.get("target").filter(|_| !mount.is_short()).unwrap_or(mount.node);
        let text = out.text_of(node.origin.file);
        let span = content(text, node.origin.span).filter(|_| node.origin.is_here());
        let at = span.and_then(|span| Some(span.start() + span.slice(text).rfind(OLD)?));
        let draft = out.report_at(node.origin.location()).value("name", service.name).value("target", mount.target);
        let draft = draft.value("image", &reference.text);
        let draft = if unpinned { draft.variant("unpinned") } else { draft };
        match at {
            Some(at) => draft.replace(Span::new(at, at + OLD.len()), NEW).emit(),
            None => draft.emit(),
        }
    }
}
