use crate::catalog::capabilities::{plain, power};
use crate::live::{Container, Engine};
use crate::rules::check::Reporter;

pub fn check(_: &Engine, container: &Container, out: &mut Reporter<'_>) {
    // A privileged container has them all, and another rule says so.
    if container.privileged {
        return;
    }
    for (index, added) in container.capabilities_added.iter().enumerate() {
        let name = plain(added);
        if let Some(power) = power(&name) {
            let capability = if name == "ALL" { "all capabilities" } else { &name };
            out.report_fact(&container.pointer, &format!("/capabilities_added/{index}"))
                .value("name", container.shown_name())
                .value("capability", capability)
                .value("power", power)
                .emit();
        }
    }
}
