use crate::live::snapshot::Product;
use crate::live::{Container, Engine};
use crate::rules::check::Reporter;

/// Podman reports `json-file` for whatever it uses in its place.
pub fn check(engine: &Engine, container: &Container, out: &mut Reporter<'_>) {
    let log = &container.log;
    let size = log.options.get("max-size").map(String::as_str);
    let bounded = size.is_some_and(|size| !size.is_empty() && size != "-1");
    if engine.product != Product::Podman && container.state.is_up() && log.driver == "json-file" && !bounded {
        out.report_fact(&container.pointer, "/log/driver").value("name", container.shown_name()).emit();
    }
}
