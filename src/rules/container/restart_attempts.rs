use crate::live::{Container, Engine};
use crate::rules::check::Reporter;

pub fn check(_: &Engine, container: &Container, out: &mut Reporter<'_>) {
    if !container.state.is_up() || container.swarm_service.is_some() {
        return;
    }
    if let ("always" | "unless-stopped", _) | ("on-failure", 0) = (container.restart.policy.as_str(), container.restart.maximum) {
        out.report_fact(&container.pointer, "/restart/policy").value("name", container.shown_name()).emit();
    }
}
