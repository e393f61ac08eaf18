use crate::live::mounts::is_raw_device;
use crate::live::{Container, Engine};
use crate::rules::check::Reporter;

pub fn check(_: &Engine, container: &Container, out: &mut Reporter<'_>) {
    if container.privileged {
        return;
    }
    for (index, device) in container.devices.iter().enumerate().filter(|(_, device)| !is_raw_device(&device.host)) {
        out.report_fact(&container.pointer, &format!("/devices/{index}/host"))
            .value("name", container.shown_name())
            .value("device", &device.host)
            .emit();
    }
}
