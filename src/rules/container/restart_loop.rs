use crate::live::state::exit_meaning;
use crate::live::words::span;
use crate::live::{Container, Engine};
use crate::rules::check::Reporter;

/// Fewer restarts than this are no loop.
const MANY: u64 = 3;

/// Whoever has run for longer than this, in seconds, has come up.
const SHORT: i64 = 600;

pub fn check(_: &Engine, container: &Container, out: &mut Reporter<'_>) {
    let state = &container.state;
    let name = container.shown_name();
    match state.running_seconds {
        _ if state.status == "restarting" => {
            let meaning = exit_meaning(state).map_or(String::new(), |words| format!(", {words}"));
            out.report_fact(&container.pointer, "/state/restarts")
                .variant("now")
                .value("name", name)
                .value("restarts", state.restarts.to_string())
                .value("code", state.exit_code.to_string())
                .value("meaning", meaning)
                .emit();
        }
        Some(seconds) if state.restarts >= MANY && seconds < SHORT => {
            out.report_fact(&container.pointer, "/state/restarts")
                .value("name", name)
                .value("restarts", state.restarts.to_string())
                .value("ago", span(seconds))
                .emit();
        }
        _ => {}
    }
}
