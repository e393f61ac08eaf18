//! What Mozilla's guideline for TLS says: `rules/catalog/tls-guideline.yaml`.

use std::sync::LazyLock;

use jiff::civil::Date;
use serde::Deserialize;

use super::documents;

/// The level "intermediate", which all but the oldest clients can speak to.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Guideline {
    /// The day of the guideline.
    pub as_of: Date,
    pub version: String,
    pub protocols: Vec<String>,
    /// For TLS 1.2, in the names of OpenSSL.
    pub ciphers: Vec<String>,
    pub curves: Vec<String>,
    /// How long browsers are to remember to use TLS, in seconds.
    pub hsts: u64,
}

static GUIDELINE: LazyLock<Guideline> =
    LazyLock::new(|| serde_json::from_str(documents::TLS_GUIDELINE).expect("the tests read this table"));

/// The guideline.
pub fn guideline() -> &'static Guideline {
    &GUIDELINE
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_guideline_lets_in_nothing_weak() {
        let list = guideline().ciphers.join(":");
        assert!(guideline().ciphers.len() == 6 && crate::nginx::ciphers::weak(&list).is_empty());
        assert!(
            guideline().protocols == ["TLSv1.2", "TLSv1.3"] && guideline().hsts > 31_536_000 && guideline().as_of.year() >= 2026
        );
        assert!(guideline().curves.iter().any(|curve| curve == "X25519") && !guideline().version.is_empty());
    }
}
