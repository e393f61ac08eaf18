use crate::live::{Container, Engine};
use crate::rules::check::Reporter;

pub fn check(_: &Engine, container: &Container, out: &mut Reporter<'_>) {
    let shared = container.mounts.iter().enumerate().filter(|(_, mount)| mount.propagation.ends_with("shared"));
    for (index, mount) in shared {
        out.report_fact(&container.pointer, &format!("/mounts/{index}/propagation"))
            .value("name", container.shown_name())
            .value("target", &mount.target)
            .emit();
    }
}
