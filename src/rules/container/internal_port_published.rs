use crate::live::services::internal_service;
use crate::live::{Container, Engine};
use crate::rules::check::Reporter;

pub fn check(_: &Engine, container: &Container, out: &mut Reporter<'_>) {
    for (index, port) in container.numbered_ports().filter(|(_, port)| port.is_on_all_addresses()) {
        let Some(service) = internal_service(port) else { continue };
        out.report_fact(&container.pointer, &format!("/ports/{index}/target"))
            .value("service", service)
            .value("name", container.shown_name())
            .value("published", port.published.to_string())
            .emit();
    }
}
