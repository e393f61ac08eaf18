use crate::live::mounts::{Exposure, exposure};
use crate::live::{Container, Engine};
use crate::rules::check::Reporter;

pub fn check(_: &Engine, container: &Container, out: &mut Reporter<'_>) {
    for (index, mount) in container.mounts.iter().enumerate() {
        let Some(exposure) = exposure(mount).filter(|exposure| *exposure > Exposure::Readable) else { continue };
        let draft = out
            .report_fact(&container.pointer, &format!("/mounts/{index}/source"))
            .value("name", container.shown_name())
            .value("source", &mount.source);
        match exposure {
            Exposure::Writable => draft.emit(),
            _ => draft.variant("secrets").emit(),
        }
    }
}
