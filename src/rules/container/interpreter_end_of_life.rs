use crate::catalog::end_of_life::{EndOfLife, Release};
use crate::live::{Container, Engine};
use crate::rules::check::Reporter;

pub fn check(_: &Engine, container: &Container, out: &mut Reporter<'_>) {
    for (index, interpreter) in container.interpreters.iter().enumerate() {
        let policy = out.policy();
        let warning_days = |release: &Release<'_>| policy.warning_days(release);
        let ending = EndOfLife::table().ending(&interpreter.name, &interpreter.version, out.today(), warning_days);
        let Some(ending) = ending else { continue };
        let (Release { product, version, end }, days) = (ending.release, ending.days);
        let draft = out
            .report_fact(&container.pointer, &format!("/interpreters/{index}/version"))
            .value("name", container.shown_name())
            .value("product", product)
            .value("version", version)
            .value("end", end.to_string());
        match policy.end_of_life_severity(&ending.release) {
            _ if days >= 0 => draft.variant("soon").value("days", days.to_string()).emit(),
            Some(severity) => draft.severity(severity).emit(),
            None => draft.emit(),
        }
    }
}
