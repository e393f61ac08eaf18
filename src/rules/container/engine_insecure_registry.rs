use crate::live::Engine;
use crate::rules::check::Reporter;

pub fn check(engine: &Engine, out: &mut Reporter<'_>) {
    for (index, registry) in engine.insecure_registries.iter().enumerate() {
        out.report_fact(&engine.pointer, &format!("/insecure_registries/{index}"))
            .value("host", engine.shown_host())
            .value("registry", registry)
            .emit();
    }
}
