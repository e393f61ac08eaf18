use crate::compose::{ComposeProject, Service};
use crate::live::mounts::{engine_socket, is_engine_socket_path};
use crate::rules::check::Reporter;

pub fn check(_: &ComposeProject, service: Service<'_>, out: &mut Reporter<'_>) {
    for mount in service.volumes().filter(|mount| !mount.is_unknown()) {
        let Some(source) = mount.source.filter(|source| is_engine_socket_path(source)) else { continue };
        let place = if mount.is_short() { mount.node } else { mount.node.get("source").unwrap_or(mount.node) };
        let draft = out.report_at(place.origin.location()).value("name", service.name).value("source", source).by_hand();
        // What other tools look for is the socket itself.
        let folder = !engine_socket(source);
        if folder { draft.variant("folder").without("kics").without("compose-lint").emit() } else { draft.emit() }
    }
}
