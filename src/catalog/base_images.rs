//! What official images start as: `rules/catalog/base-images.yaml`.

use std::sync::LazyLock;

use jiff::civil::Date;
use serde::Deserialize;

use super::documents;

/// The table.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct BaseImages {
    /// The day on which it was last compared with its sources.
    pub as_of: Date,
    pub source: String,
    runs_as_root: Vec<String>,
}

static TABLE: LazyLock<BaseImages> =
    LazyLock::new(|| serde_json::from_str(documents::BASE_IMAGES).expect("the tests read this table"));

impl BaseImages {
    pub fn table() -> &'static Self {
        &TABLE
    }

    /// Whether a container of this official image runs as root and stays it, unless somebody says otherwise.
    pub fn runs_as_root(&self, official: &str) -> bool {
        self.runs_as_root.iter().any(|name| name == official)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runtimes_stay_root_and_databases_step_down() {
        let table = BaseImages::table();
        assert!(table.runs_as_root("python") && table.runs_as_root("node"));
        assert!(!table.runs_as_root("postgres") && !table.runs_as_root("nginx"));
    }
}
