use crate::live::probe::{ProbeFailure, last_failure};
use crate::live::{Container, Engine};
use crate::rules::check::Reporter;

pub fn check(_: &Engine, container: &Container, out: &mut Reporter<'_>) {
    let Some((index, _, ProbeFailure::CannotRun { program })) = last_failure(container) else { return };
    let draft = out.report_fact(&container.pointer, &format!("/health/log/{index}/output")).value("name", container.shown_name());
    match program {
        Some(program) => draft.value("program", program).emit(),
        None => draft.variant("unnamed").emit(),
    }
}
