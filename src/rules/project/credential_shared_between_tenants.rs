use std::borrow::Cow;

use crate::compose::Ways;
use crate::project::fleet::{Fleet, Holder, Tenant, plain_value};
use crate::rules::check::Reporter;
use crate::rules::shared;
use crate::secret::names::{NameSays, name_says, words};
use crate::secret::values::{Strength, strength};
use crate::source::Location;

/// A secret of a tenant; the value is only compared.
struct Credential<'p> {
    name: &'p str,
    value: Cow<'p, str>,
    place: Location,
}

/// One value as the credential of two tenants.
pub fn check(fleet: &Fleet<'_>, out: &mut Reporter<'_>) {
    let mut names = Vec::new();
    let mut entries = Vec::new();
    for (index, tenant) in fleet.tenants.iter().enumerate() {
        for credential in credentials(fleet, tenant) {
            entries.push((credential.value, Holder { tenant: index, place: credential.place }));
            names.push((credential.place, credential.name));
        }
    }
    let names: rustc_hash::FxHashMap<Location, &str> = names.into_iter().collect();
    for shared in fleet.shared(entries) {
        let name = shared.holders.get(1).and_then(|holder| names.get(&holder.place)).copied().unwrap_or_default();
        // The key of a service outside is bought once for all; who signs in to one tenant is not to be let in to another.
        if fleet.is_common(shared.holders.len()) && !is_of_the_tenant(name) {
            continue;
        }
        if let Some(draft) = shared::report(fleet, &shared.holders, out) {
            draft.value("name", name).emit();
        }
    }
}

fn credentials<'p>(fleet: &Fleet<'p>, tenant: &Tenant<'p>) -> Vec<Credential<'p>> {
    let mut found: Vec<Credential<'p>> = Vec::new();
    let is_credential = |name: &str, value: &str| {
        name_says(name).is_some_and(|says| says >= NameSays::Secret) && strength(value, &[]) == Some(Strength::Real)
    };
    if let Some((document, parsed)) = fleet.env_file(tenant) {
        for entry in &parsed.entries {
            if let Some(value) = plain_value(&entry.value).filter(|value| is_credential(&entry.key, value)) {
                let place = Location { file: document.file, span: entry.content_span() };
                found.push(Credential { name: &entry.key, value: value.into(), place });
            }
        }
    }
    for service in tenant.compose.services() {
        for variable in service.environment() {
            let is_written = !variable.origin.ways.has_any(Ways::INTERPOLATED.with(Ways::UNKNOWN));
            if let Some(value) = variable.value.filter(|value| is_written && is_credential(variable.name, value)) {
                found.push(Credential { name: variable.name, value: value.into(), place: variable.origin.location() });
            }
        }
    }
    found
}

/// Whether a credential is one that opens the tenant's own services: a password of its databases, what signs its sessions.
fn is_of_the_tenant(name: &str) -> bool {
    let words = words(name);
    let has = |list: &[&str]| words.iter().any(|word| list.contains(&word.as_str()));
    let is_outside = has(&["smtp", "mail", "email", "mailer", "registry", "sendgrid", "api", "license", "proxy"]);
    !is_outside
        && (name_says(name) == Some(NameSays::Password) || has(&["jwt", "session", "signing", "encryption", "cookie", "app"]))
}
