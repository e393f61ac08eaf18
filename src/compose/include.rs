//! `include`: other projects, loaded by themselves and put under this one (compose-go, `loader/include.go`).

use super::environment::Environment;
use super::load::{Loading, MOST_INCLUDES, MOST_NESTED, Reached};
use super::merge;
use super::node::{Map, Node, Origin, Value, Ways};
use super::path::is_anchored;
use super::shapes::PROJECT;
use super::site::Site;
use super::validate::validate_part;
use crate::source::sources::{folder, join};

/// The kinds of things that an included project brings.
const KINDS: [&str; 6] = ["services", "volumes", "networks", "secrets", "configs", "models"];

/// Takes `include` from a document, and puts under its entries those of the projects that it names.
pub(super) fn apply(loading: &mut Loading<'_>, document: Node, directory: &str, environment: &Environment) -> Node {
    let mut document = document;
    let Some(include) = document.as_map_mut().and_then(|map| map.shift_remove("include")) else { return document };
    validate_part(&include, &["include"], PROJECT.get("include"), &mut loading.problems);
    for entry in include.items() {
        let included = one(loading, entry, directory, environment);
        if let Some(included) = included {
            document = under(loading, document, included);
        }
    }
    document
}

/// Loads what one entry names.
fn one(loading: &mut Loading<'_>, entry: &Node, directory: &str, outer: &Environment) -> Option<Node> {
    let texts = |key: &str| -> Vec<(&str, Origin)> {
        let node = entry.get(key);
        let items = node.map_or(&[][..], |node| if node.as_list().is_some() { node.items() } else { std::slice::from_ref(node) });
        items.iter().filter_map(|item| Some((item.as_str()?, item.origin))).collect()
    };
    let paths = entry.as_str().map_or_else(|| texts("path"), |path| vec![(path, entry.origin)]);
    let (first, _) = *paths.first()?;
    let base = match entry.get("project_directory").and_then(Node::as_str) {
        Some(named) if is_anchored(named) => named.to_owned(),
        Some(named) => join(directory, named),
        None => folder(&join(directory, first)).to_owned(),
    };
    let via = loading.sites.add(Site { location: entry.origin.location(), way: Ways::INCLUDE });
    let mut environment = outer.clone();
    let named = texts("env_file");
    if named.is_empty() {
        loading.add_env_file(&mut environment, &join(&base, ".env"), None);
    }
    for (path, origin) in named.iter().rev().filter(|(path, _)| *path != "/dev/null") {
        loading.add_env_file(&mut environment, &join(directory, path), Some(*origin));
    }
    let mut project: Option<Node> = None;
    for (path, origin) in paths {
        if origin.is_unknown() || is_remote(path) {
            loading.unresolved(origin, path);
            loading.lacks_names = true;
            continue;
        }
        let Reached::File(file) = loading.reach(&join(directory, path), origin) else {
            loading.lacks_names = true;
            continue;
        };
        if loading.including.contains(&file) {
            loading.refuse(origin, format!("include cycle: `{path}` includes itself, directly or through others"));
            continue;
        }
        if loading.including.len() >= MOST_NESTED {
            loading.refuse(origin, format!("includes are nested more than {MOST_NESTED} levels deep"));
            continue;
        }
        if loading.includes >= MOST_INCLUDES {
            loading.refuse(origin, format!("this project includes more than {MOST_INCLUDES} files; the rest is not read"));
            continue;
        }
        loading.includes += 1;
        loading.including.push(file);
        project = loading.file(project, file, &base, &environment);
        loading.including.pop();
    }
    let mut project = project?;
    super::path::resolve(&mut project, &base);
    project.each_mut(&mut |node| {
        node.origin.ways = node.origin.ways.with(Ways::INCLUDE);
        node.origin.via = node.origin.via.or(Some(via));
    });
    Some(project)
}

/// Whether a path is fetched from elsewhere.
pub(super) fn is_remote(path: &str) -> bool {
    path.contains("://") || path.starts_with("git@") || path.starts_with("github.com/")
}

/// Puts the things of an included project under those of a document: where both have one of a name, the document's lies on top.
fn under(loading: &mut Loading<'_>, mut document: Node, mut included: Node) -> Node {
    let origin = document.origin;
    if document.as_map().is_none() {
        document = Node::map(Map::default(), origin);
    }
    let (Some(own), Some(theirs)) = (document.as_map_mut(), included.as_map_mut()) else { return document };
    for kind in KINDS {
        let Some(theirs) = theirs.shift_remove(kind) else { continue };
        let ours = own.entry(kind.into()).or_default();
        if ours.as_map().is_none() || theirs.as_map().is_none() {
            *ours = merged(loading, kind, theirs, std::mem::take(ours), origin);
            continue;
        }
        // What only one of them has is moved: projects of hundreds of services are put together so.
        let (Some(ours), Value::Map(theirs)) = (ours.as_map_mut(), theirs.value) else { continue };
        for (name, theirs) in *theirs {
            match ours.get_mut(&name) {
                None => drop(ours.insert(name, theirs)),
                Some(ours) => {
                    let wrap = |node: Node| Node::map(Map::from_iter([(name.clone(), node)]), origin);
                    let mut both = merged(loading, kind, wrap(theirs), wrap(std::mem::take(ours)), origin);
                    *ours = both.as_map_mut().and_then(|both| both.shift_remove(&name)).unwrap_or_default();
                }
            }
        }
    }
    document
}

/// What both say of one kind.
fn merged(loading: &mut Loading<'_>, kind: &str, theirs: Node, ours: Node, origin: Origin) -> Node {
    let wrap = |node: Node| Node::map(Map::from_iter([(kind.into(), node)]), origin);
    let mut merged = merge::merge(wrap(theirs), wrap(ours), &mut loading.problems);
    merged.as_map_mut().and_then(|both| both.shift_remove(kind)).unwrap_or_default()
}
