//! Lists whose items stand for something only once: the last one wins, in the place of the first (compose-go,
//! `override/uncity.go`).

use std::borrow::Cow;

use rustc_hash::FxHashMap;

use super::node::{Map, Node, Value};
use super::volume;

/// Removes from every such list what a later item of it replaces.
pub(super) fn keep_last(root: &mut Node) {
    if let Some(services) = root.as_map_mut().and_then(|map| map.get_mut("services")).and_then(Node::as_map_mut) {
        for service in services.values_mut().filter_map(Node::as_map_mut) {
            of_service(service);
        }
    }
}

fn of_service(service: &mut Map) {
    const PLAIN: [&str; 11] = [
        "cap_add",
        "cap_drop",
        "expose",
        "profiles",
        "links",
        "tmpfs",
        "dns",
        "dns_opt",
        "dns_search",
        "label_file",
        "device_cgroup_rules",
    ];
    let mut list = |key: &str, index: &dyn Fn(&Node) -> Option<String>| {
        if let Some(Node { value: Value::List(items), .. }) = service.get_mut(key) {
            last_of_each(items, index);
        }
    };
    for key in PLAIN {
        list(key, &Node::scalar_text);
    }
    for key in ["environment", "labels", "annotations", "sysctls"] {
        list(key, &|item| item.as_str().map(|text| text.split('=').next().unwrap_or(text).to_owned()));
    }
    list("volumes", &volume::target);
    list("devices", &device);
    list("ports", &port);
    list("secrets", &|item| mounted(item, "/run/secrets/"));
    list("configs", &|item| mounted(item, "/"));
    list("env_file", &|item| item.get("path").unwrap_or(item).as_str().map(str::to_owned));
    if let Some(networks) = service.get_mut("networks").and_then(Node::as_map_mut) {
        for network in networks.values_mut().filter_map(Node::as_map_mut) {
            for key in ["aliases", "link_local_ips"] {
                if let Some(Node { value: Value::List(items), .. }) = network.get_mut(key) {
                    last_of_each(items, &Node::scalar_text);
                }
            }
        }
    }
}

/// Items without an index all stay.
fn last_of_each(items: &mut Vec<Node>, index: &dyn Fn(&Node) -> Option<String>) {
    if items.len() < 2 {
        return;
    }
    let mut places: FxHashMap<String, usize> = FxHashMap::default();
    let mut kept: Vec<Node> = Vec::with_capacity(items.len());
    for item in items.drain(..) {
        match index(&item) {
            Some(key) => match places.get(&key) {
                Some(&place) => kept[place] = item,
                None => {
                    places.insert(key, kept.len());
                    kept.push(item);
                }
            },
            None => kept.push(item),
        }
    }
    *items = kept;
}

fn device(item: &Node) -> Option<String> {
    if let Some(target) = item.get("target").and_then(Node::as_str) {
        return Some(target.to_owned());
    }
    let text = item.as_str()?;
    let mut parts = text.split(':');
    let source = parts.next()?;
    Some(parts.next().unwrap_or(source).to_owned())
}

/// Before the long form the text itself, after it address, ports and protocol.
fn port(item: &Node) -> Option<String> {
    if item.as_map().is_none() {
        return item.scalar_text();
    }
    let text = |key: &str| item.get(key).and_then(Node::scalar_text);
    let or = |key: &str, default: &'static str| text(key).map_or(Cow::Borrowed(default), Cow::Owned);
    Some(format!("{}:{}:{}/{}", or("host_ip", "0.0.0.0"), or("published", ""), text("target")?, or("protocol", "tcp")))
}

fn mounted(item: &Node, folder: &str) -> Option<String> {
    if let Some(name) = item.as_str() {
        return Some(format!("{folder}{name}"));
    }
    let text = |key: &str| item.get(key).and_then(Node::as_str);
    text("target").map(str::to_owned).or_else(|| text("source").map(|source| format!("{folder}{source}")))
}
