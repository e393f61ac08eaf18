use crate::compose::{ComposeProject, Node, Service};
use crate::json_pointer;
use crate::rules::check::Reporter;

/// The commands that compose runs around a service, each with settings of its own.
const HOOKS: [&str; 3] = ["pre_start", "post_start", "pre_stop"];

pub fn check(project: &ComposeProject, service: Service<'_>, out: &mut Reporter<'_>) {
    for hook in HOOKS {
        for (index, item) in service.list(hook).iter().enumerate() {
            let Some(privileged) = item.get("privileged").filter(|privileged| privileged.as_bool() == Some(true)) else {
                continue;
            };
            if privileged.origin.is_unknown() || service.get("privileged").and_then(Node::as_bool) == Some(true) {
                continue;
            }
            let subject = format!("/services/{}/{hook}/{index}", json_pointer::escaped(service.name));
            let edits = out.declared(project, None, &subject, &[]);
            let draft = out.report_at(privileged.origin.location()).value("name", service.name).value("hook", hook);
            draft.declared(edits).emit();
        }
    }
}
