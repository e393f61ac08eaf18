//! What the names of images tell.

use crate::dockerfile::image::ImageReference;

/// Images whose next major release does not read the data of this one.
const DATABASES: [&str; 25] = [
    "arangodb",
    "cassandra",
    "clickhouse",
    "clickhouse-server",
    "cockroach",
    "couchbase",
    "couchdb",
    "elasticsearch",
    "influxdb",
    "mariadb",
    "mongo",
    "mongodb",
    "mssql",
    "mysql",
    "mysql-server",
    "neo4j",
    "opensearch",
    "percona",
    "pgvector",
    "postgis",
    "postgres",
    "postgresql",
    "scylla",
    "timescaledb",
    "timescaledb-ha",
];

/// Tags that stand for whatever is newest of some kind.
const MOVING_TAGS: [&str; 21] = [
    "alpine",
    "beta",
    "canary",
    "dev",
    "develop",
    "edge",
    "latest",
    "lts",
    "lts-alpine",
    "main",
    "master",
    "mainline",
    "nightly",
    "preview",
    "release",
    "rolling",
    "slim",
    "snapshot",
    "stable",
    "test",
    "unstable",
];

/// Programs that hand requests on to others, and are there for everybody.
const PROXIES: [&str; 22] = [
    "apache",
    "apisix",
    "bunkerweb",
    "caddy",
    "cloudflared",
    "envoy",
    "haproxy",
    "httpd",
    "ingress",
    "kong",
    "letsencrypt",
    "nginx",
    "nginx-proxy",
    "nginx-proxy-manager",
    "nginx-unprivileged",
    "openresty",
    "proxy",
    "squid",
    "swag",
    "traefik",
    "varnish",
    "zoraxy",
];

/// Reads a reference as compose does.
pub fn reference(text: &str) -> Option<ImageReference> {
    ImageReference::parse(text).ok()
}

/// The last word of the name: `server` of `ghcr.io/example/server`.
pub fn last_name(image: &ImageReference) -> &str {
    image.repository.rsplit('/').next().unwrap_or_default()
}

/// The `test` of a `healthcheck` that asks the server of an image, in words that its container has; `None` where none is known.
pub fn probe(image: &ImageReference) -> Option<Vec<String>> {
    let command = image.known()?.probe()?;
    let command = command.strip_suffix(" || exit 1").unwrap_or(command);
    let is_plain = |char: char| char.is_ascii_alphanumeric() || matches!(char, ' ' | '-' | '_' | '.' | '/' | ':' | '=');
    if command.chars().all(is_plain) {
        return Some(std::iter::once("CMD").chain(command.split(' ')).map(str::to_owned).collect());
    }
    // The shell of the container has to see the variables, and not compose.
    Some(vec!["CMD-SHELL".to_owned(), command.replace('$', "$$")])
}

/// Whether its data hangs on the release.
pub fn is_database(image: &ImageReference) -> bool {
    DATABASES.contains(&last_name(image))
}

/// Whether it is a proxy or a web server.
pub fn is_proxy(image: &ImageReference) -> bool {
    let name = last_name(image);
    PROXIES.contains(&name)
        || name.split(['-', '_']).any(|word| ["nginx", "caddy", "traefik", "haproxy", "proxy"].contains(&word))
}

/// Whether what it names can be another content tomorrow by the name of its tag alone: no tag, or one such as `latest`.
pub fn is_unpinned(image: &ImageReference) -> bool {
    image.digest.is_none() && image.tag.as_deref().is_none_or(|tag| MOVING_TAGS.contains(&tag))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn probes_are_those_of_the_image() {
        let probe = |text| probe(&reference(text).unwrap()).map(|words| words.join(" "));
        assert_eq!(probe("redis:8").as_deref(), Some("CMD redis-cli ping"));
        assert_eq!(probe("postgres:17-alpine").as_deref(), Some("CMD-SHELL pg_isready -U \"$${POSTGRES_USER:-postgres}\""));
        assert_eq!(probe("registry.example.org/redis:8"), None);
    }

    #[test]
    fn names_tell_what_runs() {
        let image = |text| reference(text).unwrap();
        assert!(is_database(&image("docker.io/bitnami/postgresql:17")) && !is_database(&image("postgres-exporter")));
        assert!(is_proxy(&image("lscr.io/linuxserver/swag")) && is_proxy(&image("traefik:v3")) && !is_proxy(&image("redis")));
        for (text, unpinned) in [("nginx", true), ("nginx:alpine", true), ("nginx:1-alpine", false), ("localhost:5000/a", true)] {
            assert_eq!(is_unpinned(&image(text)), unpinned, "{text}");
        }
    }
}
