//! Hosts that the variables of a service name: in URLs, in `host:port`, and alone under a name such as `DB_HOST`.

use crate::compose::Variable;
use crate::source::Span;

/// A host in the value of a variable. The value itself may hold a password and is never shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NamedHost<'v> {
    pub host: &'v str,
    /// Its place in the value.
    pub at: usize,
    pub port: Option<u16>,
}

/// Schemes that only servers speak to servers, with their ports. What a browser asks for (`http`) may well mean the host of the
/// developer.
const SCHEMES: &[(&str, u16)] = &[
    ("postgres", 5432),
    ("postgresql", 5432),
    ("postgis", 5432),
    ("mysql", 3306),
    ("mysql2", 3306),
    ("mariadb", 3306),
    ("mongodb", 27017),
    ("redis", 6379),
    ("rediss", 6379),
    ("valkey", 6379),
    ("amqp", 5672),
    ("amqps", 5671),
    ("memcached", 11211),
    ("nats", 4222),
    ("kafka", 9092),
    ("sqlserver", 1433),
];

/// What the names of variables call servers, with their ports.
const SERVERS: &[(&str, u16)] = &[
    ("POSTGRES", 5432),
    ("POSTGRESQL", 5432),
    ("PG", 5432),
    ("MYSQL", 3306),
    ("MARIADB", 3306),
    ("REDIS", 6379),
    ("VALKEY", 6379),
    ("MONGO", 27017),
    ("MONGODB", 27017),
    ("RABBITMQ", 5672),
    ("AMQP", 5672),
    ("MEMCACHED", 11211),
    ("ELASTICSEARCH", 9200),
    ("KAFKA", 9092),
];

/// Ports of any database, for `DB_HOST` alone.
pub const DATABASES: &[u16] = &[5432, 3306, 27017, 1433];

/// The hosts that a variable certainly names as servers that its program connects to.
pub fn of_variable<'v>(variable: &Variable<'v>) -> Vec<NamedHost<'v>> {
    let Some(value) = variable.value.filter(|value| !value.contains(char::is_whitespace)) else { return Vec::new() };
    // What a server tells its clients is for those, wherever they are.
    if ["ADVERTISED", "LISTEN", "PUBLIC", "EXTERNAL", "ALLOWED", "BIND"].iter().any(|word| variable.name.contains(word)) {
        return Vec::new();
    }
    if let Some((scheme, rest)) = value.split_once("://") {
        return of_url(scheme.strip_prefix("jdbc:").unwrap_or(scheme), rest, value.len() - rest.len()).into_iter().collect();
    }
    let words: Vec<&str> = variable.name.split('_').collect();
    let is_host = words.last().is_some_and(|last| matches!(*last, "HOST" | "HOSTNAME" | "SERVER" | "ADDR" | "ADDRESS"));
    let known = words.iter().find_map(|word| SERVERS.iter().find(|(name, _)| name == word).map(|(_, port)| *port));
    if !is_host || known.is_none() && !words.iter().any(|word| matches!(*word, "DB" | "DATABASE")) {
        return Vec::new();
    }
    host_and_port(value, 0).map(|found| NamedHost { port: found.port.or(known), ..found }).into_iter().collect()
}

fn of_url<'v>(scheme: &str, rest: &'v str, start: usize) -> Option<NamedHost<'v>> {
    let (_, port) = SCHEMES.iter().find(|(known, _)| scheme.split('+').next() == Some(known))?;
    let authority = rest.split(['/', '?', '#']).next().unwrap_or(rest);
    let host = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    let at = start + authority.len() - host.len();
    // Several hosts, a socket, or an address of version 6.
    host_and_port(host, at).map(|found| NamedHost { port: found.port.or(Some(*port)), ..found })
}

fn host_and_port(text: &str, at: usize) -> Option<NamedHost<'_>> {
    let (host, port) = match text.split_once(':') {
        Some((host, port)) => (host, Some(port.parse().ok()?)),
        None => (text, None),
    };
    let is_name = |host: &str| host.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.'));
    (!host.is_empty() && is_name(host)).then_some(NamedHost { host, at, port })
}

/// Whether a host is the very machine that asks.
pub fn is_loopback(host: &str) -> bool {
    matches!(host, "localhost" | "127.0.0.1")
}

/// Where a part of a value stands in the bytes that the value was written with: once, as a whole word.
pub fn find_word(text: &str, within: Span, word: &str) -> Option<Span> {
    let raw = within.slice(text);
    let is_part = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
    let mut found = raw.match_indices(word).filter(|(at, _)| {
        let before = at.checked_sub(1).map(|before| raw.as_bytes()[before]);
        let after = raw.as_bytes().get(at + word.len()).copied();
        !before.is_some_and(is_part) && !after.is_some_and(is_part)
    });
    let (at, _) = found.next().filter(|_| !word.is_empty())?;
    found.next().is_none().then(|| Span::new(within.start() + at, within.start() + at + word.len()))
}

/// Where the port of the container stands in a port of compose, short or long: at its end, perhaps before a protocol.
pub fn find_port(text: &str, within: Span, port: u16) -> Option<Span> {
    let raw = within.slice(text).trim_end_matches(['"', '\'']);
    let raw = raw.strip_suffix("/tcp").unwrap_or(raw);
    let start = raw.strip_suffix(&port.to_string())?.len();
    let is_whole = !raw[..start].ends_with(|char: char| char.is_ascii_digit() || char == '-');
    is_whole.then(|| Span::new(within.start() + start, within.start() + raw.len()))
}

/// Where a path stands in the bytes of a scalar: as all of it, but for quotes.
pub fn find_path(text: &str, within: Span, path: &str) -> Option<Span> {
    let raw = within.slice(text);
    let start = raw.find(path)?;
    (raw.trim_matches(['"', '\'']) == path).then(|| Span::new(within.start() + start, within.start() + start + path.len()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::compose::Origin;

    fn hosts(name: &str, value: &str) -> Vec<(String, Option<u16>)> {
        let variable = Variable { name, value: Some(value), origin: Origin::default() };
        let found = of_variable(&variable);
        found.iter().for_each(|named| assert_eq!(&value[named.at..named.at + named.host.len()], named.host));
        found.iter().map(|named| (named.host.to_owned(), named.port)).collect()
    }

    #[test]
    fn hosts_that_a_program_connects_to() {
        for (name, value, host, port) in [
            ("DATABASE_URL", "postgres://a:b@localhost:5433/x", "localhost", Some(5433)),
            ("DATABASE_URL", "postgresql+asyncpg://a:b%40c@db/x", "db", Some(5432)),
            ("SPRING_DATASOURCE_URL", "jdbc:mysql://db:3306/x?a=b", "db", Some(3306)),
            ("DB_HOST", "localhost", "localhost", None),
            ("REDIS_HOST", "cache:6380", "cache", Some(6380)),
            ("POSTGRES_HOST", "db", "db", Some(5432)),
        ] {
            assert_eq!(hosts(name, value), [(host.to_owned(), port)], "{name}={value}");
        }
    }

    #[test]
    fn what_names_no_server_for_certain() {
        for (name, value) in [
            ("API_URL", "http://localhost:8000"),
            ("KAFKA_ADVERTISED_HOST", "localhost"),
            ("VIRTUAL_HOST", "example.com"),
            ("DB_HOST", "/run/postgresql"),
            ("DB_HOST", "[::1]"),
            ("MONGO_URL", "mongodb://a:1,b:2/x"),
            ("DB_NAME", "localhost"),
        ] {
            assert_eq!(hosts(name, value), [], "{name}={value}");
        }
    }

    #[test]
    fn words_are_found_once_and_whole() {
        let text = "x: redis://cache.cache-1/cache";
        let whole = Span::new(0, text.len());
        assert_eq!(find_word(text, whole, "redis"), Some(Span::new(3, 8)));
        assert_eq!(find_word(text, whole, "cache"), Some(Span::new(25, 30)));
        assert_eq!(find_word("a a", Span::new(0, 3), "a"), None);
        assert_eq!(find_word("a", Span::new(0, 1), ""), None);
    }
}
