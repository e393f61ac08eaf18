//! Languages and the releases of them that a team promises to run.

use toml::Spanned;

use super::{Config, ConfigError, PolicySection};
use crate::finding::Severity;

/// A language whose release a policy speaks of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Runtime {
    Python,
    Node,
    Go,
    Ruby,
    Php,
    Java,
}

impl Runtime {
    pub const ALL: [Self; 6] = [Self::Python, Self::Node, Self::Go, Self::Ruby, Self::Php, Self::Java];

    /// Its key in `[policy]` and `[[service]]`.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Python => "python",
            Self::Node => "node",
            Self::Go => "go",
            Self::Ruby => "ruby",
            Self::Php => "php",
            Self::Java => "java",
        }
    }

    /// As people write it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Python => "Python",
            Self::Node => "Node.js",
            Self::Go => "Go",
            Self::Ruby => "Ruby",
            Self::Php => "PHP",
            Self::Java => "Java",
        }
    }

    /// The images whose tags are its releases, by the last part of their names.
    pub const fn images(self) -> &'static [&'static str] {
        match self {
            Self::Python => &["python"],
            Self::Node => &["node"],
            Self::Go => &["golang"],
            Self::Ruby => &["ruby"],
            Self::Php => &["php"],
            Self::Java => &["eclipse-temurin", "openjdk", "amazoncorretto"],
        }
    }

    /// The image by which the table of ends of life knows it.
    pub const fn official_image(self) -> &'static str {
        self.images()[0]
    }

    /// The runtime that a product of the table of ends of life is.
    pub fn of_product(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|runtime| runtime.name() == name)
    }
}

/// What is promised of one runtime.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuntimePolicy {
    pub runtime: Runtime,
    /// What a service runs that says nothing else.
    pub default: Option<Spanned<String>>,
    /// What may run at all; empty where anything may.
    pub allow: Vec<Spanned<String>>,
    /// The severity of a release past its end.
    pub eol: Option<Severity>,
    /// From how many days before its end on a release is warned of.
    pub eol_warn_days: Option<i32>,
}

impl RuntimePolicy {
    /// Whether a release may run.
    pub fn allows(&self, version: &str) -> bool {
        self.allow.is_empty() || self.allow.iter().any(|allowed| agree(allowed.get_ref(), version))
    }

    /// The releases that may run, for a message: `3.11 and 3.13`.
    pub fn allowed(&self) -> String {
        let all: Vec<&str> = self.allow.iter().map(|version| version.get_ref().as_str()).collect();
        match all.split_last() {
            Some((last, [])) => (*last).to_owned(),
            Some((last, first)) => format!("{} and {last}", first.join(", ")),
            None => "any".to_owned(),
        }
    }

    /// Whether a release is the default, or there is none.
    pub fn is_default(&self, version: &str) -> bool {
        self.default.as_ref().is_none_or(|default| agree(default.get_ref(), version))
    }

    /// What the sections say of every runtime.
    pub(super) fn all(config: &Config, section: &PolicySection) -> Result<Vec<Self>, ConfigError> {
        let mut found = Vec::new();
        for runtime in Runtime::ALL {
            let Some(written) = section.runtime(runtime) else { continue };
            let allow = written.allow.as_ref().map_or(Vec::new(), |allow| allow.get_ref().clone());
            for version in written.default.iter().chain(&allow) {
                check_version(config, version)?;
            }
            let policy = Self {
                runtime,
                default: written.default.clone(),
                allow,
                eol: written.eol.as_ref().map(|severity| *severity.get_ref()),
                eol_warn_days: written.eol_warn_days.as_ref().map(|days| i32::from(*days.get_ref())),
            };
            if let Some(default) = policy.default.as_ref().filter(|default| !policy.allows(default.get_ref())) {
                let message = format!("the default `{}` is not one of `allow`", default.get_ref());
                return Err(config.error(default.span(), message).with_help("add it to `allow`, or change the default"));
            }
            found.push(policy);
        }
        Ok(found)
    }
}

/// Refuses what is no release: `3.11`, `22`, `1.26.1` are.
pub(super) fn check_version(config: &Config, version: &Spanned<String>) -> Result<(), ConfigError> {
    let text = version.get_ref();
    let is_number = |part: &str| !part.is_empty() && part.len() <= 6 && part.bytes().all(|byte| byte.is_ascii_digit());
    if text.split('.').all(is_number) && text.split('.').count() <= 4 {
        return Ok(());
    }
    let message = format!("`{text}` is no release: write numbers alone, such as `3.13` or `22`");
    Err(config.error(version.span(), message))
}

/// Whether two releases may be the same: each says what the other says, or less. `3.11` and `3.11.4` agree.
pub fn agree(one: &str, other: &str) -> bool {
    one.split('.').zip(other.split('.')).all(|(one, other)| one == other)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn releases_agree_as_far_as_both_say() {
        assert!(agree("3.11", "3.11.4") && agree("22", "22.1.0") && agree("3.11", "3.11"));
        assert!(!agree("3.1", "3.11") && !agree("3.11", "3.13") && !agree("2", "22"));
    }
}
