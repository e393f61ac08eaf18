//! What a health address answers, asked over a published port as a user would.

use std::time::{Duration, Instant};

use ureq::Agent;
use ureq::config::Config;

use super::Container;
use super::endpoint::{Address, Endpoint};
use super::snapshot::{Answer, Port};
use crate::service_name::{is_naming_label, same_name};

/// How long an answer may take.
const LIMIT: Duration = Duration::from_secs(5);

/// What somebody promises of a service: the path that tells its health, and the ports that it is reached at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PromisedHealth {
    pub service: String,
    pub path: String,
    /// Of the host or of the container; empty where none is promised.
    pub ports: Vec<u16>,
}

impl PromisedHealth {
    /// Whether it is promised of a container: by its name, the service that it was made from, or a label.
    pub fn is_of(&self, container: &Container) -> bool {
        let origin = container.compose.as_ref().map(|origin| origin.service.as_str());
        let labels = container.labels.iter().filter(|(key, _)| is_naming_label(key)).map(|(_, value)| value.as_str());
        let mut names = [container.name.as_str()].into_iter().chain(origin).chain(labels);
        names.any(|name| same_name(name, &self.service))
    }
}

/// The published port and the path to ask: what is promised of the service counts before what its health check asks. `None` where neither names
/// an address, or none of its ports is published: then nothing can be asked from here.
fn asked<'c>(container: &'c Container, promised: &[PromisedHealth]) -> Option<(&'c Port, String)> {
    let published: Vec<&Port> = container.ports.iter().filter(|port| port.published != 0).collect();
    let checked = health_address(&container.healthcheck);
    let at_target = |target: u16| published.iter().find(|port| port.target == target).copied();
    let Some(promised) = promised.iter().find(|promised| promised.is_of(container)) else {
        let (target, path) = checked?;
        return at_target(target).map(|port| (port, path));
    };
    let at_promised = published.iter().find(|port| promised.ports.contains(&port.published)).copied();
    let at_promised = at_promised.or_else(|| promised.ports.iter().find_map(|port| at_target(*port)));
    let at_checked = || checked.as_ref().and_then(|(target, _)| at_target(*target));
    let only = || published.first().copied().filter(|_| published.len() == 1);
    at_promised.or_else(at_checked).or_else(only).map(|port| (port, promised.path.clone()))
}

/// Asks the address that says whether a container is well, over a published port.
pub fn ask(container: &Container, endpoint: &Endpoint, promised: &[PromisedHealth]) -> Option<Answer> {
    let (port, path) = asked(container, promised)?;
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
    fn what_is_promised_is_asked_before_what_the_check_asks() {
        let port = |published, target| Port { address: String::new(), published, target, protocol: "tcp".to_owned() };
        let container = |ports: Vec<Port>, test: &str| Container {
            name: "prod-api-1".to_owned(),
            labels: [("com.docker.compose.service".to_owned(), "api".to_owned())].into(),
            ports,
            healthcheck: vec!["CMD-SHELL".to_owned(), test.to_owned()],
            ..Container::default()
        };
        let promise =
            |ports: &[u16]| vec![PromisedHealth { service: "API".to_owned(), path: "/health".to_owned(), ports: ports.to_vec() }];
        let asks = |container: &Container, promised: &[PromisedHealth]| {
            asked(container, promised).map(|(port, path)| format!("{}{path}", port.published))
        };
        let check = "curl http://localhost:8000/";
        let two = container(vec![port(9000, 9000), port(80, 8000)], check);
        assert_eq!(asks(&two, &[]).as_deref(), Some("80/"));
        assert_eq!(asks(&two, &promise(&[9000])).as_deref(), Some("9000/health"));
        assert_eq!(asks(&two, &promise(&[8000])).as_deref(), Some("80/health"));
        assert_eq!(asks(&two, &promise(&[])).as_deref(), Some("80/health"));
        assert_eq!(asks(&container(vec![port(81, 8001)], "pg_isready"), &promise(&[])).as_deref(), Some("81/health"));
        assert_eq!(asks(&container(vec![port(81, 1), port(82, 2)], "pg_isready"), &promise(&[])), None);
        assert_eq!(asks(&container(vec![port(0, 8000)], check), &promise(&[])), None);
    }

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
