use crate::live::{Container, Engine};
use crate::rules::check::Reporter;

/// Each of the three ways to say it counts.
pub fn check(_: &Engine, container: &Container, out: &mut Reporter<'_>) {
    let limits = &container.limits;
    let limited = limits.processor_thousandths > 0 || limits.processor_shares > 0 || !limits.processor_set.is_empty();
    if container.state.is_up() && !limited {
        out.report_fact(&container.pointer, "/limits").value("name", container.shown_name()).emit();
    }
}
