use crate::live::{Container, Engine};
use crate::rules::check::Reporter;

pub fn check(engine: &Engine, container: &Container, out: &mut Reporter<'_>) {
    let everywhere = engine.security.as_ref().is_some_and(|security| security.no_new_privileges);
    if container.state.is_up() && !container.no_new_privileges && !everywhere && !container.privileged {
        out.report_fact(&container.pointer, "/no_new_privileges").value("name", container.shown_name()).emit();
    }
}
