//! Faults of nginx that its project has published: `rules/catalog/nginx-advisories.yaml`.

use std::sync::LazyLock;

use jiff::civil::Date;
use serde::Deserialize;

use super::documents;
use super::nginx_directives::Version;
use crate::nginx::release::Release;

/// The table.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Advisories {
    /// The day on which it was last compared with its source.
    pub as_of: Date,
    pub advisories: Vec<Advisory>,
}

/// One fault.
#[derive(Debug, Deserialize)]
pub struct Advisory {
    pub cve: String,
    /// What it does, as the object of "has".
    pub about: String,
    /// `low`, `medium` or `high`.
    pub severity: String,
    from: String,
    good: Vec<String>,
    /// Directives of which one turns on what is concerned; a second word is an argument that it has to have, with `~` a part of one. None: it
    /// is always on.
    pub when: Vec<String>,
    /// Directives of which one has to be there, too.
    #[serde(default)]
    pub with: Vec<String>,
    /// Directives that turn it off again.
    #[serde(default)]
    pub unless: Vec<String>,
}

static TABLE: LazyLock<Advisories> =
    LazyLock::new(|| serde_json::from_str(documents::NGINX_ADVISORIES).expect("the tests read this table"));

/// The table.
pub fn advisories() -> &'static Advisories {
    &TABLE
}

impl Advisory {
    /// Whether every release that it may be has the fault.
    pub fn concerns(&self, release: Release) -> bool {
        let (Some(lowest), Some(highest), Some(from)) = (release.lowest, release.highest, version(&self.from)) else {
            return false;
        };
        lowest >= from && !self.is_mended(lowest) && !self.is_mended(highest)
    }

    /// Each line has its own first good release; lines that are newer than all of these are good.
    fn is_mended(&self, release: Version) -> bool {
        let mut good = self.good.iter().filter_map(|text| version(text));
        let newest = good.clone().max();
        let is_in_line = |good: Version| (good.0, good.1) == (release.0, release.1) && release >= good;
        good.any(is_in_line) || newest.is_some_and(|newest| release >= newest)
    }
}

fn version(text: &str) -> Option<Version> {
    match Version::read(text)? {
        (major, Some(minor), Some(patch)) => Some(Version(major, minor, patch)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_can_be_read() {
        assert!(advisories().as_of.year() >= 2025 && advisories().advisories.len() > 20);
        for advisory in &advisories().advisories {
            let versions = advisory.good.iter().chain([&advisory.from]);
            assert!(versions.into_iter().all(|text| version(text).is_some()), "{}", advisory.cve);
            assert!(["low", "medium", "high"].contains(&advisory.severity.as_str()), "{}", advisory.cve);
        }
    }

    #[test]
    fn each_line_has_its_own_good_release() {
        let mp4 = advisories().advisories.iter().find(|one| one.cve == "CVE-2024-7347").expect("it is in the table");
        let concerns = |tag: &str| mp4.concerns(Release::of_tag(tag));
        assert!(concerns("1.27.0") && concerns("1.26.1") && concerns("1.25") && concerns("1.25.5-alpine"));
        assert!(!concerns("1.27.1") && !concerns("1.26.2") && !concerns("1.26") && !concerns("1.28.0") && !concerns("latest"));
        assert!(!concerns("1.5.12"));
    }
}
