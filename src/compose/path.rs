//! Paths of a project, from where its files lie (compose-go, `paths/resolve.go`).

use super::node::{Node, Value, Ways};
use super::volume::is_host_path;
use crate::source::sources::join;

/// Makes every relative path one from the current directory; `directory` is that of the project, or of the file that a service
/// was extended from. What was made so before stays.
pub(super) fn resolve(root: &mut Node, directory: &str) {
    let Some(map) = root.as_map_mut() else { return };
    for service in map.get_mut("services").and_then(Node::as_map_mut).into_iter().flat_map(|services| services.values_mut()) {
        resolve_service(service, directory);
    }
    for kind in ["secrets", "configs"] {
        for resource in map.get_mut(kind).and_then(Node::as_map_mut).into_iter().flat_map(|resources| resources.values_mut()) {
            at(resource, &["file"], directory);
        }
    }
    for volume in map.get_mut("volumes").and_then(Node::as_map_mut).into_iter().flat_map(|volumes| volumes.values_mut()) {
        let options = |key: &str| volume.get("driver_opts").and_then(|options| options.get(key)).and_then(Node::as_str);
        let local = volume.get("driver").is_none_or(|driver| driver.as_str() == Some("local"));
        if local && options("o") == Some("bind") {
            at(volume, &["driver_opts", "device"], directory);
        }
    }
}

/// As [`resolve`], for one service in its long form.
pub(super) fn resolve_service(service: &mut Node, directory: &str) {
    if let Some(context) = service
        .as_map_mut()
        .and_then(|map| map.get_mut("build"))
        .and_then(Node::as_map_mut)
        .and_then(|build| build.get_mut("context"))
    {
        resolve_unless(context, directory, is_remote);
    }
    let contexts = service
        .as_map_mut()
        .and_then(|map| map.get_mut("build"))
        .and_then(Node::as_map_mut)
        .and_then(|build| build.get_mut("additional_contexts"));
    for context in contexts.and_then(Node::as_map_mut).into_iter().flat_map(|contexts| contexts.values_mut()) {
        resolve_unless(context, directory, is_remote);
    }
    at(service, &["extends", "file"], directory);
    let Some(map) = service.as_map_mut() else { return };
    for (list, key) in [("env_file", "path"), ("label_file", "")] {
        for item in items(map.get_mut(list)) {
            if key.is_empty() { resolve_unless(item, directory, |_| false) } else { at(item, &[key], directory) }
        }
    }
    for item in items(map.get_mut("volumes")) {
        if item.get("type").and_then(Node::as_str) == Some("bind") {
            at(item, &["source"], directory);
        }
    }
    let develop = map.get_mut("develop").and_then(Node::as_map_mut);
    for item in items(develop.and_then(|develop| develop.get_mut("watch"))) {
        at(item, &["path"], directory);
    }
}

fn items(list: Option<&mut Node>) -> impl Iterator<Item = &mut Node> {
    let items = match list.map(|list| &mut list.value) {
        Some(Value::List(items)) => Some(items),
        _ => None,
    };
    items.into_iter().flatten()
}

/// Resolves the text below a node at keys, where there is one.
fn at(node: &mut Node, keys: &[&str], directory: &str) {
    let mut node = node;
    for key in keys {
        match node.as_map_mut().and_then(|map| map.get_mut(*key)) {
            Some(next) => node = next,
            None => return,
        }
    }
    resolve_unless(node, directory, |_| false);
}

fn resolve_unless(node: &mut Node, directory: &str, foreign: fn(&str) -> bool) {
    if node.origin.ways.has(Ways::RESOLVED) {
        return;
    }
    node.origin.ways = node.origin.ways.with(Ways::RESOLVED);
    let Value::Text(path) = &mut node.value else { return };
    if !path.is_empty() && !is_anchored(path) && !foreign(path) {
        *path = join(directory, path).into();
    }
}

/// Whether a path starts elsewhere than in the directory: at a root, in a home, on a drive.
pub(super) fn is_anchored(path: &str) -> bool {
    !path.starts_with('.') && is_host_path(path)
}

/// Whether a context is fetched: a repository, an archive, an image, another service.
pub fn is_remote(context: &str) -> bool {
    context.contains("://")
        || ["git@", "github.com/", "service:", "docker-image:", "oci-layout:", "target:", "container-image:"]
            .iter()
            .any(|prefix| context.starts_with(prefix))
}
