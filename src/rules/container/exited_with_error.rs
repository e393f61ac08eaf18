use crate::live::state::{exit_meaning, was_stopped};
use crate::live::{Container, Engine};
use crate::rules::check::Reporter;

pub fn check(_: &Engine, container: &Container, out: &mut Reporter<'_>) {
    let state = &container.state;
    let has_ended = matches!(state.status.as_str(), "exited" | "stopped" | "dead");
    // That it ran out of memory is said elsewhere.
    if !has_ended || state.exit_code == 0 || state.out_of_memory || was_stopped(state) {
        return;
    }
    let meaning = exit_meaning(state).map_or(String::new(), |words| format!(" ({words})"));
    out.report_fact(&container.pointer, "/state/exit_code")
        .value("name", container.shown_name())
        .value("code", state.exit_code.to_string())
        .value("meaning", meaning)
        .emit();
}
