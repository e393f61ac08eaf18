//! The fix of a service that nobody asks for its health: a `healthcheck` in words that its image has.

use serde_json::json;

use super::check::Reporter;
use crate::compose::written::pulled_image;
use crate::compose::{Service, image};
use crate::finding::Edit;

/// The edits that give a service a probe, with its program; `None` where no probe is known for its image, it has a part of one already, or
/// other services would get it too.
pub fn edits(service: Service<'_>, out: &Reporter<'_>) -> Option<(String, Vec<Edit>)> {
    let origin = service.origin();
    let (reference, _) = pulled_image(&service).filter(|_| origin.is_own() && service.get("healthcheck").is_none())?;
    let test = image::probe(&reference)?;
    let tool = test.get(1)?.split(' ').next()?.to_owned();
    let (tree, node) = out.yaml_at(origin.location())?;
    let check = json!({ "test": test, "interval": "10s", "timeout": "5s", "retries": 5 });
    let position = crate::yaml::edit::Position::End;
    Some((tool, out.edit_yaml(origin.file, tree, |editor| editor.insert(node, "healthcheck", check, position))?))
}
