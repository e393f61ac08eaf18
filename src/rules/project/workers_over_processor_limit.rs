use crate::compose::{Node, Value};
use crate::nginx::write;
use crate::project::effective::{EffectiveService, System};
use crate::rules::check::Reporter;

pub fn check<'s>(system: &System<'s>, service: &EffectiveService<'s>, out: &mut Reporter<'_>) {
    let Some(web) = system.web_server(service) else { return };
    let own = service.service;
    let node = own.get("cpus").or_else(|| own.get("deploy")?.get("resources")?.get("limits")?.get("cpus"));
    let Some(limit) = node.and_then(number).filter(|limit| *limit > 0.0) else { return };
    if own.variable("NGINX_ENTRYPOINT_WORKER_PROCESSES_AUTOTUNE").is_some() {
        return;
    }
    out.project();
    for workers in web.directives().filter(|directive| directive.means("worker_processes") && directive.text(0) == "auto") {
        let Some(argument) = workers.argument(0) else { continue };
        let count = limit.ceil().min(64.0) as u32;
        let place = node.map_or(own.origin().key_location(), |node| node.origin.key_location());
        out.report_at(workers.at(argument.span))
            .value("limit", limit.to_string())
            .value("count", count.to_string())
            .related_at(place, "limit")
            .edit(write::replace(workers, argument, count.to_string()))
            .emit();
    }
}

fn number(node: &Node) -> Option<f64> {
    match &node.value {
        Value::Int(number) => Some(*number as f64),
        Value::Float(number) => Some(*number),
        Value::Text(text) => text.parse().ok(),
        _ => None,
    }
}
