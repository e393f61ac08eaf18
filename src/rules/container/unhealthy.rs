use crate::live::probe::{ProbeFailure, last_failure, last_words};
use crate::live::{Container, Engine};
use crate::rules::check::Reporter;

pub fn check(_: &Engine, container: &Container, out: &mut Reporter<'_>) {
    let Some(health) = container.health.as_ref().filter(|health| health.status == "unhealthy") else { return };
    let draft = out
        .report_fact(&container.pointer, "/health/status")
        .value("name", container.shown_name())
        .value("streak", health.failing_streak.to_string());
    match last_failure(container) {
        // Another rule says that the probe itself is broken.
        Some((_, _, ProbeFailure::CannotRun { .. })) => {}
        Some((_, _, ProbeFailure::TimedOut)) => draft.variant("timeout").emit(),
        Some((_, probe, ProbeFailure::Failed)) => {
            let words = last_words(probe);
            let output = if words.is_empty() { String::new() } else { format!(": {words}") };
            draft.value("code", probe.exit_code.to_string()).value("output", output).emit();
        }
        None => draft.variant("silent").emit(),
    }
}
