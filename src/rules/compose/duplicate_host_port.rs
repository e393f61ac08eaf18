use std::net::IpAddr;

use rustc_hash::{FxHashMap, FxHashSet};

use crate::compose::{ComposeProject, Node, Port, Service};
use crate::rules::check::Reporter;
use crate::source::Location;

/// A port of the host that is taken.
#[derive(Clone, Copy)]
struct Taken<'p> {
    service: Service<'p>,
    address: Option<IpAddr>,
    place: Location,
}

/// With more services than this a file may be a menu: somebody names those that are to run.
const MENU: usize = 20;

/// Nobody who starts all of a file lives with more collisions than this.
const SLIPS: usize = 3;

pub fn check(project: &ComposeProject, out: &mut Reporter<'_>) {
    let mut taken: FxHashMap<(u16, &str), Vec<Taken<'_>>> = FxHashMap::default();
    let mut told: FxHashSet<(Location, Location)> = FxHashSet::default();
    let mut collisions: Vec<(Taken<'_>, Location, u16, &str)> = Vec::new();
    for service in project.services().filter(|service| service.text("network_mode").is_none_or(|mode| mode.text != "host")) {
        let known = |node: Option<&Node>| node.filter(|node| !node.origin.is_unknown()).and_then(Node::as_int);
        let replicas =
            service.get("deploy").filter(|deploy| !is_for_swarm(project, deploy)).and_then(|deploy| deploy.get("replicas"));
        let count = known(service.get("scale")).or_else(|| known(replicas));
        for port in service.ports().filter(|port| !port.is_unknown()) {
            // Of a range for one port of the container the engine takes whichever is free.
            let Some((number, _)) = port.published_range().filter(|(first, last)| first == last && *first != 0) else { continue };
            let place = place(&port);
            let one = Taken { service, address: port.host_ip.and_then(|address| address.parse().ok()), place };
            if let Some(count) = count.filter(|count| *count > 1) {
                let draft = out.report_at(place).variant("scale").value("first", service.name).value("port", number.to_string());
                draft.value("second", service.name).value("count", count.to_string()).emit();
                continue;
            }
            let others = taken.entry((number, port.protocol)).or_default();
            let other = others.iter().find(|other| collides(other.address, one.address) && run_together(other.service, service));
            if let Some(other) = other
                && told.insert((other.place, place))
            {
                collisions.push((*other, place, number, service.name));
            }
            others.push(one);
        }
    }
    let several = collisions.iter().filter(|(other, _, _, second)| other.service.name != *second).count();
    let is_menu = project.services().count() > MENU && several > SLIPS;
    for (other, place, number, second) in collisions {
        let itself = other.service.name == second;
        if is_menu && !itself {
            continue;
        }
        let draft = out.report_at(place).value("port", number.to_string()).value("first", other.service.name);
        let draft = if itself { draft.variant("itself") } else { draft };
        draft.value("second", second).value("count", "1").related_at(other.place, "first").emit();
    }
}

/// Whether what is said of a deployment is for a swarm, whose nodes hand one port to all copies of a service.
fn is_for_swarm(project: &ComposeProject, deploy: &Node) -> bool {
    let words = ["placement", "update_config", "rollback_config", "endpoint_mode", "mode"];
    let overlay = |network: &Node| network.get("driver").and_then(Node::as_str) == Some("overlay");
    words.iter().any(|word| deploy.get(word).is_some()) || project.resources("networks").any(|(_, network)| overlay(network))
}

fn place(port: &Port<'_>) -> Location {
    let node = port.published_node();
    node.origin.location()
}

/// Whether two addresses have a socket in common; `None` is every address.
fn collides(one: Option<IpAddr>, other: Option<IpAddr>) -> bool {
    match (one, other) {
        (Some(one), Some(other)) => {
            one == other || (one.is_ipv4() == other.is_ipv4() && (one.is_unspecified() || other.is_unspecified()))
        }
        _ => true,
    }
}

/// Whether some choice of profiles starts both. Services of different profiles alone are alternatives.
pub(super) fn run_together(one: Service<'_>, other: Service<'_>) -> bool {
    let (ones, others) = (one.list("profiles"), other.list("profiles"));
    let shared = || ones.iter().any(|profile| others.iter().any(|other| other.as_str() == profile.as_str()));
    one.name == other.name || ones.is_empty() || others.is_empty() || shared()
}
