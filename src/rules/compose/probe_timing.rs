use crate::compose::{ComposeProject, Node, Service};
use crate::rules::check::Reporter;

const MILLISECOND: i64 = 1_000_000;
const MINUTE: i64 = 60_000 * MILLISECOND;

/// What the engine waits between two probes, and how many have to fail, when nobody says.
pub(super) const INTERVAL: i64 = MINUTE / 2;
pub(super) const RETRIES: i64 = 3;

/// Later than this nobody learns of a failure by its probe.
const LATE: i64 = 30 * MINUTE;

pub fn check(_: &ComposeProject, service: Service<'_>, out: &mut Reporter<'_>) {
    let Some(check) = service.healthcheck().filter(|check| !check.is_disabled()) else { return };
    for key in ["interval", "timeout", "start_period", "start_interval"] {
        let (Some(node), Some(duration)) = (check.node.get(key), check.duration(key)) else { continue };
        if duration != 0 && duration < MILLISECOND {
            let draft = out.report_at(node.origin.location()).variant("refused").value("key", key);
            draft.value("value", node.as_str().unwrap_or_default()).value("name", service.name).emit();
            return;
        }
    }
    let retries = check.node.get("retries");
    let count = retries.and_then(Node::as_int).filter(|count| *count > 0).unwrap_or(RETRIES);
    let interval = check.duration("interval").filter(|interval| *interval > 0).unwrap_or(INTERVAL);
    let late = interval.saturating_mul(count);
    if late <= LATE || retries.is_some_and(|retries| retries.origin.is_unknown()) {
        return;
    }
    let place = check.node.get("interval").or(retries).unwrap_or(check.node);
    let draft = out.report_at(place.origin.location()).value("name", service.name).value("interval", words(interval));
    draft.value("retries", count.to_string()).value("duration", words(late)).value("key", "interval").value("value", "").emit();
}

/// A duration in words.
pub(super) fn words(nanoseconds: i64) -> String {
    let minutes = nanoseconds / MINUTE;
    match minutes {
        0 => format!("{} seconds", nanoseconds / MILLISECOND / 1000),
        1 => "1 minute".to_owned(),
        2..120 => format!("{minutes} minutes"),
        _ => format!("{} hours", minutes / 60),
    }
}
