use crate::project::fleet::{Fleet, Holder};
use crate::rules::check::Reporter;
use crate::rules::shared;

/// What belongs to the host, whoever mounts it.
const OF_THE_HOST: [&str; 8] = ["/var/run/", "/run/", "/etc/", "/dev/", "/sys/", "/proc/", "/lib/", "/usr/"];

/// Volumes and folders of the host that are no tenant's own.
pub fn check(fleet: &Fleet<'_>, out: &mut Reporter<'_>) {
    if !fleet.one_host {
        return;
    }
    for shared in fleet.shared(fleet.resources("volumes")) {
        let (name, external) = shared.value;
        if external && fleet.is_common(shared.holders.len()) {
            continue;
        }
        if let Some(draft) = shared::report(fleet, &shared.holders, out) {
            draft.value("name", name).emit();
        }
    }
    let mut folders = Vec::new();
    for (index, tenant) in fleet.tenants.iter().enumerate() {
        for service in tenant.compose.services() {
            for mount in service.volumes().filter(|mount| mount.kind == "bind" && !mount.read_only && !mount.is_unknown()) {
                let Some(path) = mount.source.filter(|path| !OF_THE_HOST.iter().any(|start| path.starts_with(start))) else {
                    continue;
                };
                let place = fleet.place(tenant, mount.node.get("source").unwrap_or(mount.node));
                folders.push((path, Holder { tenant: index, place }));
            }
        }
    }
    for shared in fleet.shared(folders) {
        if fleet.is_common(shared.holders.len()) {
            continue;
        }
        if let Some(draft) = shared::report(fleet, &shared.holders, out) {
            draft.variant("folder").value("name", shared.value).emit();
        }
    }
}
