use crate::compose::Ways;
use crate::project::effective::{EffectiveService, System};
use crate::rules::check::Reporter;
use crate::secret::Setting;
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
    "JWT_SECRET",
    "SECRET_KEY",
    "SECRET_KEY_BASE",
    "APP_KEY",
];

/// The same words for two servers. What they are is never told.
pub fn check<'s>(system: &System<'s>, services: &[EffectiveService<'s>], out: &mut Reporter<'_>) {
    let mut seen: Vec<(&str, &str, &str, Location)> = Vec::new();
    for service in services {
        for variable in service.service.environment().filter(|variable| OWN.contains(&variable.name)) {
            let origin = variable.origin;
            let is_written = !origin.ways.has_any(Ways::UNKNOWN.with(Ways::INTERPOLATED).with(Ways::ENV_FILE));
            let Some(value) = variable.value.filter(|value| is_written && value.len() >= 6) else { continue };
            let detections = &system.project.document(origin.file).detections;
            let is_secret = |detection: &&crate::secret::Detection| {
                detection.setting == Setting::Deployed && origin.span.contains(detection.span)
            };
            let Some(found) = detections.iter().find(is_secret) else { continue };
            let place = Location { file: origin.file, span: found.span };
            let other = seen.iter().find(|(known, name, _, at)| *known == value && *name != variable.name && *at != place);
            match other {
                Some((_, name, owner, at)) => out
                    .report_at(place)
                    .value("name", service.service.name)
                    .value("variable", variable.name)
                    .value("other", *owner)
                    .value("other-variable", *name)
                    .related_at(*at, "other")
                    .emit(),
                None => seen.push((value, variable.name, service.service.name, place)),
            }
        }
    }
}
