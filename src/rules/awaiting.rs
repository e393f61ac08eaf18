//! The fix of those who start before what they need is ready: `condition: service_healthy`.

use serde_json::{Map, json};

use super::check::Reporter;
use crate::compose::{Node, Service};
use crate::finding::Edit;
use crate::source::Span;
use crate::yaml::NodeKind;

/// The edits that make a service wait for the probe of a dependency: the word, where a condition is written, else the long form for all of
/// the list. `has_probe` says of which others of the list the probe can be waited for too.
pub fn edits(service: Service<'_>, dependency: &Node, has_probe: &dyn Fn(&str) -> bool, out: &Reporter<'_>) -> Option<Vec<Edit>> {
    match dependency.get("condition").filter(|condition| condition.origin.is_own()) {
        Some(condition) => word(condition, out),
        None => whole(service, has_probe, out),
    }
}

/// `service_started` that is written.
fn word(condition: &Node, out: &Reporter<'_>) -> Option<Vec<Edit>> {
    let origin = condition.origin;
    let (tree, node) = out.yaml_at(origin.location())?;
    out.edit_yaml(origin.file, tree, |editor| editor.set(node, json!("service_healthy")))
}

/// The short form becomes the long one, for all that stands in it; whoever has a probe is waited for.
fn whole(service: Service<'_>, has_probe: &dyn Fn(&str) -> bool, out: &Reporter<'_>) -> Option<Vec<Edit>> {
    let list = service.get("depends_on")?;
    let origin = list.origin;
    let (tree, node) = out.yaml_at(origin.location())?;
    let NodeKind::Sequence { items, .. } = &tree.node(node).kind else { return None };
    let mut entries = Map::new();
    for item in items {
        let name = tree.str(*item)?;
        let dependency = list.get(name)?;
        let condition = if has_probe(name) { "service_healthy" } else { "service_started" };
        if dependency.origin.file != origin.file {
            return None;
        }
        entries.insert(name.to_owned(), json!({ "condition": condition }));
    }
    let text = out.text_of(origin.file);
    // What is written anew would lose its comments.
    let span = tree.node(node).span;
    let lines = Span::new(span.start(), text[span.end()..].find('\n').map_or(text.len(), |end| span.end() + end));
    if lines.slice(text).contains('#') {
        return None;
    }
    out.edit_yaml(origin.file, tree, |editor| editor.set(node, entries.into()))
}
