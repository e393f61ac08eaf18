use super::probe_timing::{INTERVAL, RETRIES, words};
use crate::compose::{ComposeProject, Node, Service};
use crate::rules::check::Reporter;

/// Only where both are written, or the interval is the one that the engine has.
pub fn check(_: &ComposeProject, service: Service<'_>, out: &mut Reporter<'_>) {
    let Some(check) = service.healthcheck().filter(|check| !check.is_disabled()) else { return };
    let (Some(node), Some(timeout)) = (check.node.get("timeout"), check.duration("timeout")) else { return };
    let interval = match check.node.get("interval") {
        Some(_) => check.duration("interval").filter(|interval| *interval > 0),
        None => Some(INTERVAL),
    };
    let Some(interval) = interval.filter(|interval| timeout > *interval) else { return };
    let retries = check.node.get("retries").and_then(Node::as_int).filter(|count| *count > 0).unwrap_or(RETRIES);
    let draft = out.report_at(node.origin.location()).value("name", service.name);
    let draft = draft.value("timeout", words(timeout)).value("interval", words(interval));
    let late = words(timeout.saturating_add(interval).saturating_mul(retries));
    draft.value("late", late).value("expected", words(interval.saturating_mul(retries))).emit();
}
