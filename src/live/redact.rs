//! What must not get into a snapshot: values that are secret, wherever an engine repeats them.
//!
//! Of the environment only values are kept that are known to be harmless. In texts that people wrote or programs printed (labels,
//! commands, what a probe said) secrets are covered by what stands around them, by how they look, and because a variable of the
//! same engine has the same value.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::sync::LazyLock;

use regex::{Captures, Regex};

use super::snapshot::{Engine, Snapshot, Variable};
use crate::secret::names::name_says;
use crate::secret::values::is_none;
use crate::secret::{Scanner, Setting, Strength};
use crate::source::Span;

/// What stands for a secret.
pub const COVER: &str = "***";

/// A shorter value of a variable is not looked for in other texts: it would be found everywhere.
const SHORTEST_KNOWN: usize = 4;

/// No text is kept beyond this many bytes: a probe may print pages.
const LONGEST_TEXT: usize = 4096;

/// Names whose values say how something works and are no secret; also every name that ends in `_VERSION`.
const KEPT: &[&str] = &[
    "APP_ENV",
    "DEBUG",
    "DJANGO_DEBUG",
    "ENV",
    "ENVIRONMENT",
    "FLASK_DEBUG",
    "FLASK_ENV",
    "HOME",
    "LANG",
    "LC_ALL",
    "MALLOC_ARENA_MAX",
    "MYSQL_ALLOW_EMPTY_PASSWORD",
    "ALLOW_EMPTY_PASSWORD",
    "NODE_ENV",
    "PATH",
    "PG_MAJOR",
    "PGDATA",
    "PHP_INI_DIR",
    "POSTGRES_HOST_AUTH_METHOD",
    "PYTHONUNBUFFERED",
    "PYTHONDONTWRITEBYTECODE",
    "RAILS_ENV",
    "TZ",
    "WEB_CONCURRENCY",
];

/// `name=value`, `name: value`, `--name value` where the name says that it is secret.
static NAMED: LazyLock<Regex> = LazyLock::new(|| {
    regex(
        r#"(?i)([\w.\-]*(?:pass|pwd|secret|token|api[_\-]?key|credential|private[_\-]?key|access[_\-]?key|auth)[\w.\-]*)(["']?(?:\s*[=:]\s*|\s+))("[^"]*"|'[^']*'|[^\s,;&|"']+)"#,
    )
});

/// `Bearer …` and `Basic …` of an Authorization header.
static SCHEME: LazyLock<Regex> = LazyLock::new(|| regex(r"(?i)\b(bearer|basic)(\s+)[A-Za-z0-9._~+/=\-]{6,}"));

/// `mysql -pVALUE`, `redis-cli -a VALUE`, `sshpass -p VALUE`, `curl -u user:VALUE`
static SHORT_FLAG: LazyLock<Regex> = LazyLock::new(|| {
    regex(
        r"((?:\b(?:mysql|mariadb)[\w\-]*\b[^|;&\n]*?\s-p)|(?:\bredis-cli\b[^|;&\n]*?\s-a\s+)|(?:\bsshpass\s+-p\s*)|(?:\bcurl\b[^|;&\n]*?\s(?:-u|--user)[\s=]+[^\s:]+:))([^\s|;&]+)",
    )
});

fn regex(pattern: &str) -> Regex {
    #[allow(clippy::expect_used)] // the patterns are constants, and a test compiles them
    Regex::new(pattern).expect("a pattern of this file")
}

/// Covers secrets in texts.
#[derive(Debug, Default)]
pub struct Redactor {
    /// Values that are known to be secret, the longest first.
    known: Vec<String>,
}

impl Redactor {
    /// Covers these values wherever they stand.
    pub fn knowing(values: impl IntoIterator<Item = String>) -> Self {
        let long = values.into_iter().filter(|value| value.len() >= SHORTEST_KNOWN && value != COVER);
        let mut known: Vec<String> = long.collect::<BTreeSet<_>>().into_iter().collect();
        known.sort_by_key(|value| std::cmp::Reverse(value.len()));
        Self { known }
    }

    /// The text without its secrets, not longer than [`LONGEST_TEXT`].
    pub fn text(&self, text: &str) -> String {
        let mut text = Cow::Borrowed(text);
        for value in self.known.iter().filter(|value| text.contains(value.as_str())).collect::<Vec<_>>() {
            text = Cow::Owned(text.replace(value.as_str(), COVER));
        }
        let text = cover_seen(&text);
        let text = SCHEME.replace_all(&text, |found: &Captures<'_>| format!("{}{}{COVER}", &found[1], &found[2])).into_owned();
        let text = SHORT_FLAG.replace_all(&text, |found: &Captures<'_>| format!("{}{COVER}", &found[1])).into_owned();
        let text = NAMED.replace_all(&text, |found: &Captures<'_>| cover_named(found)).into_owned();
        cut(text)
    }

    /// The value of something with a name, such as a label, without its secrets.
    pub fn named(&self, name: &str, value: &str) -> String {
        let (_, parts) = guess(name, value, &[]).unwrap_or_default();
        let mut value = value.to_owned();
        for part in parts.iter().filter(|part| !part.is_empty() && *part != COVER) {
            value = value.replace(part.as_str(), COVER);
        }
        self.text(&value)
    }

    /// The words of a command without its secrets: a flag may stand in one word and its value in the next.
    pub fn words(&self, words: &[String]) -> Vec<String> {
        let mut covered: Vec<String> = Vec::with_capacity(words.len());
        for (index, word) in words.iter().enumerate() {
            let before = index.checked_sub(1).map_or("", |before| words[before].as_str());
            let program = words.first().map_or("", |first| first.rsplit('/').next().unwrap_or(first));
            let takes_secret = before.starts_with('-') && !before.contains('=') && is_secret_flag(before)
                || before == "-a" && program == "redis-cli"
                || before == "-p" && program == "sshpass";
            let glued =
                word.starts_with("-p") && word.len() > 2 && (program.starts_with("mysql") || program.starts_with("mariadb"));
            covered.push(match () {
                () if takes_secret && !word.starts_with('-') && !is_reference(word) => COVER.to_owned(),
                () if glued => format!("-p{COVER}"),
                () => self.text(word),
            });
        }
        covered
    }
}

/// Covers what looks like a secret whatever stands around it: tokens, keys, passwords in addresses.
fn cover_seen(text: &str) -> String {
    let mut covered = String::with_capacity(text.len());
    let mut end = 0;
    for mask in Scanner::new(text, Setting::Deployed).finish().masks {
        if mask.start() >= end && mask.slice(text) != COVER {
            covered.push_str(&text[end..mask.start()]);
            covered.push_str(COVER);
            end = mask.end();
        }
    }
    covered + &text[end..]
}

fn cover_named(found: &Captures<'_>) -> String {
    let (name, between, value) = (&found[1], &found[2], &found[3]);
    let assigned = between.contains(['=', ':']);
    let bare = name.trim_start_matches('-');
    let keep = is_reference(value)
        || !(name_says(&bare.replace(['-', '.'], "_")).is_some() || is_secret_flag(name))
        || is_none(value.trim_matches(['"', '\'']))
        // `--password value`, but not the word `password` in a sentence.
        || !assigned && !name.starts_with("--")
        || name.to_ascii_lowercase().ends_with("authorization");
    if keep { found[0].to_owned() } else { format!("{name}{between}{COVER}") }
}

/// A variable that is put in later, or what covers a secret already.
fn is_reference(value: &str) -> bool {
    let value = value.trim_matches(['"', '\'']);
    value == COVER || value.starts_with('$') && !value.starts_with("$2") && !value.starts_with("$apr1") || value.starts_with("{{")
}

fn is_secret_flag(flag: &str) -> bool {
    let name = flag.trim_start_matches('-').replace(['-', '.'], "_");
    flag.starts_with('-') && name_says(&name).is_some() && !name.to_ascii_lowercase().ends_with("auth")
}

fn cut(mut text: String) -> String {
    if text.len() > LONGEST_TEXT {
        let mut end = LONGEST_TEXT;
        while !text.is_char_boundary(end) {
            end -= 1;
        }
        text.truncate(end);
        text.push('…');
    }
    text
}

impl Snapshot {
    /// Leaves out what must not be seen. Doing it again changes nothing.
    pub fn redact(&mut self) {
        self.engines.iter_mut().for_each(Engine::redact);
    }
}

impl Engine {
    /// Leaves out what must not be seen. Doing it again changes nothing.
    pub fn redact(&mut self) {
        let variables = self.containers.iter().flat_map(|container| &container.environment);
        let variables = variables.chain(self.images.iter().flat_map(|image| &image.environment));
        let secret = variables.filter_map(|variable| Some((variable, variable.value.as_deref()?)));
        // A word that everybody knows would cover names and paths as well.
        let is_word = |value: &str| value.bytes().all(|byte| byte.is_ascii_alphabetic());
        let parts = secret.flat_map(|(variable, value)| {
            let (guessable, parts) = guess(&variable.name, value, &[]).unwrap_or_default();
            parts.into_iter().filter(move |part| !(guessable && is_word(part)))
        });
        let redactor = Redactor::knowing(parts.collect::<Vec<_>>());
        for container in &mut self.containers {
            let user_names = user_names(&container.environment);
            container.environment.iter_mut().for_each(|variable| classify(variable, &user_names, &redactor));
            container.command = redactor.words(&container.command);
            container.healthcheck = redactor.words(&container.healthcheck);
            container.labels.iter_mut().for_each(|(name, value)| *value = redactor.named(name, value));
            container.state.error = redactor.text(&container.state.error);
            for probe in container.health.iter_mut().flat_map(|health| &mut health.log) {
                probe.output = redactor.text(&probe.output);
            }
            for process in container.processes.iter_mut().flatten() {
                process.command = redactor.text(&process.command);
            }
        }
        for image in &mut self.images {
            let user_names = user_names(&image.environment);
            image.environment.iter_mut().for_each(|variable| classify(variable, &user_names, &redactor));
            image.healthcheck = redactor.words(&image.healthcheck);
            for layer in &mut image.history {
                let covered = redactor.text(&layer.created_by);
                layer.secret |= covered.matches(COVER).count() > layer.created_by.matches(COVER).count();
                layer.created_by = covered;
            }
        }
        self.warnings.iter_mut().for_each(|warning| *warning = redactor.text(warning));
        self.endpoint = redactor.text(&self.endpoint);
        self.not_seen.iter_mut().for_each(|gap| gap.why = redactor.text(&gap.why));
    }
}

/// Values of variables that name an account: a password that repeats one of them is guessed first.
fn user_names(environment: &[Variable]) -> Vec<String> {
    let names = environment.iter().filter(|variable| {
        let name = variable.name.to_ascii_uppercase();
        ["_USER", "_USERNAME", "_DB", "_DATABASE"].iter().any(|end| name.ends_with(end))
    });
    names.filter_map(|variable| variable.value.clone()).filter(|value| !value.is_empty()).collect()
}

/// What a value is: `None` for no secret, else whether it is one that everybody tries first, and the parts of it that are secret: of an
/// address the password alone.
fn guess(name: &str, value: &str, user_names: &[String]) -> Option<(bool, Vec<String>)> {
    let text = format!("{name}={value}");
    let mut scanner = Scanner::new(&text, Setting::Deployed);
    let known: Vec<&str> = user_names.iter().map(String::as_str).collect();
    scanner.known(&known);
    scanner.variable(name, Span::new(name.len() + 1, text.len()));
    let found = scanner.finish();
    if found.detections.is_empty() && found.masks.is_empty() {
        return None;
    }
    let guessable = !found.detections.is_empty() && found.detections.iter().all(|one| one.strength != Strength::Real);
    let seen = found.detections.iter().map(|detection| detection.span).chain(found.masks.iter().copied());
    Some((guessable, seen.map(|span| span.slice(&text).to_owned()).collect()))
}

/// Says what a variable is and forgets its value, unless that is known to be harmless.
fn classify(variable: &mut Variable, user_names: &[String], redactor: &Redactor) {
    let Some(value) = variable.value.take() else { return };
    let guess = guess(&variable.name, &value, user_names);
    variable.secret = guess.is_some();
    variable.guessable = guess.is_some_and(|(guessable, _)| guessable);
    let plain = |char: char| char.is_ascii_alphanumeric() || "._:/+~- ".contains(char);
    let kept = KEPT.contains(&variable.name.as_str()) || variable.name.ends_with("_VERSION");
    let harmless = !variable.secret && kept && value.len() <= 512 && value.chars().all(plain) && redactor.text(&value) == value;
    variable.value = harmless.then_some(value);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::live::snapshot::Container;

    fn covered(text: &str) -> String {
        Redactor::default().text(text)
    }

    #[test]
    fn secrets_are_covered_by_what_stands_around_them() {
        assert_eq!(covered("postgres://app:hunter2@db/app"), "postgres://app:***@db/app");
        assert_eq!(covered("API_TOKEN=abc def"), "API_TOKEN=*** def");
        assert_eq!(covered("--password hunter2 --port 80"), "--password *** --port 80");
        assert_eq!(covered("mysql -uroot -phunter2 -e x"), "mysql -uroot -p*** -e x");
        assert_eq!(covered("redis-cli -a hunter2 ping"), "redis-cli -a *** ping");
        assert_eq!(covered("Authorization: Bearer abcdefgh12345"), "Authorization: Bearer ***");
        assert_eq!(covered("AKIAABCDEFGHIJKLMNOP"), "***");
        let label = "traefik.http.middlewares.auth.basicauth.users";
        let hash = "admin:$apr1$ruca84Hq$mbjdMZBAG.KWn7vfN/SNK/";
        assert!(!Redactor::default().named(label, hash).contains("ruca84Hq"));
        assert_eq!(covered("curl -u me:hunter2 http://x"), "curl -u me:*** http://x");
    }

    #[test]
    fn what_is_no_secret_stays() {
        for text in [
            "POSTGRES_PASSWORD_FILE=/run/secrets/db",
            "PASSWORD=$PASSWORD",
            "the password is wrong",
            "/bin/sh -c apt-get update",
            "connect to 127.0.0.1:8001 failed: connection refused",
            "token_endpoint: https://login.example.org/token",
            "PYTHON_VERSION=3.13.1",
        ] {
            assert_eq!(covered(text), text);
        }
    }

    #[test]
    fn words_know_the_flag_before_them() {
        let words = |text: &str| text.split(' ').map(str::to_owned).collect::<Vec<_>>();
        let covered = |text: &str| Redactor::default().words(&words(text)).join(" ");
        assert_eq!(covered("redis-server --requirepass hunter2 --port 1"), "redis-server --requirepass *** --port 1");
        assert_eq!(covered("redis-cli -a hunter2 ping"), "redis-cli -a *** ping");
        assert_eq!(covered("mysqladmin -phunter2 ping"), "mysqladmin -p*** ping");
        assert_eq!(covered("app --token=abc"), "app --token=***");
        assert_eq!(covered("CMD curl -f http://localhost/"), "CMD curl -f http://localhost/");
    }

    #[test]
    fn a_secret_is_covered_wherever_the_engine_repeats_it() {
        let variable = |name: &str, value: &str| Variable { name: name.into(), value: Some(value.into()), ..Variable::default() };
        let container = Container {
            environment: vec![
                variable("DB_PASS", "s3same0pen"),
                variable("POSTGRES_PASSWORD", "app"),
                variable("POSTGRES_USER", "app"),
                variable("PYTHON_VERSION", "3.11.4"),
                variable("DATABASE_URL", "postgres://a:b@c"),
                variable("GREETING", "hello"),
                variable("TOKEN_FILE", "/run/secrets/token"),
            ],
            labels: [("note".to_owned(), "opens with s3same0pen".to_owned())].into(),
            ..Container::default()
        };
        let mut engine = Engine { containers: vec![container], ..Engine::default() };
        engine.redact();
        let container = &engine.containers[0];
        let seen = |name: &str| container.environment.iter().find(|variable| variable.name == name).unwrap();
        assert!(seen("DB_PASS").secret && !seen("DB_PASS").guessable && seen("DB_PASS").value.is_none());
        assert!(seen("POSTGRES_PASSWORD").guessable && seen("DATABASE_URL").secret);
        assert_eq!(seen("PYTHON_VERSION").value.as_deref(), Some("3.11.4"));
        assert!(!seen("GREETING").secret && seen("GREETING").value.is_none() && !seen("TOKEN_FILE").secret);
        assert_eq!(container.labels["note"], "opens with ***");
        let once = engine.clone();
        engine.redact();
        assert_eq!(engine, once);
    }

    #[test]
    fn long_texts_are_cut_at_a_character() {
        let text = "é".repeat(LONGEST_TEXT);
        let once = covered(&text);
        assert!(once.len() <= LONGEST_TEXT + "…".len() && once.ends_with('…'));
    }
}
