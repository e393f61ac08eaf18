use crate::compose::{ComposeProject, Node, Service};
use crate::finding::Environment;
use crate::project::environment::guess;
use crate::rules::check::Reporter;

/// In files that say they are for production: most of those that say nothing are for development.
pub fn check(_: &ComposeProject, service: Service<'_>, out: &mut Reporter<'_>) {
    let Some(build) = service.build().filter(|_| guess(&out.document().source.path) == Some(Environment::Production)) else {
        return;
    };
    let Some(context) = build.get("context").filter(|context| !context.origin.is_unknown()).and_then(Node::as_str) else {
        return;
    };
    for mount in service.volumes().filter(|mount| mount.kind == "bind" && !mount.is_unknown() && !mount.read_only) {
        let Some(source) = mount.source else { continue };
        let around = source == context || context.strip_prefix(source).is_some_and(|rest| rest.starts_with('/'));
        if around {
            let draft = out.report_at(mount.node.origin.location()).value("name", service.name);
            draft.value("target", mount.target).value("source", source).emit();
        }
    }
}
