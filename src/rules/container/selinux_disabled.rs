use crate::live::{Container, Engine};
use crate::rules::check::Reporter;

pub fn check(engine: &Engine, container: &Container, out: &mut Reporter<'_>) {
    let offered = engine.security.as_ref().is_some_and(|security| security.selinux);
    if offered && container.security_option("label") == Some("disable") && !container.privileged {
        out.report_fact(&container.pointer, "/security_options").value("name", container.shown_name()).emit();
    }
}
