use crate::live::users::{Runs, runs};
use crate::live::{Container, Engine};
use crate::rules::check::Reporter;

pub fn check(engine: &Engine, container: &Container, out: &mut Reporter<'_>) {
    if runs(engine, container) == Runs::DeclaredRoot && !engine.maps_users() {
        out.report_fact(&container.pointer, "/user").value("name", container.shown_name()).emit();
    }
}
