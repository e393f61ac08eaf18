//! The variables that nginx itself has: `rules/catalog/nginx-variables.yaml`.

use std::sync::LazyLock;

use jiff::civil::Date;
use rustc_hash::FxHashSet;
use serde::Deserialize;

use super::documents;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
struct Table {
    #[cfg_attr(not(test), expect(dead_code, reason = "read for `catalog::oldest` without the rest"))]
    as_of: Date,
    names: Vec<Vec<String>>,
    prefixes: Vec<Vec<String>>,
}

static TABLE: LazyLock<Table> =
    LazyLock::new(|| serde_json::from_str(documents::NGINX_VARIABLES).expect("the tests read this table"));

static NAMES: LazyLock<FxHashSet<&'static str>> = LazyLock::new(|| TABLE.names.iter().flatten().map(String::as_str).collect());

/// Whether nginx, or a product on top of it, has a variable of this name, in lower case.
pub fn is_known(name: &str) -> bool {
    NAMES.contains(name) || TABLE.prefixes.iter().flatten().any(|prefix| name.starts_with(prefix.as_str()))
}

/// The variable of nginx that a name, in lower case, is a slip of.
pub fn nearest(name: &str) -> Option<&'static str> {
    // Of short names every other is near.
    let most = match name.len() {
        0..6 => return None,
        6..12 => 1,
        _ => 2,
    };
    let near = NAMES.iter().filter(|known| known.len().abs_diff(name.len()) <= most);
    let near = near.map(|known| (strsim::osa_distance(name, known), *known)).filter(|(distance, _)| *distance <= most);
    near.min().map(|(_, known)| known)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_families_are_known_and_slips_are_seen() {
        assert!(TABLE.as_of.year() >= 2026 && NAMES.len() > 100);
        assert!(is_known("host") && is_known("http_x_real_ip") && is_known("ssl_client_verify") && !is_known("remote_adr"));
        assert_eq!(nearest("remote_adr"), Some("remote_addr"));
        assert_eq!(nearest("proxy_add_x_forward_for"), Some("proxy_add_x_forwarded_for"));
        assert_eq!((nearest("hots"), nearest("connection_upgrade"), nearest("backend")), (None, None, None));
    }
}
