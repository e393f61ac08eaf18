//! A project as the JSON that `shipworthy facts` prints and schema rules judge.

use serde_json::{Map, Value, json};

use super::amount::{bytes_of, duration_of};
use super::model::ComposeProject;
use super::node::Node;
use crate::json_pointer::escaped;

/// The canonical project, with `unknown`, `derived` and `errors`.
pub fn facts(project: &ComposeProject) -> Value {
    let mut document = match project.tree.to_json() {
        Value::Object(document) => document,
        _ => Map::new(),
    };
    document.insert("unknown".to_owned(), project.unknown().into());
    document.insert("derived".to_owned(), derived(project));
    let errors = project.problems.iter().map(|problem| Value::String(problem.message.clone()));
    document.insert("errors".to_owned(), errors.collect());
    Value::Object(document)
}

/// Numbers behind texts, by the pointer of the value: nanoseconds of durations, bytes of sizes, ends of port ranges.
fn derived(project: &ComposeProject) -> Value {
    let mut derived = Map::new();
    for service in project.services() {
        let at = format!("/services/{}", escaped(service.name));
        if let Some(check) = service.healthcheck() {
            for key in ["interval", "timeout", "start_period", "start_interval"] {
                if let Some(duration) = check.duration(key) {
                    derived.insert(format!("{at}/healthcheck/{key}"), json!({ "nanoseconds": duration }));
                }
            }
        }
        let known = |node: Option<&Node>| node.filter(|node| !node.origin.is_unknown()).and_then(Node::as_str).map(str::to_owned);
        if let Some(duration) = known(service.get("stop_grace_period")).as_deref().and_then(duration_of) {
            derived.insert(format!("{at}/stop_grace_period"), json!({ "nanoseconds": duration }));
        }
        for key in ["mem_limit", "mem_reservation", "memswap_limit", "shm_size"] {
            if let Some(bytes) = known(service.get(key)).as_deref().and_then(bytes_of) {
                derived.insert(format!("{at}/{key}"), json!({ "bytes": bytes }));
            }
        }
        for port in service.ports() {
            if let Some((first, last)) = port.published_range() {
                derived.insert(format!("{at}/ports/{}/published", port.index), json!({ "first": first, "last": last }));
            }
        }
    }
    Value::Object(derived)
}
