use crate::catalog::end_of_life::{EndOfLife, Release};
use crate::live::{Container, Engine};
use crate::rules::check::Reporter;

/// From this many days before the end on it is time to plan.
const WARNING_DAYS: i32 = 180;

pub fn check(_: &Engine, container: &Container, out: &mut Reporter<'_>) {
    for (index, interpreter) in container.interpreters.iter().enumerate() {
        let releases = EndOfLife::table().releases_of(&interpreter.name, &interpreter.version);
        let Some(Release { product, version, end }) = releases.into_iter().min_by_key(|release| release.end) else { continue };
        let days = (end - out.today()).get_days();
        if days > WARNING_DAYS {
            continue;
        }
        let draft = out
            .report_fact(&container.pointer, &format!("/interpreters/{index}/version"))
            .value("name", container.shown_name())
            .value("product", product)
            .value("version", version)
            .value("end", end.to_string());
        if days < 0 { draft.emit() } else { draft.variant("soon").value("days", days.to_string()).emit() }
    }
}
