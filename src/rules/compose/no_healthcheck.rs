use crate::compose::{ComposeProject, Service};
use crate::rules::check::Reporter;
use crate::rules::fitted_probe;

pub fn check(project: &ComposeProject, service: Service<'_>, out: &mut Reporter<'_>) {
    let check = service.healthcheck();
    if service.get("provider").is_some() || check.is_some_and(|check| !check.is_disabled()) {
        return;
    }
    let fitted = fitted_probe::edits(project, service, out);
    let place = check.map_or(service.origin().key_location(), |check| check.node.origin.key_location());
    let draft = out.report_at(place).value("name", service.name);
    match fitted {
        Some((tool, edits)) => {
            edits.into_iter().fold(draft.variant("fitted").value("tool", tool), |draft, edit| draft.edit(edit)).emit();
        }
        None => draft.by_hand().emit(),
    }
}
