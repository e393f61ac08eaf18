//! Globs of the configuration, matched against paths below its folder.

use globset::{GlobBuilder, GlobSet, GlobSetBuilder};

/// Patterns as in a `.gitignore`: one without `/` matches the name of a file or folder anywhere, one with `/` the path
/// from the folder of the configuration, and what matches a folder matches all in it.
#[derive(Debug, Clone, Default)]
pub struct Globs {
    set: GlobSet,
}

impl Globs {
    /// The index of the pattern that is none, and why.
    pub fn new<'a>(patterns: impl IntoIterator<Item = &'a str>) -> Result<Self, (usize, String)> {
        let mut set = GlobSetBuilder::new();
        for (index, pattern) in patterns.into_iter().enumerate() {
            for glob in spelled_out(pattern) {
                let glob = GlobBuilder::new(&glob).literal_separator(true).build();
                set.add(glob.map_err(|error| (index, error.kind().to_string()))?);
            }
        }
        Ok(Self { set: set.build().map_err(|error| (0, error.kind().to_string()))? })
    }

    /// Whether nothing can match.
    pub fn is_empty(&self) -> bool {
        self.set.is_empty()
    }

    /// Whether a path, with `/` and relative to the folder of the configuration, matches.
    pub fn matches(&self, path: &str) -> bool {
        self.set.is_match(path)
    }
}

/// What a pattern matches itself, and what lies in a folder that it matches.
fn spelled_out(pattern: &str) -> [String; 2] {
    let bare = pattern.strip_prefix("./").unwrap_or(pattern);
    let anchored = bare.trim_end_matches('/').contains('/');
    let bare = bare.trim_matches('/');
    let base = if anchored { bare.to_owned() } else { format!("**/{bare}") };
    let inside = format!("{base}/**");
    [base, inside]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn matches(pattern: &str, path: &str) -> bool {
        Globs::new([pattern]).unwrap().matches(path)
    }

    #[test]
    fn a_name_matches_anywhere_and_a_path_from_the_root() {
        assert!(matches("vendor", "a/vendor/b/Dockerfile"));
        assert!(matches("vendor/", "vendor/Dockerfile"));
        assert!(!matches("vendor", "vendored/Dockerfile"));
        assert!(matches("*.prod.yml", "deploy/compose.prod.yml"));
        assert!(matches("services/web", "services/web/Dockerfile"));
        assert!(!matches("services/web", "old/services/web/Dockerfile"));
        assert!(matches("/Dockerfile", "Dockerfile"));
        assert!(!matches("/Dockerfile", "a/Dockerfile"));
        assert!(matches("./a/*.yml", "a/b.yml"));
        assert!(!matches("a/*.yml", "a/b/c.yml"));
        assert!(matches("a/**/*.yml", "a/b/c.yml"));
        assert!(matches("**/legacy/**", "x/legacy/Dockerfile"));
        assert!(matches("{a,b}/Dockerfile*", "b/Dockerfile.dev"));
    }

    #[test]
    fn a_glob_that_is_none_is_named() {
        assert_eq!(Globs::new(["fine", "a[", "also"]).unwrap_err().0, 1);
    }
}
