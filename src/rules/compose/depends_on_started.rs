use serde_json::{Map, json};

use crate::compose::{ComposeProject, Node, Service};
use crate::finding::Edit;
use crate::rules::check::Reporter;
use crate::source::Span;
use crate::yaml::NodeKind;

pub fn check(project: &ComposeProject, service: Service<'_>, out: &mut Reporter<'_>) {
    let Some(list) = service.get("depends_on").filter(|list| !list.origin.is_unknown()) else { return };
    for (name, dependency) in service.depends_on() {
        let condition = dependency.get("condition");
        let started = condition.and_then(Node::as_str) == Some("service_started");
        let (true, true, Some(target)) = (started, dependency.origin.is_here(), project.service(name)) else { continue };
        let Some(probe) = target.healthcheck().filter(|check| !check.is_disabled() && !check.test().is_empty()) else { continue };
        let written = condition.filter(|condition| condition.origin.is_own());
        let edits = match written {
            Some(condition) => word(condition, out),
            None => whole(project, service, list, out),
        };
        let place = written.map_or(dependency.origin.location(), |condition| condition.origin.location());
        let draft = out.report_at(place).value("name", service.name).value("dependency", name);
        let draft = draft.related_at(probe.node.origin.key_location(), "probe");
        edits.into_iter().flatten().fold(draft, |draft, edit| draft.edit(edit)).emit();
    }
}

/// `service_started` that is written.
fn word(condition: &Node, out: &Reporter<'_>) -> Option<Vec<Edit>> {
    let origin = condition.origin;
    let (tree, node) = out.yaml_at(origin.location())?;
    out.edit_yaml(origin.file, tree, |editor| editor.set(node, json!("service_healthy")))
}

/// The short form becomes the long one, for all that stands in it; whoever has a probe is waited for.
fn whole(project: &ComposeProject, service: Service<'_>, list: &Node, out: &Reporter<'_>) -> Option<Vec<Edit>> {
    let origin = list.origin;
    let (tree, node) = out.yaml_at(origin.location())?;
    let NodeKind::Sequence { items, .. } = &tree.node(node).kind else { return None };
    let mut entries = Map::new();
    for item in items {
        let name = tree.str(*item)?;
        let dependency = service.get("depends_on")?.get(name)?;
        let has_probe =
            project.service(name)?.healthcheck().is_some_and(|check| !check.is_disabled() && !check.test().is_empty());
        let condition = if has_probe { "service_healthy" } else { "service_started" };
        let mut entry = Map::new();
        entry.insert("condition".to_owned(), json!(condition));
        if dependency.origin.file != origin.file {
            return None;
        }
        entries.insert(name.to_owned(), entry.into());
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
