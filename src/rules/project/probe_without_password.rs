use crate::compose::{Node, Service};
use crate::project::effective::{EffectiveService, System};
use crate::project::written_probe::WrittenProbe;
use crate::rules::check::Reporter;
use crate::shell::Command;

pub fn check<'s>(system: &System<'s>, service: &EffectiveService<'s>, out: &mut Reporter<'_>) {
    let Some(probe) = WrittenProbe::of(system.project, service.service) else { return };
    let image = service.image().map_or("", |image| image.short_name());
    let waits_for_answer = probe.commands.iter().any(|command| command.name() == "grep");
    for command in &probe.commands {
        let Some(word) = command.words.first() else { continue };
        let variant = match command.name() {
            // It ends well even when it is turned away: only who looks at the answer sees that.
            "redis-cli" | "valkey-cli"
                if waits_for_answer && redis_asks(service.service) && !redis_gives(service.service, command) =>
            {
                "redis"
            }
            "mysql" | "mariadb"
                if matches!(image, "mysql" | "mariadb")
                    && mysql_asks(service.service)
                    && !mysql_gives(service.service, command) =>
            {
                "mysql"
            }
            "curl"
                if image == "elasticsearch"
                    && elastic_asks(service.service)
                    && !curl_gives(command)
                    && looks(command, &probe) =>
            {
                "elasticsearch"
            }
            _ => continue,
        };
        let draft = out.report_at(probe.place_of(word.span)).variant(variant);
        let draft = draft.value("name", service.service.name).value("tool", command.name());
        match asks_at(service.service) {
            Some(place) => draft.related_at(place, "asked").emit(),
            None => draft.emit(),
        }
    }
}

/// Since release 8 it asks unless it is told not to; before only where it is told to.
fn elastic_asks(service: Service<'_>) -> bool {
    let set = |name: &str| service.variable(name).and_then(|variable| variable.value);
    set("xpack.security.enabled")
        .or_else(|| set("XPACK_SECURITY_ENABLED"))
        .map_or(set("ELASTIC_PASSWORD").is_some(), |value| value == "true")
}

fn curl_gives(command: &Command) -> bool {
    command.has_flag(&["-u", "--user", "-n", "--netrc", "-E", "--cert"])
        || command.words.iter().any(|word| {
            word.text.contains("uthorization") || word.text.split_once("://").is_some_and(|(_, rest)| rest.contains('@'))
        })
        || command.words.iter().any(|word| word.expansion.is_some())
}

/// Whether it matters what the server answers: curl fails by it, or somebody reads it. Being turned away may be the very answer.
fn looks(command: &Command, probe: &WrittenProbe<'_>) -> bool {
    let read = probe.commands.iter().find(|other| matches!(other.name(), "grep" | "jq"));
    let wants_refusal =
        |word: &crate::shell::Word| ["missing", "401", "security", "uthenti"].iter().any(|part| word.text.contains(part));
    match read {
        Some(read) => !read.words.iter().any(wants_refusal),
        None => command.has_flag(&["-f", "--fail", "--fail-with-body"]),
    }
}

/// Where the service is told to ask for a password.
fn asks_at(service: Service<'_>) -> Option<crate::source::Location> {
    let word = words(service).find(|node| node.as_str().is_some_and(|word| word.contains("--requirepass")));
    let variable =
        ["MYSQL_ROOT_PASSWORD", "MARIADB_ROOT_PASSWORD", "ELASTIC_PASSWORD"].into_iter().find_map(|name| service.variable(name));
    word.map(|node| node.origin.location()).or(variable.map(|variable| variable.origin.key_location()))
}

fn words<'p>(service: Service<'p>) -> impl Iterator<Item = &'p Node> {
    ["command", "entrypoint"].into_iter().filter_map(move |key| service.words(key)).flatten()
}

fn redis_asks(service: Service<'_>) -> bool {
    words(service).any(|node| node.as_str().is_some_and(|word| word.contains("--requirepass")))
}

fn redis_gives(service: Service<'_>, command: &Command) -> bool {
    command.has_flag(&["-a", "--pass", "-u", "--askpass"])
        || command.assignments.iter().any(|assignment| assignment.name == "REDISCLI_AUTH")
        || service.variable("REDISCLI_AUTH").is_some()
        || command.words.iter().any(|word| word.text.eq_ignore_ascii_case("auth"))
}

fn mysql_asks(service: Service<'_>) -> bool {
    ["MYSQL_ROOT_PASSWORD", "MARIADB_ROOT_PASSWORD"]
        .into_iter()
        .any(|name| service.variable(name).is_some_and(|variable| variable.value.is_some_and(|value| !value.is_empty())))
}

fn mysql_gives(service: Service<'_>, command: &Command) -> bool {
    let is_given = |text: &str| {
        text.starts_with("-p")
            || text.starts_with("--password")
            || text.starts_with("--defaults")
            || text.starts_with("--login-path")
    };
    command.words.iter().any(|word| is_given(&word.text))
        || command.assignments.iter().any(|assignment| assignment.name == "MYSQL_PWD")
        || service.variable("MYSQL_PWD").is_some()
        || command.words.iter().any(|word| word.expansion.is_some())
}
