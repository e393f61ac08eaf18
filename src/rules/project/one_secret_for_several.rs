use crate::compose::{Variable, Ways};
use crate::project::effective::{EffectiveService, System};
use crate::rules::check::Reporter;
use crate::secret::Setting;
use crate::secret::references::hands_on;
use crate::source::Location;

/// Names of variables that give servers their own password: a client that has the same one is what it is for.
const OWN: &[&str] = &[
    "POSTGRES_PASSWORD",
    "MYSQL_ROOT_PASSWORD",
    "MARIADB_ROOT_PASSWORD",
    "MONGO_INITDB_ROOT_PASSWORD",
    "RABBITMQ_DEFAULT_PASS",
    "MINIO_ROOT_PASSWORD",
    "ELASTIC_PASSWORD",
    "INFLUXDB_ADMIN_PASSWORD",
    "KEYCLOAK_ADMIN_PASSWORD",
    "KC_BOOTSTRAP_ADMIN_PASSWORD",
    "PGADMIN_DEFAULT_PASSWORD",
    "GF_SECURITY_ADMIN_PASSWORD",
    "APP_SECRET",
    "ENCRYPTION_KEY",
    "JWT_SECRET",
    "SESSION_SECRET",
    "SECRET_KEY",
    "SECRET_KEY_BASE",
    "APP_KEY",
];

/// Ends of names of keys that sign or encrypt, whatever stands in front of them.
const KEYS: &[&str] = &["_JWT_SECRET", "_SESSION_SECRET", "_COOKIE_SECRET", "_ENCRYPTION_KEY", "_APP_SECRET", "_APP_KEY"];

/// Whether a variable holds a secret of the service itself, and not one that it shows to others.
fn is_its_own(name: &str) -> bool {
    OWN.contains(&name)
        || KEYS.iter().any(|end| name.ends_with(end))
        || name.strip_suffix("_SECRET_KEY").is_some_and(is_framework)
}

/// `S3_SECRET_KEY` and its like are for a server elsewhere.
fn is_framework(name: &str) -> bool {
    ["APP", "DJANGO", "FLASK", "RAILS", "SUPERSET", "AIRFLOW"].contains(&name)
}

/// What two servers may have in common.
#[derive(PartialEq)]
enum Secret<'s> {
    Words(&'s str),
    /// A variable of compose: whatever it holds is the same for both.
    Variable(&'s str),
}

/// The same secret for two servers. What it is is never told.
pub fn check<'s>(system: &System<'s>, services: &[EffectiveService<'s>], out: &mut Reporter<'_>) {
    let mut seen: Vec<(Secret<'s>, &str, &str, Location)> = Vec::new();
    for service in services {
        for variable in service.service.environment().filter(|variable| is_its_own(variable.name)) {
            let Some((secret, place)) = secret(system, &variable) else { continue };
            let other = seen.iter().find(|(known, name, _, at)| *known == secret && *name != variable.name && *at != place);
            match other {
                Some((_, name, owner, at)) => {
                    let draft = out.report_at(place).value("name", service.service.name).value("variable", variable.name);
                    draft.value("other", *owner).value("other-variable", *name).related_at(*at, "other").emit();
                }
                None => seen.push((secret, variable.name, service.service.name, place)),
            }
        }
    }
}

/// The secret that a variable of a server holds, and where it is written.
fn secret<'s>(system: &System<'s>, variable: &Variable<'s>) -> Option<(Secret<'s>, Location)> {
    let origin = variable.origin;
    if origin.ways.has(Ways::ENV_FILE) {
        return None;
    }
    let document = system.project.document(origin.file);
    if origin.ways.has_any(Ways::UNKNOWN.with(Ways::INTERPOLATED)) {
        let [used] = system.compose.sites.variables(&origin) else { return None };
        let written = origin.span.slice(document.source.text());
        let value = written.split_once('=').filter(|(name, _)| name.contains(variable.name)).map_or(written, |(_, value)| value);
        return hands_on(value).then_some((Secret::Variable(used.name.as_str()), used.location));
    }
    let value = variable.value.filter(|value| value.len() >= 6)?;
    let is_secret =
        |detection: &&crate::secret::Detection| detection.setting == Setting::Deployed && origin.span.contains(detection.span);
    let found = document.detections().iter().find(is_secret)?;
    Some((Secret::Words(value), Location { file: origin.file, span: found.span }))
}
