//! When releases of runtimes and distributions stop being mended: `rules/catalog/end-of-life.yaml`.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use jiff::civil::Date;
use serde::Deserialize;

use super::documents;

/// The table.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct EndOfLife {
    /// The day on which it was last compared with its sources.
    pub as_of: Date,
    products: BTreeMap<String, Product>,
}

/// Something that has releases.
#[derive(Debug, Deserialize)]
pub struct Product {
    pub name: String,
    /// The official images whose tags are its releases.
    images: Vec<String>,
    pub source: String,
    releases: BTreeMap<String, Date>,
    /// Code names of releases.
    #[serde(default)]
    names: BTreeMap<String, String>,
}

/// A release, and the last day of its support.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Release<'a> {
    pub product: &'a str,
    pub version: &'a str,
    pub end: Date,
}

static TABLE: LazyLock<EndOfLife> =
    LazyLock::new(|| serde_json::from_str(documents::END_OF_LIFE).expect("the tests read this table"));

impl EndOfLife {
    /// The table, read when it is first asked for.
    pub fn table() -> &'static Self {
        &TABLE
    }

    /// What the tag of an official image says of the release of the product, then of the distribution below it:
    /// `python:3.9-slim-buster` is Python 3.9 on Debian 10. Variables and words that say nothing are passed over.
    pub fn releases_of(&self, repository: &str, tag: &str) -> Vec<Release<'_>> {
        let mut words = tag.split('-');
        let own = self.products.values().find(|product| product.images.iter().any(|image| image == repository));
        let first = words.clone().next().unwrap_or_default();
        let mut found: Vec<Release<'_>> = own.and_then(|product| product.release(first)).into_iter().collect();
        if !found.is_empty() {
            words.next();
        }
        for word in words {
            let by_name = self.products.values().find_map(|product| {
                let version = product.names.get(word)?;
                product.release(version)
            });
            // `alpine3.17`, as the official images spell it.
            let by_number = || {
                self.products.values().find_map(|product| {
                    let number = product.images.iter().find_map(|image| word.strip_prefix(image.as_str()))?;
                    product.release(number)
                })
            };
            let release = by_name.or_else(by_number);
            found.extend(release.filter(|release| found.iter().all(|known| known.product != release.product)));
        }
        found
    }
}

impl Product {
    /// The release that a version belongs to: the longest one that is a dotted prefix of it.
    fn release(&self, version: &str) -> Option<Release<'_>> {
        let version = self.names.get(version).map_or(version, String::as_str);
        let belongs = |release: &str| version.strip_prefix(release).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'));
        let (name, end) =
            self.releases.iter().filter(|(release, _)| belongs(release)).max_by_key(|(release, _)| release.len())?;
        Some(Release { product: &self.name, version: name, end: *end })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn releases(repository: &str, tag: &str) -> Vec<String> {
        let found = EndOfLife::table().releases_of(repository, tag);
        found.iter().map(|release| format!("{} {} {}", release.product, release.version, release.end)).collect()
    }

    #[test]
    fn a_tag_tells_the_product_and_the_distribution() {
        assert_eq!(releases("python", "3.9-slim-buster"), ["Python 3.9 2025-10-31", "Debian 10 2024-06-30"]);
        assert_eq!(releases("python", "3.10.4-alpine3.15"), ["Python 3.10 2026-10-31", "Alpine 3.15 2023-11-01"]);
        assert_eq!(releases("node", "18-alpine"), ["Node.js 18 2025-04-30"]);
        assert_eq!(releases("debian", "buster-slim"), ["Debian 10 2024-06-30"]);
        assert_eq!(releases("debian", "11.6"), ["Debian 11 2026-08-31"]);
        assert_eq!(releases("postgres", "14-alpine"), ["PostgreSQL 14 2026-11-12"]);
    }

    #[test]
    fn what_is_not_known_says_nothing() {
        assert_eq!(releases("python", "3"), Vec::<String>::new());
        assert_eq!(releases("python", "3.1"), Vec::<String>::new());
        assert_eq!(releases("python", "latest"), Vec::<String>::new());
        assert_eq!(releases("bitnami/python", "3.8"), Vec::<String>::new());
        assert_eq!(releases("alpine", "edge"), Vec::<String>::new());
    }
}
