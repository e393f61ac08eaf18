//! When releases of runtimes and distributions stop being mended: `rules/catalog/end-of-life.yaml`.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use jiff::civil::Date;
use serde::Deserialize;

use super::documents;
use super::unread::Unread;

/// The table.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct EndOfLife {
    /// The day on which it was last compared with its sources.
    pub as_of: Date,
    #[serde(borrow)]
    products: BTreeMap<&'static str, Product>,
}

/// Something that has releases.
#[derive(Debug, Deserialize)]
pub struct Product {
    pub name: String,
    /// The official images whose tags are its releases.
    images: Vec<String>,
    pub source: String,
    /// The release that a new project would take.
    pub current: Option<String>,
    pub step: Step,
    /// From these releases on to a later one is another language.
    #[serde(default)]
    breaks: Vec<String>,
    #[serde(borrow)]
    releases: Unread<'static, BTreeMap<String, Date>>,
    /// Code names of releases.
    #[serde(default)]
    names: BTreeMap<String, String>,
}

/// What moving to a later release means.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Step {
    /// It may change behaviour.
    Easy,
    /// Data has to be moved too.
    Data,
}

/// A tag to move to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Successor {
    pub tag: String,
    /// The hardest of the steps that it takes.
    pub step: Step,
}

/// A release, and the last day of its support.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Release<'a> {
    pub product: &'a str,
    pub version: &'a str,
    pub end: Date,
}

/// From this many days before the end on it is time to plan, and no fix moves to such a release.
pub const WARNING_DAYS: i32 = 180;

/// The release of an image that ends first, where it has ended or is about to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ending<'a> {
    pub release: Release<'a>,
    /// Until the end; negative once it has passed.
    pub days: i32,
}

impl Ending<'_> {
    /// Whether the end is still to come.
    pub const fn is_ahead(&self) -> bool {
        self.days >= 0
    }
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
            let release = self.distribution(word).map(|(_, _, release)| release);
            found.extend(release.filter(|release| found.iter().all(|known| known.product != release.product)));
        }
        found
    }

    /// The tag that a team at this tag would move to: each release in it that ends before `until` becomes the nearest one that does
    /// not, in the spelling of the tag. `None` where there is none, or where it would be another language.
    pub fn successor(&self, repository: &str, tag: &str, until: Date) -> Option<Successor> {
        let own = self.products.values().find(|product| product.images.iter().any(|image| image == repository));
        let mut step = Step::Easy;
        let mut words = Vec::new();
        for (index, word) in tag.split('-').enumerate() {
            let place = own.filter(|_| index == 0).and_then(|product| Some((product, "", product.release(word)?)));
            let Some((product, prefix, release)) = place.or_else(|| self.distribution(word)) else {
                words.push(word.to_owned());
                continue;
            };
            if release.end >= until {
                words.push(word.to_owned());
                continue;
            }
            let next = product.next(release.version, until)?;
            if product.step == Step::Data {
                step = Step::Data;
            }
            let named = product.names.contains_key(word);
            let name = product.names.iter().find(|(_, version)| *version == next).map(|(name, _)| name.as_str());
            words.push(match name.filter(|_| named) {
                Some(name) => name.to_owned(),
                None => format!("{prefix}{next}"),
            });
        }
        let new = words.join("-");
        (new != tag).then_some(Successor { tag: new, step })
    }

    /// Which release of a tag ends first, when that was or is within as many days as are given for it: of `python:3.9-slim-buster` both
    /// have ended, and one move mends both.
    pub fn ending(
        &self,
        repository: &str,
        tag: &str,
        today: Date,
        warning_days: impl Fn(&Release<'_>) -> i32,
    ) -> Option<Ending<'_>> {
        let endings = self.releases_of(repository, tag).into_iter();
        let endings = endings.map(|release| Ending { days: (release.end - today).get_days(), release });
        endings.filter(|ending| ending.days <= warning_days(&ending.release)).min_by_key(|ending| ending.release.end)
    }

    /// The tag to move to from one that ends: where there is a choice one that lasts a year, since nobody wants to do it again sooner.
    pub fn lasting_successor(&self, repository: &str, tag: &str, today: Date) -> Option<Successor> {
        let lasting =
            |days: i32| self.successor(repository, tag, today.checked_add(jiff::Span::new().days(days)).unwrap_or(today));
        lasting(365).or_else(|| lasting(WARNING_DAYS + 1))
    }

    /// The release that an image without a tag would be pinned to; `None` for an image whose data hangs on it.
    pub fn current(&self, repository: &str) -> Option<&str> {
        let product = self.products.values().find(|product| product.images.iter().any(|image| image == repository))?;
        product.current.as_deref().filter(|_| product.step == Step::Easy)
    }

    /// A word that names a release of another product: `bookworm`, `alpine3.22`, as the official images spell it. Also what stands
    /// in front of the number.
    fn distribution<'w>(&self, word: &'w str) -> Option<(&Product, &'w str, Release<'_>)> {
        if !word.contains(|char: char| char.is_ascii_digit()) {
            return self.products.values().find_map(|product| Some((product, "", product.release(product.names.get(word)?)?)));
        }
        self.products.values().find_map(|product| {
            let number = product.images.iter().find_map(|image| word.strip_prefix(image.as_str()))?;
            Some((product, &word[..word.len() - number.len()], product.release(number)?))
        })
    }
}

impl Product {
    /// The nearest later release that does not end before a day.
    fn next(&self, version: &str, until: Date) -> Option<&str> {
        if self.breaks.iter().any(|release| release == version) {
            return None;
        }
        let order = |version: &str| -> Vec<u32> {
            version.trim_start_matches('v').split('.').map(|part| part.parse().unwrap_or(0)).collect()
        };
        let later = self.releases.get().iter().filter(|(release, end)| **end >= until && order(release) > order(version));
        let nearest = later.map(|(release, _)| release.as_str()).min_by_key(|release| order(release));
        // A release whose end is not announced yet is in no list.
        let current = self.current.as_deref().filter(|current| !self.releases.get().contains_key(*current));
        nearest.or_else(|| current.filter(|current| order(current) > order(version)))
    }

    /// The release that a version belongs to: the longest one that is a dotted prefix of it.
    fn release(&self, version: &str) -> Option<Release<'_>> {
        let version = self.names.get(version).map_or(version, String::as_str);
        let belongs = |release: &str| version.strip_prefix(release).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'));
        let (name, end) =
            self.releases.get().iter().filter(|(release, _)| belongs(release)).max_by_key(|(release, _)| release.len())?;
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
    fn a_tag_moves_to_the_nearest_release_that_lasts() {
        let until = jiff::civil::date(2027, 5, 19);
        let tag = |repository: &str, tag: &str| EndOfLife::table().successor(repository, tag, until).map(|next| next.tag);
        for (repository, old, new) in [
            ("python", "3.9-slim-buster", "3.11-slim-bookworm"),
            ("python", "3.13-slim-buster", "3.13-slim-bookworm"),
            ("node", "18.12.1-alpine3.16", "24-alpine3.23"),
            ("node", "22", "24"),
            ("debian", "stretch-slim", "bookworm-slim"),
            ("debian", "10.3", "12"),
            ("ubuntu", "xenial", "noble"),
            ("alpine", "3.8", "3.23"),
            ("php", "7.4-fpm-alpine3.15", "8.3-fpm-alpine3.23"),
            ("nginx", "1.27-alpine", "1.30-alpine"),
            ("golang", "1.22", "1.26"),
        ] {
            assert_eq!(tag(repository, old).as_deref(), Some(new), "{repository}:{old}");
        }
        for (repository, old) in [("python", "2.7"), ("python", "3.13"), ("python", "3"), ("fedora", "38"), ("x/python", "3.9")] {
            assert_eq!(tag(repository, old), None, "{repository}:{old}");
        }
        let database = EndOfLife::table().successor("postgres", "12", until);
        assert_eq!(database, Some(Successor { tag: "15".to_owned(), step: Step::Data }));
    }

    #[test]
    fn what_is_current_is_not_at_its_end() {
        let table = EndOfLife::table();
        for (name, product) in &table.products {
            assert!(!product.releases.get().is_empty(), "{name}");
            if let Some(current) = &product.current {
                let end = product.release(current).map(|release| release.end);
                assert!(end.is_none_or(|end| end > table.as_of), "{name} {current}");
            }
        }
        assert_eq!(table.current("python"), Some("3.14"));
        assert_eq!(table.current("postgres"), None);
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
