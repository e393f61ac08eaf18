use crate::live::{Container, Engine};
use crate::rules::check::Reporter;

pub fn check(_: &Engine, container: &Container, out: &mut Reporter<'_>) {
    let Some(allowed) = out.policy().published_ports() else { return };
    let names =
        if allowed.is_empty() { "none".to_owned() } else { allowed.iter().map(u16::to_string).collect::<Vec<_>>().join(", ") };
    let open = container.numbered_ports().filter(|(_, port)| port.is_on_all_addresses() && !allowed.contains(&port.published));
    for (index, port) in open {
        out.report_fact(&container.pointer, &format!("/ports/{index}/published"))
            .value("name", container.shown_name())
            .value("published", port.published.to_string())
            .value("allowed", &names)
            .emit();
    }
}
