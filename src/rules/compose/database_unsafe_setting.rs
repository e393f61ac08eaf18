use crate::compose::{ComposeProject, Node, Service};
use crate::rules::check::Reporter;
use crate::source::Location;

/// Words of a command that turn off who may do what; two words stand for one behind the other.
const OPEN_WORDS: [&str; 6] = [
    "--protected-mode no",
    "--protected-mode=no",
    "--noauth",
    "--skip-grant-tables",
    "--skip-grant-tables=1",
    "--web.enable-admin-api",
];

/// Words of a command that let data be lost.
const LOSING_WORDS: [&str; 4] = ["fsync=off", "fsync=0", "full_page_writes=off", "--innodb-doublewrite=0"];

/// Variables that turn off who may do what.
const OPEN_VARIABLES: [(&str, &str); 6] = [
    ("xpack.security.enabled", "false"),
    ("plugins.security.disabled", "true"),
    ("DISABLE_SECURITY_PLUGIN", "true"),
    ("NEO4J_AUTH", "none"),
    ("AUTHENTICATION_ANONYMOUS_ACCESS_ENABLED", "true"),
    ("COUCHDB_ADMIN_PARTY", "true"),
];

pub fn check(_: &ComposeProject, service: Service<'_>, out: &mut Reporter<'_>) {
    let in_memory = service.get("tmpfs").is_some() || service.volumes().any(|mount| mount.kind == "tmpfs");
    let words = service.words("command").unwrap_or_default();
    let mut told: Vec<Location> = Vec::new();
    for (index, node) in words.iter().enumerate() {
        let Some(word) = node.as_str().filter(|_| !node.origin.is_unknown()) else { continue };
        let next = words.get(index + 1).and_then(Node::as_str).unwrap_or_default();
        let two = format!("{word} {next}");
        let is = |known: &&str| *known == word || *known == two || two.starts_with(&format!("--{known} "));
        let (setting, losing) =
            match (OPEN_WORDS.into_iter().find(|known| is(known)), LOSING_WORDS.into_iter().find(|known| is(known))) {
                (Some(setting), _) => (setting, false),
                (None, Some(setting)) if !in_memory => (setting, true),
                _ => continue,
            };
        let place = node.origin.location();
        if !told.contains(&place) {
            told.push(place);
            let draft = out.report_at(place).value("name", service.name).value("setting", setting);
            if losing { draft.variant("durability").emit() } else { draft.emit() }
        }
    }
    for variable in service.environment().filter(|variable| !variable.origin.is_unknown()) {
        let is = |(name, value): &&(&str, &str)| {
            variable.name == *name && variable.value.is_some_and(|set| set.eq_ignore_ascii_case(value))
        };
        if let Some((name, value)) = OPEN_VARIABLES.iter().find(is) {
            out.report_at(variable.origin.location())
                .value("name", service.name)
                .value("setting", format!("{name}={value}"))
                .emit();
        }
    }
}
