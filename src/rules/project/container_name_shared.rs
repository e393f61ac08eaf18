use crate::compose::Ways;
use crate::project::fleet::{Fleet, Holder, Tenant};
use crate::rules::check::Reporter;
use crate::rules::shared;
use crate::source::{Location, Span};

/// Tenants of one engine whose containers, or whole projects, have one name.
pub fn check(fleet: &Fleet<'_>, out: &mut Reporter<'_>) {
    if !fleet.one_host {
        return;
    }
    for shared in fleet.shared(fleet.container_names()) {
        if let Some(draft) = shared::report(fleet, &shared.holders, out) {
            draft.value("name", shared.value).emit();
        }
    }
    let projects = fleet.tenants.iter().enumerate().map(|(tenant, project)| {
        let place = named_at(fleet, project).unwrap_or(Location { file: project.root, span: Span::empty(0) });
        (project.compose.name.as_str(), Holder { tenant, place })
    });
    for shared in fleet.shared(projects) {
        if let Some(draft) = shared::report(fleet, &shared.holders, out) {
            draft.variant("project").value("name", shared.value).emit();
        }
    }
}

/// Where the name of a project is written: in its env file, or under `name`.
fn named_at(fleet: &Fleet<'_>, tenant: &Tenant<'_>) -> Option<Location> {
    let entry = fleet.env_file(tenant).and_then(|(document, parsed)| {
        let entry = parsed.get("COMPOSE_PROJECT_NAME")?;
        Some(Location { file: document.file, span: entry.content_span() })
    });
    let named = tenant.compose.tree.get("name").filter(|name| !name.origin.ways.has(Ways::IMPLIED));
    entry.or_else(|| named.map(|name| fleet.place(tenant, name)))
}
