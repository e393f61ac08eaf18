use crate::live::Engine;
use crate::live::snapshot::Product;
use crate::rules::check::Reporter;

pub fn check(engine: &Engine, out: &mut Reporter<'_>) {
    if engine.product == Product::Docker && engine.live_restore == Some(false) && !engine.swarm {
        out.report_fact(&engine.pointer, "/live_restore").value("host", engine.shown_host()).emit();
    }
}
