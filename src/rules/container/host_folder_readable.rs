use crate::live::mounts::{Exposure, exposure};
use crate::live::{Container, Engine};
use crate::rules::check::Reporter;

pub fn check(_: &Engine, container: &Container, out: &mut Reporter<'_>) {
    for (index, mount) in container.mounts.iter().enumerate() {
        // Worse ones have a rule of their own.
        if exposure(mount) == Some(Exposure::Readable) {
            out.report_fact(&container.pointer, &format!("/mounts/{index}/source"))
                .value("name", container.shown_name())
                .value("source", &mount.source)
                .emit();
        }
    }
}
