use crate::live::{Container, Engine};
use crate::rules::check::Reporter;

pub fn check(_: &Engine, container: &Container, out: &mut Reporter<'_>) {
    if !container.state.is_up() || container.health.is_some() {
        return;
    }
    let name = container.shown_name();
    match container.healthcheck.first().map(String::as_str) {
        None => out.report_fact(&container.pointer, "/name").value("name", name).emit(),
        Some("NONE") => out.report_fact(&container.pointer, "/healthcheck/0").variant("disabled").value("name", name).emit(),
        Some(_) => {}
    }
}
