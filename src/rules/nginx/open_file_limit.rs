use crate::nginx::configuration::Configuration;
use crate::nginx::write;
use crate::rules::check::Reporter;

pub fn check(configuration: &Configuration, out: &mut Reporter<'_>) {
    let Some(limit) = configuration.all("worker_rlimit_nofile").last() else { return };
    let Some(connections) = configuration.all("worker_connections").last() else { return };
    let (Some(files), Some(count), Some(value)) = (limit.number(), connections.number(), limit.argument(0)) else { return };
    if files >= count.saturating_mul(2) {
        return;
    }
    out.report_at(limit.at(value.span))
        .value("limit", value.text)
        .value("connections", connections.text(0))
        .related_at(connections.at(connections.arguments_span()), "connections")
        .edit(write::replace(limit, value, count.saturating_mul(2).to_string()))
        .emit();
}
