use crate::live::Engine;
use crate::rules::check::Reporter;

pub fn check(engine: &Engine, out: &mut Reporter<'_>) {
    let Some(security) = &engine.security else { return };
    if security.seccomp.as_deref().is_none_or(|profile| profile == "unconfined") {
        out.report_fact(&engine.pointer, "/security/seccomp").value("host", engine.shown_host()).emit();
    }
}
