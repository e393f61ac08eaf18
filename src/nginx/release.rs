//! Which nginx runs a configuration, as far as it is known.

use crate::catalog::nginx_directives::Version;

/// The releases that it may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Release {
    /// It is not older.
    pub lowest: Option<Version>,
    /// It is not newer.
    pub highest: Option<Version>,
}

impl Release {
    /// Nothing is known.
    pub const UNKNOWN: Self = Self { lowest: None, highest: None };

    /// Exactly this one.
    pub const fn exactly(version: Version) -> Self {
        Self { lowest: Some(version), highest: Some(version) }
    }

    /// What the tag of an image of nginx says: `1.27.3-alpine` is one release, `1.27` all of a line; `latest`, `stable` and the like
    /// say nothing that holds tomorrow.
    pub fn of_tag(tag: &str) -> Self {
        match Version::read(tag) {
            Some((major, Some(minor), Some(patch))) => Self::exactly(Version(major, minor, patch)),
            Some((major, Some(minor), None)) => {
                Self { lowest: Some(Version(major, minor, 0)), highest: Some(Version(major, minor, u8::MAX)) }
            }
            Some((major, None, _)) => {
                Self { lowest: Some(Version(major, 0, 0)), highest: Some(Version(major, u8::MAX, u8::MAX)) }
            }
            None => Self::UNKNOWN,
        }
    }

    /// Either of the two: what is known of both.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        Self {
            lowest: self.lowest.zip(other.lowest).map(|(one, other)| one.min(other)),
            highest: self.highest.zip(other.highest).map(|(one, other)| one.max(other)),
        }
    }

    /// Whether anything is known.
    pub fn is_known(self) -> bool {
        self.lowest.is_some() || self.highest.is_some()
    }

    /// Whether it is this release or a newer one, for sure.
    pub fn is_at_least(self, version: Version) -> bool {
        self.lowest.is_some_and(|lowest| lowest >= version)
    }

    /// Whether it is older than this release, for sure.
    pub fn is_before(self, version: Version) -> bool {
        self.highest.is_some_and(|highest| highest < version)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_tell_releases_or_lines_of_them() {
        assert!(Release::of_tag("1.27.3-alpine").is_at_least(Version(1, 27, 3)));
        assert!(Release::of_tag("1.27").is_before(Version(1, 29, 3)) && !Release::of_tag("1.27").is_at_least(Version(1, 27, 3)));
        assert!(!Release::of_tag("1").is_before(Version(1, 29, 3)));
        assert!(!Release::of_tag("latest").is_known() && !Release::of_tag("mainline-alpine").is_known());
    }
}
