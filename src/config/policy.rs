//! What a team promises itself about the images that it builds on; checks read it beside the file that they judge.

use std::path::PathBuf;
use std::sync::Arc;

use toml::Spanned;

use super::{Config, ConfigError, LabelContent, Overrides, Pin, Runtime, RuntimePolicy, ServiceEntry};
use crate::catalog::end_of_life::{Release, WARNING_DAYS};
use crate::finding::Severity;

/// The registry that an image without one comes from, under its other names.
const DOCKER_HUB: &str = "docker.io";
const DOCKER_HUB_HOSTS: [&str; 3] = ["hub.docker.com", "index.docker.io", "registry-1.docker.io"];

/// The namespace of the official images of Docker Hub.
const OFFICIAL: &str = "library";

/// What holds for the images of one file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Policy {
    /// Registries that images may come from; empty when any may.
    trusted_registries: Vec<TrustedRegistry>,
    /// Labels that every image has to have, sorted by key.
    labels: Vec<(String, LabelContent)>,
    strict_labels: bool,
    /// Bytes.
    max_image_size: Option<u64>,
    published_ports: Option<Vec<u16>>,
    /// How firmly every image has to be named.
    pin: Option<Spanned<Pin>>,
    runtimes: Vec<RuntimePolicy>,
    services: Vec<ServiceEntry>,
    /// As they are written, relative to the folder of the configuration.
    guides: Vec<Spanned<String>>,
    /// For releases of which no runtime policy says it.
    eol_warn_days: Option<i32>,
    source: Option<Arc<PolicySource>>,
    /// Nothing is promised yet; services are looked at all the same.
    explores: bool,
}

/// The configuration that a policy stands in.
#[derive(Debug, PartialEq, Eq)]
pub struct PolicySource {
    /// As it is shown.
    pub path: String,
    /// Where it lies.
    pub location: Option<PathBuf>,
    pub text: String,
    /// What its paths are relative to.
    pub root: PathBuf,
}

/// `host[:port][/namespace]`; a host may begin with `*.`, or be `*`.
#[derive(Debug, Clone, PartialEq, Eq)]
struct TrustedRegistry {
    host: String,
    namespace: Option<String>,
}

impl Policy {
    /// What configuration and command line say together.
    pub fn of(config: &Config, overrides: &Overrides) -> Result<Self, ConfigError> {
        let mut trusted_registries = Vec::new();
        let configured = config.file.check.trusted_registries.as_ref();
        let section = &config.file.policy;
        let image = section.image.as_ref();
        let of_policy = image.and_then(|image| image.registries.as_ref());
        for entry in configured.into_iter().chain(of_policy).flat_map(|list| list.get_ref()) {
            let registry = TrustedRegistry::parse(entry.get_ref()).map_err(|why| config.error(entry.span(), why))?;
            trusted_registries.push(registry);
        }
        for entry in &overrides.trusted_registries {
            let wrong = |why| ConfigError::usage(format!("`--trusted-registry {entry}`: {why}"));
            trusted_registries.push(TrustedRegistry::parse(entry).map_err(wrong)?);
        }
        let check = &config.file.check;
        let labels = check.labels.iter().chain(image.iter().flat_map(|image| &image.labels));
        let mut labels: Vec<_> = labels.map(|(key, content)| (key.get_ref().clone(), *content)).collect();
        labels.sort_by(|(one, _), (other, _)| one.cmp(other));
        labels.dedup_by(|(one, _), (other, _)| one == other);
        let strict_labels = check.strict_labels.as_ref().is_some_and(|strict| *strict.get_ref());
        let audit = &config.file.audit;
        let size = image.and_then(|image| image.max_size.as_ref()).or(audit.max_image_size.as_ref());
        let max_image_size = size
            .map(|size| bytes(size.get_ref()).ok_or_else(|| config.error(size.span(), "is no size: write it such as `800MB`")))
            .transpose()?;
        let published_ports = audit.published_ports.as_ref().map(|ports| ports.get_ref().clone());
        Ok(Self {
            trusted_registries,
            labels,
            strict_labels,
            max_image_size,
            published_ports,
            pin: image.and_then(|image| image.pin.clone()),
            runtimes: RuntimePolicy::all(config, section)?,
            services: ServiceEntry::all(config)?,
            guides: section.guides.as_ref().map_or(Vec::new(), |guides| guides.get_ref().clone()),
            eol_warn_days: section.eol_warn_days.as_ref().map(|days| i32::from(*days.get_ref())),
            source: config.source(),
            explores: false,
        })
    }

    /// A policy that promises nothing and looks at everything below a folder, to see what could be promised. `path` is that of the configuration
    /// to come.
    pub fn exploring(path: &str, root: PathBuf) -> Self {
        let source = PolicySource { path: path.to_owned(), location: Some(root.join(path)), text: String::new(), root };
        Self { source: Some(Arc::new(source)), explores: true, ..Self::default() }
    }

    /// Whether anything is promised of services: without that no file is looked at for it.
    pub fn speaks_of_services(&self) -> bool {
        self.explores || !(self.runtimes.is_empty() && self.services.is_empty() && self.guides.is_empty() && self.pin.is_none())
    }

    /// What is promised of a runtime.
    pub fn runtime(&self, runtime: Runtime) -> Option<&RuntimePolicy> {
        self.runtimes.iter().find(|policy| policy.runtime == runtime)
    }

    /// The table of services.
    pub fn services(&self) -> &[ServiceEntry] {
        &self.services
    }

    /// The guides that say of services what the configuration says, relative to [`PolicySource::root`].
    pub fn guides(&self) -> &[Spanned<String>] {
        &self.guides
    }

    /// How firmly every image has to be named.
    pub const fn pin(&self) -> Option<&Spanned<Pin>> {
        self.pin.as_ref()
    }

    /// The configuration; `None` for the defaults.
    pub fn source(&self) -> Option<&Arc<PolicySource>> {
        self.source.as_ref()
    }

    /// From how many days before its end on a release is warned of.
    pub fn warning_days(&self, release: &Release<'_>) -> i32 {
        let own = Runtime::of_product(release.product).and_then(|runtime| self.runtime(runtime)?.eol_warn_days);
        own.or(self.eol_warn_days).unwrap_or(WARNING_DAYS)
    }

    /// The severity that the configuration gives a release past its end.
    pub fn end_of_life_severity(&self, release: &Release<'_>) -> Option<Severity> {
        Runtime::of_product(release.product).and_then(|runtime| self.runtime(runtime)?.eol)
    }

    /// The labels that every image has to have, with what they hold.
    pub fn labels(&self) -> &[(String, LabelContent)] {
        &self.labels
    }

    /// What a label holds by the configuration.
    pub fn label(&self, key: &str) -> Option<LabelContent> {
        self.labels.iter().find(|(known, _)| known == key).map(|(_, content)| *content)
    }

    /// Whether the configuration lets no image have a label.
    pub fn forbids_label(&self, key: &str) -> bool {
        self.strict_labels && self.label(key).is_none()
    }

    /// The largest image that may run, in bytes; `None` where any may.
    pub const fn max_image_size(&self) -> Option<u64> {
        self.max_image_size
    }

    /// The ports that may be open to every network; `None` where any may.
    pub fn published_ports(&self) -> Option<&[u16]> {
        self.published_ports.as_deref()
    }

    /// Whether there is a list of trusted registries at all.
    pub fn restricts_registries(&self) -> bool {
        !self.trusted_registries.is_empty()
    }

    /// Whether images of a repository may be used. Official images of Docker Hub are those without a namespace.
    pub fn trusts(&self, registry: &str, repository: &str) -> bool {
        !self.restricts_registries() || self.trusted_registries.iter().any(|trusted| trusted.holds(registry, repository))
    }
}

/// `800MB`, `1.5 GB`, `500000000`: in powers of 1000, as engines print sizes.
fn bytes(text: &str) -> Option<u64> {
    let text = text.trim().to_ascii_lowercase();
    let end = text.find(|char: char| !char.is_ascii_digit() && char != '.').unwrap_or(text.len());
    let number: f64 = text[..end].parse().ok()?;
    let factor = match text[end..].trim() {
        "" | "b" => 1.0,
        "k" | "kb" => 1e3,
        "m" | "mb" => 1e6,
        "g" | "gb" => 1e9,
        _ => return None,
    };
    (number > 0.0).then_some((number * factor) as u64)
}

impl TrustedRegistry {
    fn parse(entry: &str) -> Result<Self, String> {
        let entry = entry.trim_end_matches('/');
        if entry.is_empty() || entry.contains("://") || entry.contains(char::is_whitespace) {
            return Err(format!("`{entry}` is no registry: write its host alone, such as `ghcr.io` or `ghcr.io/organisation`"));
        }
        let (host, namespace) = entry.split_once('/').map_or((entry, None), |(host, namespace)| (host, Some(namespace)));
        Ok(Self { host: canonical(host), namespace: namespace.map(str::to_owned) })
    }

    fn holds(&self, registry: &str, repository: &str) -> bool {
        let registry = canonical(registry);
        let is_host = match self.host.strip_prefix('*') {
            Some("") => true,
            Some(domain) => domain.starts_with('.') && registry.len() > domain.len() && registry.ends_with(domain),
            None => registry == self.host,
        };
        is_host
            && self.namespace.as_deref().is_none_or(|namespace| {
                let is_official = registry == DOCKER_HUB && !repository.contains('/');
                let below = |path: &str| path == namespace || path.starts_with(&format!("{namespace}/"));
                if is_official { below(&format!("{OFFICIAL}/{repository}")) } else { below(repository) }
            })
    }
}

fn canonical(host: &str) -> String {
    let host = host.to_lowercase();
    if DOCKER_HUB_HOSTS.contains(&host.as_str()) { DOCKER_HUB.to_owned() } else { host }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    #[test]
    fn sizes_are_read() {
        assert_eq!((bytes("800MB"), bytes("1.5 GB"), bytes("12")), (Some(800_000_000), Some(1_500_000_000), Some(12)));
        assert_eq!((bytes("much"), bytes("-1"), bytes("5 apples")), (None, None, None));
    }

    fn policy(entries: &[&str]) -> Policy {
        let trusted_registries = entries.iter().map(|entry| (*entry).to_owned()).collect();
        Policy::of(&Config::default(), &Overrides { trusted_registries, ..Overrides::default() }).unwrap()
    }

    #[test]
    fn without_a_list_everything_is_trusted() {
        assert!(policy(&[]).trusts("evil.example", "x") && !policy(&[]).restricts_registries());
    }

    #[test]
    fn hosts_ports_and_wildcards() {
        let trusts = |entry: &str, registry: &str| policy(&[entry]).trusts(registry, "a/b");
        for (entry, registry) in [
            ("ghcr.io", "ghcr.io"),
            ("GHCR.io/", "ghcr.io"),
            ("registry.example:5000", "registry.example:5000"),
            ("*.example", "a.b.example"),
            ("*", "anything"),
            ("hub.docker.com", "docker.io"),
            ("docker.io", "index.docker.io"),
        ] {
            assert!(trusts(entry, registry), "{entry} {registry}");
        }
        for (entry, registry) in [
            ("ghcr.io", "docker.io"),
            ("registry.example", "registry.example:5000"),
            ("*.example", "example"),
            ("*.example", "badexample"),
            ("*example", "badexample"),
        ] {
            assert!(!trusts(entry, registry), "{entry} {registry}");
        }
    }

    #[test]
    fn namespaces() {
        let trusts = |entry: &str, registry: &str, repository: &str| policy(&[entry]).trusts(registry, repository);
        assert!(trusts("ghcr.io/us", "ghcr.io", "us/app") && trusts("ghcr.io/us/app", "ghcr.io", "us/app"));
        assert!(!trusts("ghcr.io/us", "ghcr.io", "usual/app") && !trusts("ghcr.io/us", "ghcr.io", "us2/app"));
        assert!(trusts("docker.io/library", "docker.io", "python") && !trusts("docker.io/library", "docker.io", "me/python"));
    }

    #[test]
    fn file_and_command_line_hold_together() {
        let text = "[check]\ntrusted-registries = [\"ghcr.io\"]\n".to_owned();
        let config = Config::parse("shipworthy.toml", text, Path::new("/")).unwrap();
        let overrides = Overrides { trusted_registries: vec!["quay.io".into()], ..Overrides::default() };
        let policy = Policy::of(&config, &overrides).unwrap();
        assert!(policy.trusts("ghcr.io", "a") && policy.trusts("quay.io", "a") && !policy.trusts("docker.io", "a"));
    }

    #[test]
    fn an_address_is_refused_where_it_stands() {
        let text = "[check]\ntrusted-registries = [\"https://ghcr.io\"]\n";
        let config = Config::parse("shipworthy.toml", text.to_owned(), Path::new("/")).unwrap();
        let error = Policy::of(&config, &Overrides::default()).unwrap_err();
        assert_eq!(error.span.unwrap().slice(text), "\"https://ghcr.io\"");
        let overrides = Overrides { trusted_registries: vec!["".into()], ..Overrides::default() };
        assert!(Policy::of(&Config::default(), &overrides).is_err());
    }
}
