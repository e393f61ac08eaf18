use crate::live::{Container, Engine};
use crate::rules::check::Reporter;

pub fn check(_: &Engine, container: &Container, out: &mut Reporter<'_>) {
    let Some(answer) = container.answer.as_ref().filter(|answer| !(200..300).contains(&answer.status)) else { return };
    let fact = if answer.status == 0 { "/answer/error" } else { "/answer/status" };
    let draft = out
        .report_fact(&container.pointer, fact)
        .value("name", container.shown_name())
        .value("address", &answer.address)
        .value("status", answer.status.to_string())
        .value("error", &answer.error);
    if answer.status == 0 { draft.variant("silent").emit() } else { draft.emit() }
}
