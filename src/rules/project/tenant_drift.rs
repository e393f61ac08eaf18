use crate::project::fleet::{DeviationKind, Fleet};
use crate::rules::check::Reporter;

/// Attributes that one tenant has otherwise than nearly all others.
pub fn check(fleet: &Fleet<'_>, out: &mut Reporter<'_>) {
    for deviation in fleet.deviations() {
        let tenant = fleet.tenants[deviation.tenant].name;
        let attribute = deviation.path.replace('/', ".").replace('*', tenant);
        let draft = out.report_at(deviation.place).value("tenant", tenant).value("attribute", attribute);
        let draft = match deviation.kind {
            DeviationKind::Missing => draft.variant("missing"),
            DeviationKind::Additional => draft.variant("additional"),
            DeviationKind::Different => draft,
        };
        deviation.other.into_iter().fold(draft, |draft, place| draft.related_at(place, "other")).emit();
    }
    readable_env_files(fleet, out);
}

/// An env file with other permissions than those of the other tenants. In a fresh clone all have the same.
fn readable_env_files(fleet: &Fleet<'_>, out: &mut Reporter<'_>) {
    let mut open = Vec::new();
    let mut closed = 0;
    for tenant in &fleet.tenants {
        let Some((document, _)) = fleet.env_file(tenant) else { continue };
        if document.source.custody.others_read {
            open.push((tenant, document));
        } else {
            closed += 1;
        }
    }
    if open.len() >= closed {
        return;
    }
    for (tenant, document) in open {
        let draft = out.report_at(crate::source::Location { file: document.file, span: crate::source::Span::empty(0) });
        draft.variant("mode").value("tenant", tenant.name).emit();
    }
}
