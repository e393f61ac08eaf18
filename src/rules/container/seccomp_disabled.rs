use crate::live::{Container, Engine};
use crate::rules::check::Reporter;

pub fn check(_: &Engine, container: &Container, out: &mut Reporter<'_>) {
    if container.security_option("seccomp") == Some("unconfined") && !container.privileged {
        out.report_fact(&container.pointer, "/security_options").value("name", container.shown_name()).emit();
    }
}
