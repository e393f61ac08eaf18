use crate::live::{Container, Engine};
use crate::rules::check::Reporter;

pub fn check(_: &Engine, container: &Container, out: &mut Reporter<'_>) {
    // The policy of a swarm task lies with its service.
    if !container.state.is_up() || container.swarm_service.is_some() || container.auto_remove {
        return;
    }
    if matches!(container.restart.policy.as_str(), "no" | "") {
        out.report_fact(&container.pointer, "/restart/policy").value("name", container.shown_name()).emit();
    }
}
