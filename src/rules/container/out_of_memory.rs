use crate::live::words::bytes;
use crate::live::{Container, Engine};
use crate::rules::check::Reporter;

pub fn check(_: &Engine, container: &Container, out: &mut Reporter<'_>) {
    if !container.state.out_of_memory {
        return;
    }
    let limit = match container.limits.memory {
        0 => "it has no limit, so the host itself was full".to_owned(),
        limit => format!("its limit is {}", bytes(limit)),
    };
    let (limits, label) = (out.fact(&container.pointer, "/limits/memory"), "limit");
    out.report_fact(&container.pointer, "/state/out_of_memory")
        .value("name", container.shown_name())
        .value("limit", limit)
        .related(limits, label)
        .emit();
}
