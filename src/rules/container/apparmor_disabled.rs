use crate::live::{Container, Engine};
use crate::rules::check::Reporter;

/// Only where the host has AppArmor: elsewhere there is nothing to switch off.
pub fn check(engine: &Engine, container: &Container, out: &mut Reporter<'_>) {
    let offered = engine.security.as_ref().is_some_and(|security| security.apparmor);
    let off = container.apparmor_profile == "unconfined" || container.security_option("apparmor") == Some("unconfined");
    if offered && off && !container.privileged {
        out.report_fact(&container.pointer, "/apparmor_profile").value("name", container.shown_name()).emit();
    }
}
