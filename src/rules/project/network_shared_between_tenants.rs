use crate::project::fleet::Fleet;
use crate::rules::check::Reporter;
use crate::rules::shared;

/// Networks of the engine that are no tenant's own.
pub fn check(fleet: &Fleet<'_>, out: &mut Reporter<'_>) {
    if !fleet.one_host {
        return;
    }
    for shared in fleet.shared(fleet.resources("networks")) {
        let (name, external) = shared.value;
        // One that all are to join, such as that of a reverse proxy; and what the engine has of its own.
        if external && fleet.is_common(shared.holders.len()) || matches!(name, "bridge" | "host" | "none") {
            continue;
        }
        if let Some(draft) = shared::report(fleet, &shared.holders, out) {
            draft.value("name", name).emit();
        }
    }
}
