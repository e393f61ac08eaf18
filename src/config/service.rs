//! One service of the table of services: what it is promised to be, and why it may differ.

use jiff::civil::Date;
use toml::Spanned;

use super::runtime::{Runtime, check_version};
use super::{Config, ConfigError};
use crate::source::Span;

/// A `[[service]]`. The places are those in the configuration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServiceEntry {
    pub name: Spanned<String>,
    /// The releases that it runs.
    pub runtimes: Vec<(Runtime, Spanned<String>)>,
    pub reason: Option<Spanned<String>>,
    /// The dependencies behind the reason; empty where none is named.
    pub because: Vec<String>,
    /// Where they are named.
    pub because_span: Option<Span>,
    /// The last day on which the reason holds.
    pub until: Option<(Date, Span)>,
    /// The ports that it is reached at; empty where none is promised.
    pub ports: Vec<u16>,
    pub port_span: Option<Span>,
    /// The path of its health.
    pub health: Option<Spanned<String>>,
}

impl ServiceEntry {
    /// The release of a runtime that it is promised to run.
    pub fn runtime(&self, runtime: Runtime) -> Option<&Spanned<String>> {
        self.runtimes.iter().find(|(of, _)| *of == runtime).map(|(_, version)| version)
    }

    /// Whether a reason is given that says something.
    pub fn has_reason(&self) -> bool {
        self.reason.as_ref().is_some_and(|reason| {
            let reason = reason.get_ref().trim();
            !reason.is_empty() && !reason.to_ascii_uppercase().starts_with("TODO")
        })
    }

    /// Every entry of a configuration.
    pub(super) fn all(config: &Config) -> Result<Vec<Self>, ConfigError> {
        let mut found: Vec<Self> = Vec::new();
        for written in &config.file.service {
            let name = written.name.get_ref();
            if name.trim().is_empty() {
                return Err(config.error(written.name.span(), "a service needs a name"));
            }
            if found.iter().any(|known| known.name.get_ref() == name) {
                return Err(config.error(written.name.span(), format!("`{name}` is described twice")));
            }
            let runtimes = Runtime::ALL.into_iter().filter_map(|runtime| Some((runtime, written.runtime(runtime)?.clone())));
            let runtimes: Vec<_> = runtimes.collect();
            for (_, version) in &runtimes {
                check_version(config, version)?;
            }
            let ports = written.port.as_ref().map_or(&[][..], |ports| ports.get_ref().as_slice()).to_vec();
            if let Some(port) = written.port.as_ref().filter(|_| ports.contains(&0)) {
                return Err(config.error(port.span(), "0 is no port"));
            }
            if let Some(health) = written.health.as_ref().filter(|health| !health.get_ref().starts_with('/')) {
                let message = format!("`{}` is no path: it begins with `/`, such as `/health`", health.get_ref());
                return Err(config.error(health.span(), message));
            }
            let because = written.because.as_ref();
            found.push(Self {
                name: written.name.clone(),
                runtimes,
                reason: written.reason.clone(),
                because: because.map_or(Vec::new(), |because| because.get_ref().as_slice().to_vec()),
                because_span: because.map(|because| because.span().into()),
                until: written.until.as_ref().map(|until| (until.get_ref().0, until.span().into())),
                port_span: written.port.as_ref().map(|port| port.span().into()),
                ports,
                health: written.health.clone(),
            });
        }
        Ok(found)
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use crate::config::{Config, Overrides, Policy, Runtime};

    fn policy(text: &str) -> Result<Policy, String> {
        let config = Config::parse("shipworthy.toml", text.to_owned(), Path::new("/")).map_err(|error| error.to_string())?;
        Policy::of(&config, &Overrides::default()).map_err(|error| error.to_string())
    }

    #[test]
    fn entries_are_read_with_their_places() {
        let text = "[[service]]\nname = \"api\"\npython = \"3.11\"\nreason = \"old\"\nbecause = [\"grpcio\", \"x\"]\n\
                    until = \"2027-01-31\"\nport = [3000, 5173]\nhealth = \"/health\"\n";
        let policy = policy(text).unwrap();
        let entry = &policy.services()[0];
        assert_eq!(entry.runtime(Runtime::Python).unwrap().get_ref(), "3.11");
        assert_eq!(entry.because_span.unwrap().slice(text), "[\"grpcio\", \"x\"]");
        assert_eq!((entry.ports.as_slice(), entry.until.unwrap().0), (&[3000, 5173][..], jiff::civil::date(2027, 1, 31)));
        assert!(entry.has_reason() && policy.speaks_of_services());
    }

    #[test]
    fn a_reason_that_is_to_be_written_is_none() {
        let text = "[[service]]\nname = \"api\"\nreason = \"TODO: why\"\n";
        assert!(!policy(text).unwrap().services()[0].has_reason());
    }

    #[test]
    fn what_makes_no_sense_is_refused_at_its_place() {
        for (text, message) in [
            ("[[service]]\nname = \"a\"\n[[service]]\nname = \"a\"\n", "`a` is described twice"),
            ("[[service]]\nname = \" \"\n", "a service needs a name"),
            ("[[service]]\nname = \"a\"\npython = \"3.x\"\n", "`3.x` is no release"),
            ("[[service]]\nname = \"a\"\nhealth = \"health\"\n", "`health` is no path"),
            ("[[service]]\nname = \"a\"\nport = 0\n", "0 is no port"),
            ("[[service]]\nname = \"a\"\nport = 70000\n", "70000"),
            ("[[service]]\nname = \"a\"\nuntil = \"soon\"\n", "`soon` is no day"),
            ("[[service]]\nname = \"a\"\npyhton = \"3.11\"\n", "did you mean `python`?"),
            ("[policy.python]\ndefault = \"3.13\"\nallow = [\"3.11\"]\n", "the default `3.13` is not one of `allow`"),
            ("[policy.pyton]\ndefault = \"3.13\"\n", "did you mean `python`?"),
            ("[policy.image]\npin = \"hash\"\n", "`hash` is no value"),
        ] {
            let error = policy(text).unwrap_err();
            assert!(error.contains(message) && error.contains("--> shipworthy.toml:"), "{message}: {error}");
        }
    }
}
