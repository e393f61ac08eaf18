use crate::live::{Container, Engine};
use crate::rules::check::Reporter;

/// Podman writes out what `ALL` stands for: so any that is dropped counts.
pub fn check(_: &Engine, container: &Container, out: &mut Reporter<'_>) {
    if container.state.is_up() && container.capabilities_dropped.is_empty() && !container.privileged {
        out.report_fact(&container.pointer, "/name").value("name", container.shown_name()).emit();
    }
}
