use crate::live::Engine;
use crate::rules::check::Reporter;

pub fn check(engine: &Engine, out: &mut Reporter<'_>) {
    for (index, warning) in engine.warnings.iter().enumerate() {
        let open = warning.contains("API is accessible on http://") || warning.contains("without TLS client verification");
        if open {
            out.report_fact(&engine.pointer, &format!("/warnings/{index}")).value("host", engine.shown_host()).emit();
            // One is enough to say it.
            return;
        }
    }
}
