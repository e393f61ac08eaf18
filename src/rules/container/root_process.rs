use crate::live::users::{Runs, runs};
use crate::live::words::command;
use crate::live::{Container, Engine};
use crate::rules::check::Reporter;

pub fn check(engine: &Engine, container: &Container, out: &mut Reporter<'_>) {
    let Runs::AsRoot(process) = runs(engine, container) else { return };
    let processes = container.processes.as_deref().unwrap_or_default();
    let index = processes.iter().position(|other| other.pid == process.pid).unwrap_or_default();
    let draft = out
        .report_fact(&container.pointer, &format!("/processes/{index}/command"))
        .value("name", container.shown_name())
        .value("command", command(&process.command))
        .value("host", process.user_id.unwrap_or_default().to_string());
    match (engine.rootless, engine.first_remapped_user) {
        (true, _) => draft.variant("rootless").emit(),
        (false, Some(_)) => draft.variant("remapped").emit(),
        (false, None) => draft.emit(),
    }
}
