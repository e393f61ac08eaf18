use crate::live::mounts::is_engine_socket;
use crate::live::{Container, Engine};
use crate::rules::check::Reporter;

pub fn check(_: &Engine, container: &Container, out: &mut Reporter<'_>) {
    for (index, mount) in container.mounts.iter().enumerate().filter(|(_, mount)| is_engine_socket(mount)) {
        out.report_fact(&container.pointer, &format!("/mounts/{index}/source"))
            .value("name", container.shown_name())
            .value("source", format!("`{}`", mount.source))
            .emit();
    }
}
