//! The fix of a service that nobody asks for its health: a `healthcheck` in words that its image has.

use serde_json::json;

use super::awaiting;
use super::check::Reporter;
use crate::compose::written::pulled_image;
use crate::compose::{ComposeProject, Node, Service, Ways, image};
use crate::finding::Edit;
use crate::yaml::edit::Position;

/// The edits that give a service a probe, with its program, and let those wait for it who start after it; `None` where no probe is known
/// for its image, it has a part of one already, or other services would get it too.
pub fn edits(project: &ComposeProject, service: Service<'_>, out: &Reporter<'_>) -> Option<(String, Vec<Edit>)> {
    let origin = service.origin();
    let (reference, _) = pulled_image(&service).filter(|_| origin.is_own() && service.get("healthcheck").is_none())?;
    let test = image::probe(&reference)?;
    let tool = test.get(1)?.split(' ').next()?.to_owned();
    let (tree, node) = out.yaml_at(origin.location())?;
    let check = json!({ "test": test, "interval": "10s", "timeout": "5s", "retries": 5 });
    let mut edits = out.edit_yaml(origin.file, tree, |editor| editor.insert(node, "healthcheck", check, Position::End))?;
    let has_probe = |name: &str| name == service.name || project.service(name).is_some_and(|target| target.says_probe());
    for other in project.services() {
        let dependency = other.get("depends_on").and_then(|list| list.get(service.name));
        let is_started = |node: &&Node| node.get("condition").and_then(Node::as_str) == Some("service_started");
        // What compose adds by itself, for a link, is waited for in no other way.
        let Some(dependency) = dependency.filter(is_started).filter(|node| !node.origin.ways.has(Ways::IMPLIED)) else {
            continue;
        };
        if !dependency.origin.is_here() {
            return None;
        }
        edits.extend(awaiting::edits(other, dependency, &has_probe, out)?);
    }
    Some((tool, edits))
}
