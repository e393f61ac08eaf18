//! `extends`: services that begin as a copy of another one (compose-go, `loader/extends.go`).

use super::canonical;
use super::environment::Environment;
use super::include::is_remote;
use super::load::{Loading, MOST_NESTED, Reached};
use super::merge::merge_service;
use super::node::{Node, Origin, Ways};
use super::path::resolve_service;
use super::reset::{self, Reset};
use super::shapes::SERVICE;
use super::site::Site;
use super::validate::validate_part;
use super::variables;
use crate::source::FileId;
use crate::source::sources::{folder, join};

/// The services of one document, or of a file that is extended from.
struct Scope {
    file: FileId,
    /// Where `extends.file` starts from.
    directory: String,
    services: Node,
}

/// Merges every service of a document with the one that it extends.
pub(super) fn apply(
    loading: &mut Loading<'_>,
    document: &mut Node,
    file: FileId,
    directory: &str,
    environment: &Environment,
    resets: &[Reset],
) {
    let Some(services) = document.as_map_mut().and_then(|map| map.get_mut("services")) else { return };
    let names: Vec<String> =
        services.entries().filter(|(_, service)| service.get("extends").is_some()).map(|(name, _)| name.to_owned()).collect();
    if names.is_empty() {
        return;
    }
    let mut scopes = vec![Scope { file, directory: directory.to_owned(), services: std::mem::take(services) }];
    let mut done: Vec<(String, Node)> = Vec::with_capacity(names.len());
    for name in names {
        if let Some(service) = extended(loading, &mut scopes, &name, environment, resets) {
            done.push((name, service));
        }
    }
    let mut own = scopes.swap_remove(0).services;
    for (name, service) in done {
        if let Some(map) = own.as_map_mut() {
            map.insert(name.into(), service);
        }
    }
    if let Some(map) = document.as_map_mut() {
        map.insert("services".into(), own);
    }
}

/// One step of a chain of services.
struct Step {
    service: Node,
    name: String,
    extends: Origin,
    scope: usize,
}

/// A service of the first scope with all that it extends.
fn extended(
    loading: &mut Loading<'_>,
    scopes: &mut Vec<Scope>,
    name: &str,
    environment: &Environment,
    resets: &[Reset],
) -> Option<Node> {
    let mut chain: Vec<Step> = Vec::new();
    let (mut scope, mut name) = (0, name.to_owned());
    let mut service = scopes[0].services.get(&name)?.clone();
    let mut lost = true;
    loop {
        let extends = service.as_map_mut().and_then(|map| map.shift_remove("extends"));
        let Some(extends) = extends else {
            chain.push(Step { service, name, extends: Origin::default(), scope });
            lost = false;
            break;
        };
        let origin = extends.origin;
        validate_part(&extends, &["services", &name, "extends"], SERVICE.get("extends"), &mut loading.problems);
        if chain.iter().any(|step| step.scope == scope && step.name == name) {
            loading.refuse(origin, format!("`{name}` extends itself, directly or through others"));
            break;
        }
        if chain.len() >= MOST_NESTED {
            loading.refuse(origin, format!("services extend one another more than {MOST_NESTED} levels deep"));
            break;
        }
        let child = name.clone();
        let named = extends.as_str().map_or_else(|| extends.get("service").and_then(Node::as_str), Some);
        let found = named.and_then(|base| {
            let from = extends.get("file");
            let base_scope = match from.map(|from| (from, from.as_str())) {
                None => Some(scope),
                Some((from, Some(path))) => scope_of(loading, scopes, scope, path, from.origin, environment),
                Some((_, None)) => None,
            }?;
            let Some(found) = scopes[base_scope].services.get(base) else {
                let place = if base_scope == scope { "this file".to_owned() } else { loading.path_of(scopes[base_scope].file) };
                let at = extends.get("service").map_or(origin, |service| service.origin);
                if !at.is_unknown() {
                    loading.refuse(at, format!("`{child}` extends `{base}`, and there is no such service in {place}"));
                }
                return None;
            };
            Some((base_scope, base.to_owned(), found.clone()))
        });
        chain.push(Step { service, name, extends: origin, scope });
        match found {
            Some(next) => (scope, name, service) = next,
            None => break,
        }
    }
    // From the base to the service itself.
    let base = chain.pop()?;
    let mut merged = base.service;
    rebase(loading, &mut merged, base.scope, scopes);
    for step in chain.into_iter().rev() {
        let via = loading.sites.add(Site { location: step.extends.location(), way: Ways::EXTENDS });
        merged.each_mut(&mut |node| {
            node.origin.ways = node.origin.ways.with(Ways::EXTENDS);
            node.origin.via = node.origin.via.or(Some(via));
        });
        if step.scope == 0 {
            reset::apply(&mut merged, &reset::of_service(resets, &step.name));
        }
        let mut service = step.service;
        rebase(loading, &mut service, step.scope, scopes);
        let key = service.origin.key;
        let mut service_origin = service.origin;
        service_origin.key = key;
        merged = merge_service(merged, service, &step.name, &mut loading.problems);
        merged.origin = service_origin;
        if let Some(map) = merged.as_map_mut() {
            // Compose takes no scale and no second `extends` along.
            map.shift_remove("extends");
        }
    }
    if lost {
        merged.origin.ways = merged.origin.ways.with(Ways::UNKNOWN);
    }
    unmark(&mut merged);
    Some(merged)
}

/// A service of another file in its long form, with paths from the current directory.
fn rebase(loading: &mut Loading<'_>, service: &mut Node, scope: usize, scopes: &[Scope]) {
    if scope > 0 {
        canonical::of_service(service, &mut loading.problems);
        resolve_service(service, &scopes[scope].directory);
    }
}

/// What the service itself says overrides the base, but overrides no earlier file.
fn unmark(service: &mut Node) {
    service.each_mut(&mut |node| {
        if !node.origin.ways.has(Ways::EXTENDS) {
            node.origin.ways = node.origin.ways.without(Ways::OVERRIDE);
        }
    });
}

/// The services of a file, as they stand in it.
fn scope_of(
    loading: &mut Loading<'_>,
    scopes: &mut Vec<Scope>,
    from: usize,
    path: &str,
    origin: Origin,
    environment: &Environment,
) -> Option<usize> {
    if origin.is_unknown() || is_remote(path) {
        loading.unresolved(origin, path);
        return None;
    }
    let whole = join(&scopes[from].directory, path);
    let Reached::File(file) = loading.reach(&whole, origin) else { return None };
    if let Some(known) = scopes.iter().position(|scope| scope.file == file) {
        return Some(known);
    }
    let mut services: Option<Node> = None;
    let source = loading.sources.source(file);
    for mut decoded in loading.decoded(file) {
        let Some(mut root) = decoded.root.take() else { continue };
        variables::replace(&mut root, &source, environment, &mut loading.room, &mut loading.sites, &mut loading.problems);
        services = Some(match services {
            Some(before) => super::merge::merge(before, root, &mut loading.problems),
            None => root,
        });
    }
    let services = services.and_then(|mut root| root.as_map_mut()?.shift_remove("services")).unwrap_or_default();
    scopes.push(Scope { file, directory: folder(&whole).to_owned(), services });
    Some(scopes.len() - 1)
}
