use crate::live::services::internal_service;
use crate::live::{Container, Engine};
use crate::rules::check::Reporter;

pub fn check(_: &Engine, container: &Container, out: &mut Reporter<'_>) {
    let all = container.numbered_ports().filter(|(_, port)| port.is_on_all_addresses());
    // Stores are worse and have a rule of their own.
    for (index, port) in all.filter(|(_, port)| internal_service(port).is_none()) {
        out.report_fact(&container.pointer, &format!("/ports/{index}/published"))
            .value("name", container.shown_name())
            .value("published", port.published.to_string())
            .emit();
    }
}
