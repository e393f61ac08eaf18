use crate::nginx::configuration::Configuration;
use crate::nginx::write;
use crate::rules::check::Reporter;

pub fn check(configuration: &Configuration, out: &mut Reporter<'_>) {
    if !configuration.is_whole_at_top() || configuration.all("worker_rlimit_nofile").next().is_some() {
        return;
    }
    let Some(connections) = configuration.all("worker_connections").last() else { return };
    let (Some(count), Some(events)) = (connections.number(), connections.parent()) else { return };
    let line = format!("worker_rlimit_nofile {};", count.saturating_mul(2));
    out.report_at(connections.at(connections.arguments_span()))
        .value("connections", connections.text(0))
        .edit(write::add_before(events, &[&line]))
        .emit();
}
