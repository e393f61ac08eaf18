//! What a health address answers, asked over a published port as a user would.

use std::time::{Duration, Instant};

use ureq::Agent;
use ureq::config::Config;

use super::Container;
use super::endpoint::{Address, Endpoint};
use super::snapshot::Answer;

/// How long an answer may take.
const LIMIT: Duration = Duration::from_secs(5);

/// Asks the address that the health check of a container names, where its port is published. `None` where there is no such check, or no such
/// port: then nothing can be asked from here.
pub fn ask(container: &Container, endpoint: &Endpoint) -> Option<Answer> {
    let (target, path) = health_address(&container.healthcheck)?;
    let port = container.ports.iter().find(|port| port.target == target && port.published != 0)?;
    let host = match port.address.as_str() {
        "" => host_of(endpoint),
        address if address.contains(':') => format!("[{address}]"),
        address => address.to_owned(),
    };
    let address = format!("http://{host}:{}{path}", port.published);
    // A redirect is no health, and an error is an answer.
    let config = Config::builder()
        .http_status_as_error(false)
        .max_redirects(0)
        .max_redirects_will_error(false)
        .proxy(None)
        .user_agent(concat!("shipworthy/", env!("CARGO_PKG_VERSION")))
        .timeout_global(Some(LIMIT))
        .build();
    let start = Instant::now();
    let answered = Agent::new_with_config(config).get(&address).call();
    let milliseconds = u64::try_from(start.elapsed().as_millis()).unwrap_or(u64::MAX);
    Some(match answered {
        Ok(response) => Answer { address, status: response.status().as_u16(), milliseconds, error: String::new() },
        Err(ureq::Error::Timeout(_)) => {
            Answer { address, status: 0, milliseconds, error: format!("no answer within {} s", LIMIT.as_secs()) }
        }
        Err(error) => Answer { address, status: 0, milliseconds, error: error.to_string() },
    })
}

/// Where ports of an engine are published, seen from here.
fn host_of(endpoint: &Endpoint) -> String {
    let named = endpoint.shown.split_once("://").map_or("", |(_, rest)| rest);
    let host = named.rsplit('@').next().unwrap_or_default();
    match &endpoint.address {
        Address::Socket(_) => "127.0.0.1".to_owned(),
        Address::Tcp { host, .. } if host.contains(':') => format!("[{host}]"),
        Address::Tcp { host, .. } => host.clone(),
        // `ssh://user@host:22`, `tcp://host:2376`
        Address::Program(_) => host.split([':', '/']).next().unwrap_or_default().to_owned(),
    }
}

/// Port and path of the address that a check asks: 8000 and `/health` of `curl -f http://localhost:8000/health`.
pub fn health_address(test: &[String]) -> Option<(u16, String)> {
    let text = test.join(" ");
    let rest = &text[text.find("http://")? + "http://".len()..];
    let end = rest
        .find(|char: char| char.is_whitespace() || matches!(char, '"' | '\'' | ')' | ';' | '|' | '&' | ','))
        .unwrap_or(rest.len());
    let (host, path) = match rest[..end].split_once('/') {
        Some((host, path)) => (host, format!("/{path}")),
        None => (&rest[..end], "/".to_owned()),
    };
    let (name, port) = match host.rsplit_once(':') {
        Some((name, port)) if !port.contains(']') => (name, port.parse().ok()?),
        _ => (host, 80),
    };
    let is_itself = matches!(name, "localhost" | "127.0.0.1" | "0.0.0.0" | "[::1]");
    (is_itself && !path.contains('$')).then_some((port, path))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_address_is_read_from_the_check() {
        let of = |text: &str| health_address(&["CMD-SHELL".to_owned(), text.to_owned()]);
        assert_eq!(of("curl -f http://localhost:8000/health || exit 1"), Some((8000, "/health".to_owned())));
        assert_eq!(of("wget -qO- http://127.0.0.1/"), Some((80, "/".to_owned())));
        assert_eq!(
            of("python -c \"import urllib.request as u; u.urlopen('http://127.0.0.1:8001/x', timeout=3)\""),
            Some((8001, "/x".to_owned()))
        );
        assert_eq!(of("curl http://[::1]:80"), Some((80, "/".to_owned())));
        assert_eq!(of("pg_isready"), None);
        assert_eq!(of("curl http://other:8000/"), None);
    }
}
