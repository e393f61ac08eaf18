//! Passwords that the documentation of images shows, and switches that let everyone in: `rules/catalog/default-credentials.yaml`.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use jiff::civil::Date;
use serde::Deserialize;

use super::documents;

/// The table.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct DefaultCredentials {
    /// The day on which it was last compared with its sources.
    pub as_of: Date,
    products: Vec<Product>,
}

/// A program that images run.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Product {
    pub name: String,
    images: Vec<String>,
    pub source: String,
    #[serde(default)]
    credentials: BTreeMap<String, Vec<String>>,
    #[serde(default)]
    open: BTreeMap<String, Vec<String>>,
    pub built_in: Option<BuiltIn>,
}

/// The account that an image has when nothing is set.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct BuiltIn {
    pub user: String,
    /// The variables any of which changes that.
    unless: Vec<String>,
}

impl BuiltIn {
    /// The variable that sets its password.
    pub fn variable(&self) -> &str {
        self.unless.first().map_or("", String::as_str)
    }
}

/// What a variable with a value does to an image.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DefaultCredential<'a> {
    /// The value is a password that everyone knows. Holds the name of the product.
    Known(&'a str),
    /// The value lets everyone in without one.
    Open(&'a str),
}

static TABLE: LazyLock<DefaultCredentials> =
    LazyLock::new(|| serde_json::from_str(documents::DEFAULT_CREDENTIALS).expect("the tests read this table"));

impl DefaultCredentials {
    /// The table, read when it is first asked for.
    pub fn table() -> &'static Self {
        &TABLE
    }

    /// Whether a name could be one of those in the table, without reading it.
    pub fn may_know(variable: &str) -> bool {
        const PARTS: &[&[u8]] = &[
            b"PASS",
            b"SECRET",
            b"KEY",
            b"TOKEN",
            b"AUTH",
            b"ALLOW",
            b"SECURITY",
            b"SKIP_USER",
            b"SERVER_MODE",
            b"COOKIE",
            b"ORG_ROLE",
        ];
        PARTS.iter().any(|part| variable.as_bytes().windows(part.len()).any(|window| window.eq_ignore_ascii_case(part)))
    }

    /// What a variable of an image is known for. `image` is a reference without tag and digest, with or without a registry:
    /// `postgres`, `registry.example.com/mirror/postgres`, `quay.io/minio/minio`.
    pub fn find(&self, image: &str, variable: &str, value: &str) -> Option<DefaultCredential<'_>> {
        if !Self::may_know(variable) {
            return None;
        }
        let value = value.trim();
        let holds = |table: &BTreeMap<String, Vec<String>>| {
            let values = table.iter().find(|(name, _)| name.eq_ignore_ascii_case(variable)).map(|(_, values)| values);
            values.is_some_and(|values| {
                values.iter().any(|known| known.eq_ignore_ascii_case(value) || known == "*" && !value.is_empty())
            })
        };
        self.products_of(image).find_map(|product| {
            let open = holds(&product.open).then_some(DefaultCredential::Open(&product.name));
            open.or_else(|| holds(&product.credentials).then_some(DefaultCredential::Known(&product.name)))
        })
    }

    /// The product whose built-in account holds for an image that is given these variables.
    pub fn built_in(&self, image: &str, has_variable: &dyn Fn(&str) -> bool) -> Option<(&Product, &BuiltIn)> {
        self.products_of(image).find_map(|product| {
            let built_in = product.built_in.as_ref()?;
            (!built_in.unless.iter().any(|variable| has_variable(variable))).then_some((product, built_in))
        })
    }

    fn products_of(&self, image: &str) -> impl Iterator<Item = &Product> {
        let is_image =
            move |known: &String| image.strip_suffix(known.as_str()).is_some_and(|rest| rest.is_empty() || rest.ends_with('/'));
        self.products.iter().filter(move |product| product.images.iter().any(is_image))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn find(image: &str, variable: &str, value: &str) -> Option<DefaultCredential<'static>> {
        DefaultCredentials::table().find(image, variable, value)
    }

    #[test]
    fn passwords_that_the_documentation_shows() {
        assert_eq!(find("postgres", "POSTGRES_PASSWORD", "Postgres"), Some(DefaultCredential::Known("PostgreSQL")));
        assert_eq!(
            find("registry.example.com/mirror/postgres", "POSTGRES_PASSWORD", "example"),
            Some(DefaultCredential::Known("PostgreSQL"))
        );
        assert_eq!(find("neo4j", "NEO4J_AUTH", "neo4j/password"), Some(DefaultCredential::Known("Neo4j")));
        assert_eq!(find("postgres", "POSTGRES_PASSWORD", "kept in a vault"), None);
        assert_eq!(find("notpostgres", "POSTGRES_PASSWORD", "postgres"), None);
        assert_eq!(find("nginx", "POSTGRES_PASSWORD", "postgres"), None);
    }

    #[test]
    fn every_name_in_the_table_is_looked_up() {
        let tables = DefaultCredentials::table().products.iter().flat_map(|product| [&product.credentials, &product.open]);
        for name in tables.flat_map(BTreeMap::keys) {
            assert!(DefaultCredentials::may_know(name), "{name}");
        }
    }

    #[test]
    fn switches_that_let_everyone_in() {
        assert_eq!(find("postgres", "POSTGRES_HOST_AUTH_METHOD", "trust"), Some(DefaultCredential::Open("PostgreSQL")));
        assert_eq!(find("mysql", "MYSQL_ALLOW_EMPTY_PASSWORD", "no"), Some(DefaultCredential::Open("MySQL")));
        assert_eq!(find("bitnami/redis", "ALLOW_EMPTY_PASSWORD", "yes"), Some(DefaultCredential::Open("Redis")));
        assert_eq!(find("bitnami/redis", "ALLOW_EMPTY_PASSWORD", "no"), None);
        assert_eq!(find("neo4j", "NEO4J_AUTH", "none"), Some(DefaultCredential::Open("Neo4j")));
        assert_eq!(find("mysql", "MYSQL_ALLOW_EMPTY_PASSWORD", ""), None);
    }

    #[test]
    fn accounts_that_are_there_when_nothing_is_set() {
        let user = |image: &str, set: &str| {
            DefaultCredentials::table().built_in(image, &|name| name == set).map(|(_, built_in)| built_in.user.as_str())
        };
        assert_eq!(user("grafana/grafana", ""), Some("admin"));
        assert_eq!(user("grafana/grafana", "GF_SECURITY_ADMIN_PASSWORD"), None);
        assert_eq!(user("quay.io/minio/minio", ""), Some("minioadmin"));
        assert_eq!(user("nginx", ""), None);
    }
}
