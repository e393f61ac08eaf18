use crate::compose::{ComposeProject, Node};
use crate::live::mounts::{Exposure, exposure_of, is_engine_socket_path};
use crate::rules::check::Reporter;

/// Where a system keeps what is its own, by the beginning of the path.
const FOLDERS: [&str; 16] = [
    "/bin", "/boot", "/cdrom", "/dev", "/etc", "/home", "/lib", "/media", "/proc", "/root", "/run", "/sbin", "/srv", "/sys",
    "/usr", "/var",
];

/// What is writable, or secret, is another rule's.
pub fn check(project: &ComposeProject, out: &mut Reporter<'_>) {
    for service in project.services() {
        for mount in service.volumes().filter(|mount| mount.kind == "bind" && !mount.is_unknown()) {
            let Some(source) = mount.source else { continue };
            let worse = exposure_of(source, !mount.read_only).is_some_and(|exposure| exposure > Exposure::Readable);
            if is_of_the_system(source) && !worse && !is_engine_socket_path(source) && is_written(mount.node, source, out) {
                let place = if mount.is_short() { mount.node } else { mount.node.get("source").unwrap_or(mount.node) };
                out.report_at(place.origin.location()).value("name", service.name).value("source", source).emit();
            }
        }
    }
    for (name, volume) in project.resources("volumes") {
        for key in ["device", "mountpoint"] {
            let Some(node) = volume.get("driver_opts").and_then(|options| options.get(key)) else { continue };
            if let Some(source) = node.as_str().filter(|source| is_of_the_system(source) && !node.origin.is_unknown()) {
                out.report_at(node.origin.location()).value("name", name).value("source", source).emit();
            }
        }
    }
}

/// A relative path in a folder that is itself below `/home` is one of the project.
fn is_written(mount: &Node, source: &str, out: &Reporter<'_>) -> bool {
    let place = mount.get("source").map_or(mount.origin, |node| node.origin);
    place.span.slice(out.text_of(place.file)).contains(source)
}

fn is_of_the_system(source: &str) -> bool {
    source == "/"
        || FOLDERS.iter().any(|folder| source.strip_prefix(folder).is_some_and(|rest| rest.is_empty() || rest.starts_with('/')))
}
