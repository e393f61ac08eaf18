//! Which rule speaks of a detection: one for each place.

use super::{Detection, Evidence, Setting, Strength};
use crate::source::Kind;

/// What there is to say of a detection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Topic {
    Token,
    PrivateKey,
    Url,
    /// A secret by the name of its variable, flag or header.
    Literal,
    Placeholder,
    WeakPassword,
    WeakDefault,
    DefaultCredential,
    BuildArgument,
}

impl Detection {
    /// `None` where nothing is to be said: an example shows examples, and an env file is the place for secrets.
    pub fn topic(&self, kind: Kind) -> Option<Topic> {
        let is_example = self.setting == Setting::Example;
        match (self.evidence, self.strength) {
            (Evidence::BuildArgument, _) => (!is_example).then_some(Topic::BuildArgument),
            (Evidence::Default(_), _) => (!is_example).then_some(Topic::DefaultCredential),
            (Evidence::Token { .. }, Strength::Real) => (is_example || kind != Kind::Env).then_some(Topic::Token),
            (Evidence::PrivateKey, _) => (is_example || kind != Kind::Env).then_some(Topic::PrivateKey),
            _ if is_example => None,
            (_, Strength::Real) if kind == Kind::Env => None,
            (Evidence::Url, Strength::Real) => Some(Topic::Url),
            (_, Strength::Real) => Some(Topic::Literal),
            _ if self.setting == Setting::Fallback => Some(Topic::WeakDefault),
            (_, Strength::Placeholder) => Some(Topic::Placeholder),
            (_, Strength::Weak) => Some(Topic::WeakPassword),
        }
    }

    /// The variable that a reference in the place of the value names; `None` where none can stand there.
    pub fn reference(&self) -> Option<(crate::source::Span, String)> {
        let place = self.replaceable?;
        let is_name = |name: &str| {
            !name.is_empty()
                && !name.starts_with(|first: char| first.is_ascii_digit())
                && name.bytes().all(super::references::is_name_byte)
        };
        is_name(&self.name).then(|| (place, format!("${{{0}:?set {0}}}", self.name)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::secret::Scanner;
    use crate::source::Span;

    fn topic(value: &str, setting: Setting, kind: Kind) -> Option<Topic> {
        let mut scanner = Scanner::new(value, setting);
        scanner.variable("DB_PASSWORD", Span::new(0, value.len()));
        scanner.finish().detections.first().and_then(|detection| detection.topic(kind))
    }

    #[test]
    fn the_three_ways_of_a_placeholder() {
        assert_eq!(topic("changeme", Setting::Example, Kind::Env), None);
        assert_eq!(topic("changeme", Setting::Deployed, Kind::Env), Some(Topic::Placeholder));
        assert_eq!(topic("${X:-changeme}", Setting::Deployed, Kind::Compose), Some(Topic::WeakDefault));
        assert_eq!(topic("${X:-changeme}", Setting::Example, Kind::Compose), None);
    }

    #[test]
    fn an_env_file_is_the_place_for_secrets() {
        assert_eq!(topic("Tr0ub4dor&3", Setting::Deployed, Kind::Env), None);
        assert_eq!(topic("Tr0ub4dor&3", Setting::Deployed, Kind::Compose), Some(Topic::Literal));
        assert_eq!(topic("admin", Setting::Deployed, Kind::Env), Some(Topic::WeakPassword));
        assert_eq!(topic("redis://:Tr0ub4dor&3@db", Setting::Deployed, Kind::Compose), Some(Topic::Url));
    }
}
