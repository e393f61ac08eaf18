use crate::live::snapshot::Product;
use crate::live::{Container, Engine};
use crate::rules::check::Reporter;

/// From this many on, a fault that all containers share is told once, of the engine.
const MANY: usize = 3;

pub fn check(engine: &Engine, out: &mut Reporter<'_>) {
    // Podman reports `json-file` for whatever it uses in its place.
    if engine.product == Product::Podman {
        return;
    }
    let up = engine.containers.iter().filter(|container| container.state.is_up());
    let unbounded: Vec<&Container> = up.clone().filter(|container| grows(container)).collect();
    if unbounded.len() >= MANY && unbounded.len() == up.count() && engine.logging_driver == "json-file" {
        out.report_fact(&engine.pointer, "/logging_driver")
            .variant("all")
            .value("count", unbounded.len().to_string())
            .value("host", engine.shown_host())
            .emit();
        return;
    }
    for container in unbounded {
        out.report_fact(&container.pointer, "/log/driver").value("name", container.shown_name()).emit();
    }
}

fn grows(container: &Container) -> bool {
    let size = container.log.options.get("max-size").map(String::as_str);
    container.log.driver == "json-file" && size.is_none_or(|size| size.is_empty() || size == "-1")
}
