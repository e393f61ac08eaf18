use rustc_hash::FxHashMap;

use crate::project::fleet::{Fleet, Holder, HostPort};
use crate::rules::check::Reporter;
use crate::rules::shared;

/// Tenants of one host that publish one port.
pub fn check(fleet: &Fleet<'_>, out: &mut Reporter<'_>) {
    if !fleet.one_host {
        return;
    }
    let ports = fleet.host_ports();
    // Whoever takes a port on every address takes it on each.
    let mut on_all: FxHashMap<(u16, &str), bool> = FxHashMap::default();
    for port in &ports {
        *on_all.entry((port.port, port.protocol)).or_default() |= port.address.is_none();
    }
    let taken = |port: &HostPort<'_>| {
        let address = if on_all[&(port.port, port.protocol)] { None } else { port.address.map(str::to_owned) };
        let place = fleet.place(&fleet.tenants[port.tenant], port.node);
        ((port.port, port.protocol.to_owned(), address), Holder { tenant: port.tenant, place })
    };
    for shared in fleet.shared(ports.iter().map(taken)) {
        if let Some(draft) = shared::report(fleet, &shared.holders, out) {
            draft.value("port", shared.value.0.to_string()).emit();
        }
    }
}
