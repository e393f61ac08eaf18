use crate::live::Engine;
use crate::rules::check::Reporter;

/// What a slow answer and an ordinary clock make together.
const TOLERATED: u64 = 60;

pub fn check(engine: &Engine, out: &mut Reporter<'_>) {
    let Some(ahead) = engine.clock_ahead_seconds.filter(|ahead| ahead.unsigned_abs() > TOLERATED) else { return };
    out.report_fact(&engine.pointer, "/clock_ahead_seconds")
        .value("host", engine.shown_host())
        .value("seconds", ahead.unsigned_abs().to_string())
        .emit();
}
