//! What tenants take from the engine that they share: ports, names.

use rustc_hash::{FxHashMap, FxHashSet};

use super::{Fleet, Holder, Tenant};
use crate::compose::Node;

/// A port of the host that a tenant takes for certain.
#[derive(Debug, Clone, Copy)]
pub struct HostPort<'p> {
    pub tenant: usize,
    pub service: &'p str,
    /// Of the container.
    pub target: u16,
    pub port: u16,
    pub protocol: &'p str,
    /// `None` for every address.
    pub address: Option<&'p str>,
    pub node: &'p Node,
}

impl<'p> Fleet<'p> {
    /// The ports of the host that tenants publish, tenant by tenant. A range, from which the engine takes what is free, is none.
    pub fn host_ports(&self) -> Vec<HostPort<'p>> {
        host_ports(&self.tenants)
    }

    /// The names of containers that are set, with their tenants.
    pub fn container_names(&self) -> Vec<(&'p str, Holder)> {
        let mut found = Vec::new();
        for (index, tenant) in self.tenants.iter().enumerate() {
            for service in tenant.compose.services() {
                let Some(name) = service.container_name().filter(|name| !name.is_unknown() && !name.text.is_empty()) else {
                    continue;
                };
                let Some(node) = service.get("container_name") else { continue };
                found.push((name.text, Holder { tenant: index, place: self.place(tenant, node) }));
            }
        }
        found
    }

    /// The networks or volumes of the engine that tenants use, by their names there; and whether somebody else makes them.
    pub fn resources(&self, kind: &'static str) -> Vec<((&'p str, bool), Holder)> {
        let mut found = Vec::new();
        for (index, tenant) in self.tenants.iter().enumerate() {
            for (key, node) in tenant.compose.resources(kind) {
                let external = node.get("external").and_then(Node::as_bool) == Some(true);
                let name = node.get("name").filter(|name| !name.origin.is_unknown());
                let Some(text) = name.and_then(Node::as_str).filter(|text| !text.is_empty() && is_own_name(tenant, key, text))
                else {
                    continue;
                };
                let named = name.unwrap_or(node);
                // Without a name of its own an external one is called as its key.
                let place = if named.origin.span.is_empty() { node.origin.key_location() } else { self.place(tenant, named) };
                found.push(((text, external), Holder { tenant: index, place }));
            }
        }
        found
    }
}

/// Whether a name is not the one that compose makes from project and key.
fn is_own_name(tenant: &Tenant<'_>, key: &str, name: &str) -> bool {
    name.strip_prefix(tenant.compose.name.as_str()).and_then(|rest| rest.strip_prefix('_')) != Some(key)
}

fn host_ports<'p>(tenants: &[Tenant<'p>]) -> Vec<HostPort<'p>> {
    let mut found = Vec::new();
    for (tenant, project) in tenants.iter().enumerate() {
        for service in project.compose.services() {
            for port in service.ports().filter(|port| !port.is_unknown()) {
                let (Some(target), Some((first, last))) = (port.target, port.published_range()) else { continue };
                if first != last || first == 0 {
                    continue;
                }
                let address = port.host_ip.filter(|address| !matches!(*address, "0.0.0.0" | "::"));
                let node = port.node.get("published").unwrap_or(port.node);
                let (service, protocol) = (service.name, port.protocol);
                found.push(HostPort { tenant, service, target, port: first, protocol, address, node });
            }
        }
    }
    found
}

/// Whether tenants have ports or names of their own, as only those need that share an engine. Where all have the same, each has its own.
pub(super) fn is_one(tenants: &[Tenant<'_>]) -> bool {
    let mut ports: FxHashMap<(u16, &str), FxHashSet<u16>> = FxHashMap::default();
    for port in host_ports(tenants) {
        ports.entry((port.target, port.protocol)).or_default().insert(port.port);
    }
    let most = |count: usize| count * 2 > tenants.len();
    if ports.values().any(|ports| most(ports.len())) {
        return true;
    }
    let mut containers: FxHashSet<&str> = FxHashSet::default();
    let mut resources: FxHashSet<&str> = FxHashSet::default();
    for tenant in tenants {
        let mut names = tenant.compose.services().filter_map(|service| service.container_name());
        containers.extend(names.next().map(|name| name.text));
        let own = ["networks", "volumes"]
            .into_iter()
            .flat_map(|kind| tenant.compose.resources(kind))
            .find_map(|(key, node)| node.get("name").and_then(Node::as_str).filter(|name| is_own_name(tenant, key, name)));
        resources.extend(own);
    }
    most(containers.len()) || most(resources.len())
}
