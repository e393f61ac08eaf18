use crate::live::{Container, Engine};
use crate::rules::check::Reporter;

pub fn check(_: &Engine, container: &Container, out: &mut Reporter<'_>) {
    for (index, port) in container.numbered_ports().filter(|(_, port)| port.published < 1024) {
        out.report_fact(&container.pointer, &format!("/ports/{index}/published"))
            .value("name", container.shown_name())
            .value("published", port.published.to_string())
            .emit();
    }
}
