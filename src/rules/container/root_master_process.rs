use crate::live::users::{Runs, runs};
use crate::live::words::command;
use crate::live::{Container, Engine};
use crate::rules::check::Reporter;

pub fn check(engine: &Engine, container: &Container, out: &mut Reporter<'_>) {
    let Runs::AsRootMaster(process) = runs(engine, container) else { return };
    if engine.maps_users() {
        return;
    }
    out.report_fact(&container.pointer, "/processes/0/command")
        .value("name", container.shown_name())
        .value("command", command(&process.command))
        .emit();
}
