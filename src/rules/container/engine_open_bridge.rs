use crate::live::Engine;
use crate::rules::check::Reporter;

pub fn check(engine: &Engine, out: &mut Reporter<'_>) {
    if engine.default_bridge_is_open == Some(true) {
        out.report_fact(&engine.pointer, "/default_bridge_is_open").value("host", engine.shown_host()).emit();
    }
}
