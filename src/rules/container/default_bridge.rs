use crate::live::snapshot::Product;
use crate::live::{Container, Engine};
use crate::rules::check::Reporter;

/// Podman calls the network that it makes for everyone `podman`.
pub fn check(engine: &Engine, container: &Container, out: &mut Reporter<'_>) {
    let default = if engine.product == Product::Podman { "podman" } else { "bridge" };
    if let Some(index) = container.networks.iter().position(|network| network == default) {
        out.report_fact(&container.pointer, &format!("/networks/{index}")).value("name", container.shown_name()).emit();
    }
}
