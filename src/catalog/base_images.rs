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
    absent_tools: Vec<AbsentTools>,
}

/// Programs that some images are known not to have.
#[derive(Debug, Deserialize)]
struct AbsentTools {
    images: Vec<String>,
    /// A word of the tag, or its start.
    variant: Option<String>,
    tools: Vec<String>,
}

static TABLE: LazyLock<BaseImages> =
    LazyLock::new(|| serde_json::from_str(documents::BASE_IMAGES).expect("the tests read this table"));

impl BaseImages {
    /// The table, read when it is first asked for.
    pub fn table() -> &'static Self {
        &TABLE
    }

    /// Whether a container of this official image runs as root and stays it, unless somebody says otherwise.
    pub fn runs_as_root(&self, official: &str) -> bool {
        self.runs_as_root.iter().any(|name| name == official)
    }

    /// Whether an official image is known not to have a program; `false` says nothing.
    pub fn lacks(&self, official: &str, tag: &str, tool: &str) -> bool {
        let has_variant = |variant: &str| tag.split('-').any(|word| word.starts_with(variant));
        self.absent_tools.iter().any(|entry| {
            entry.images.iter().any(|image| image == official)
                && entry.variant.as_deref().is_none_or(has_variant)
                && entry.tools.iter().any(|name| name == tool)
        })
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

    #[test]
    fn only_a_definite_no_counts() {
        let table = BaseImages::table();
        assert!(table.lacks("python", "3.13-slim-bookworm", "curl"));
        assert!(table.lacks("node", "24-alpine3.22", "curl"));
        assert!(!table.lacks("node", "24-alpine", "wget"), "BusyBox has it");
        assert!(!table.lacks("python", "3.13", "curl"));
        assert!(!table.lacks("nginx", "1.28-alpine", "curl"), "it depends on the version");
    }
}
