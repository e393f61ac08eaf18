use crate::live::Engine;
use crate::rules::check::Reporter;

pub fn check(engine: &Engine, out: &mut Reporter<'_>) {
    if engine.security.is_some() && !engine.maps_users() {
        out.report_fact(&engine.pointer, "/name").value("host", engine.shown_host()).emit();
    }
}
