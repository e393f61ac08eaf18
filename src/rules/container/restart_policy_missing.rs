use crate::live::{Container, Engine};
use crate::rules::check::Reporter;

pub fn check(_: &Engine, container: &Container, out: &mut Reporter<'_>) {
    // The policy of a swarm task lies with its service.
    if !container.state.is_up() || container.swarm_service.is_some() || container.auto_remove {
        return;
    }
    let draft = |out: &mut Reporter<'_>, variant: Option<&str>| {
        let draft = out.report_fact(&container.pointer, "/restart/policy").value("name", container.shown_name());
        match variant {
            Some(variant) => draft.variant(variant).emit(),
            None => draft.emit(),
        }
    };
    match (container.restart.policy.as_str(), container.restart.maximum) {
        ("no" | "", _) => draft(out, None),
        ("always" | "unless-stopped", _) | ("on-failure", 0) => draft(out, Some("unbounded")),
        _ => {}
    }
}
