use crate::compose::written::read_only;
use crate::compose::{ComposeProject, Service};
use crate::json_pointer;
use crate::live::mounts::{Exposure, exposure_of};
use crate::rules::check::Reporter;

pub fn check(project: &ComposeProject, service: Service<'_>, out: &mut Reporter<'_>) {
    for mount in service.volumes().filter(|mount| mount.kind == "bind" && !mount.is_unknown()) {
        let Some(source) = mount.source.filter(|source| !is_its_own(service, source)) else { continue };
        let Some(exposure) = exposure_of(source, !mount.read_only).filter(|exposure| *exposure > Exposure::Readable) else {
            continue;
        };
        let writable = exposure == Exposure::Writable;
        let short = if writable && mount.is_short() { read_only(out.text_of(mount.node.origin.file), &mount) } else { None };
        let long = (writable && !mount.is_short())
            .then(|| format!("/services/{}/volumes/{}", json_pointer::escaped(service.name), mount.index));
        let declared = long.and_then(|subject| out.declared(project, None, &subject, &[]));
        let place = if mount.is_short() { mount.node } else { mount.node.get("source").unwrap_or(mount.node) };
        let draft = out.report_at(place.origin.location()).value("name", service.name).value("source", source);
        let draft = draft.declared(declared);
        let draft = match short {
            Some((span, text)) => draft.replace(span, text),
            None => draft,
        };
        if writable { draft.emit() } else { draft.variant("secrets").emit() }
    }
}

/// Whether a folder in `/etc` is called as the service, or as its image: what it configures is the service.
fn is_its_own(service: Service<'_>, source: &str) -> bool {
    let name = source.strip_prefix("/etc/").and_then(|rest| rest.split('/').next()).filter(|name| name.len() > 2);
    let image = service.image().map_or("", |image| image.text);
    name.is_some_and(|name| service.name.contains(name) || image.contains(name))
}
