//! Image references: `[registry[:port]/]repository[:tag][@digest]`.
//!
//! Behaviour: `distribution/reference`, `normalize.go` (what is a registry, `library/`) and `regexp.go` (the grammar).

use std::borrow::Cow;
use std::fmt;

use compact_str::{CompactString, format_compact};

use crate::catalog::base_images::{BaseImage, BaseImages};
use crate::catalog::image_environment;

/// The registry of a reference that names none.
pub const DEFAULT_REGISTRY: &str = "docker.io";

/// What Docker Hub was called once; still read as [`DEFAULT_REGISTRY`].
const LEGACY_REGISTRY: &str = "index.docker.io";

/// The namespace of official images, left out where people write them.
const OFFICIAL_PREFIX: &str = "library/";

const MAX_REPOSITORY: usize = 255;
const MAX_TAG: usize = 128;

/// `[registry/]repository[:tag][@digest]`, as `distribution/reference` reads it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct ImageReference {
    /// With variables expanded.
    pub text: String,
    /// `docker.io` when none is written.
    pub registry: CompactString,
    /// Without the registry; `library/` in front of official images is dropped: `python`, `bitnami/redis`.
    pub repository: CompactString,
    pub tag: Option<CompactString>,
    pub digest: Option<String>,
}

/// Why a text is no image reference.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
pub enum InvalidReference {
    #[error("the reference is empty")]
    Empty,
    #[error("the repository is not in lower case")]
    Uppercase,
    #[error("64 hexadecimal digits name an image id, not a repository")]
    Identifier,
    #[error("the repository is longer than 255 characters")]
    TooLong,
    #[error("the registry is neither a host name nor an address, perhaps with a port")]
    Registry,
    #[error("the repository is not made of lower-case words, digits and single separators")]
    Repository,
    #[error("the tag is not made of up to 128 word characters, dots and dashes")]
    Tag,
    #[error("the digest is not an algorithm and its hexadecimal digits")]
    Digest,
}

impl InvalidReference {
    /// The name in documents.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Empty => "empty",
            Self::Uppercase => "uppercase",
            Self::Identifier => "identifier",
            Self::TooLong => "too-long",
            Self::Registry => "registry",
            Self::Repository => "repository",
            Self::Tag => "tag",
            Self::Digest => "digest",
        }
    }
}

impl ImageReference {
    /// Reads a reference as `docker pull` does.
    pub fn parse(text: &str) -> Result<Self, InvalidReference> {
        if text.is_empty() {
            return Err(InvalidReference::Empty);
        }
        if text.len() == 64 && text.bytes().all(is_lower_hexadecimal) {
            return Err(InvalidReference::Identifier);
        }
        let (registry, remainder) = split_registry(text);
        let (name_and_tag, digest) = match remainder.split_once('@') {
            Some((before, digest)) => (before, Some(digest)),
            None => (remainder, None),
        };
        let (repository, tag) = match name_and_tag.split_once(':') {
            Some((before, tag)) => (before, Some(tag)),
            None => (name_and_tag, None),
        };
        if repository.bytes().any(|byte| byte.is_ascii_uppercase()) {
            return Err(InvalidReference::Uppercase);
        }
        if !is_repository(repository) {
            return Err(InvalidReference::Repository);
        }
        if tag.is_some_and(|tag| !is_tag(tag)) {
            return Err(InvalidReference::Tag);
        }
        if digest.is_some_and(|digest| !is_digest(digest)) {
            return Err(InvalidReference::Digest);
        }
        let (registry, repository) = match registry {
            Some(host) if is_host(host) => (host, CompactString::from(repository)),
            // `a_b.c/d`: no host, but the grammar still reads it, as a repository of two components.
            Some(component) if is_repository(component) => (DEFAULT_REGISTRY, format_compact!("{component}/{repository}")),
            Some(_) => return Err(InvalidReference::Registry),
            None => (DEFAULT_REGISTRY, CompactString::from(repository)),
        };
        let registry = if registry == LEGACY_REGISTRY { DEFAULT_REGISTRY } else { registry };
        let official = (registry == DEFAULT_REGISTRY).then(|| repository.strip_prefix(OFFICIAL_PREFIX)).flatten();
        let is_familiar = official.is_none() && registry == DEFAULT_REGISTRY && !repository.contains('/');
        let full_length = repository.len() + if is_familiar { OFFICIAL_PREFIX.len() } else { 0 };
        if full_length > MAX_REPOSITORY {
            return Err(InvalidReference::TooLong);
        }
        let repository = match official {
            Some(name) if !name.contains('/') => name.into(),
            _ => repository,
        };
        Ok(Self {
            text: text.to_owned(),
            registry: registry.into(),
            repository,
            tag: tag.map(CompactString::from),
            digest: digest.map(str::to_owned),
        })
    }

    /// An official image of Docker Hub: no namespace.
    pub fn is_official(&self) -> bool {
        self.registry == DEFAULT_REGISTRY && !self.repository.contains('/')
    }

    /// Whether the image sets a variable; `None` when that is not known.
    pub fn sets_variable(&self, name: &str) -> Option<bool> {
        if self.is_official() { image_environment::sets(&self.repository, name) } else { None }
    }

    /// The last component of the repository, whoever's it is: `python` for `registry.example/mirror/python`.
    pub fn short_name(&self) -> &str {
        self.repository.rsplit('/').next().unwrap_or_default()
    }

    /// An image known to set an account other than root: those whose name or tag says so, and publishers that always do.
    pub fn sets_user(&self) -> bool {
        let says = |text: &str| ["nonroot", "non-root", "rootless", "unprivileged"].iter().any(|word| text.contains(word));
        let is_from = |prefix: &str| self.familiar_name().starts_with(prefix);
        says(&self.repository)
            || self.tag.as_deref().is_some_and(says)
            || ["bitnami/", "bitnamilegacy/", "cgr.dev/chainguard/", "dhi.io/"].iter().any(|publisher| is_from(publisher))
    }

    /// What is known of the image; `None` for one that the catalogue does not hold.
    pub fn known(&self) -> Option<BaseImage<'static>> {
        BaseImages::table().image(&self.familiar_name(), self.tag.as_deref().unwrap_or_default())
    }

    /// Neither a tag nor a digest: the registry decides with its `latest`.
    pub fn is_bare(&self) -> bool {
        self.tag.is_none() && self.digest.is_none()
    }

    /// The repository as people write it: with the registry unless it is Docker Hub.
    pub fn familiar_name(&self) -> Cow<'_, str> {
        let repository = self.repository.as_str();
        if self.registry == DEFAULT_REGISTRY { repository.into() } else { format!("{}/{repository}", self.registry).into() }
    }
}

impl fmt::Display for ImageReference {
    /// The shortest reference that means the same.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.familiar_name())?;
        if let Some(tag) = &self.tag {
            write!(f, ":{tag}")?;
        }
        if let Some(digest) = &self.digest {
            write!(f, "@{digest}")?;
        }
        Ok(())
    }
}

/// The registry, when the first component is one: it has a dot or a port, or a capital, or is `localhost`
/// (`normalize.go`, splitDockerDomain).
fn split_registry(text: &str) -> (Option<&str>, &str) {
    match text.split_once('/') {
        Some((first, rest))
            if first == "localhost" || first.contains(['.', ':']) || first.bytes().any(|byte| byte.is_ascii_uppercase()) =>
        {
            (Some(first), rest)
        }
        _ => (None, text),
    }
}

/// A host name, an IPv4 address or an IPv6 address in brackets, perhaps with a port.
fn is_host(text: &str) -> bool {
    let (host, port) = match text.strip_prefix('[').and_then(|inner| inner.split_once(']')) {
        Some((address, after)) => {
            if address.is_empty() || !address.bytes().all(|byte| byte.is_ascii_hexdigit() || byte == b':') {
                return false;
            }
            match after.strip_prefix(':') {
                Some(port) => (None, Some(port)),
                None if after.is_empty() => (None, None),
                None => return false,
            }
        }
        None => match text.split_once(':') {
            Some((host, port)) => (Some(host), Some(port)),
            None => (Some(text), None),
        },
    };
    let is_label = |label: &str| {
        !label.is_empty()
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
    };
    host.is_none_or(|host| host.split('.').all(is_label))
        && port.is_none_or(|port| !port.is_empty() && port.bytes().all(|byte| byte.is_ascii_digit()))
}

fn is_repository(text: &str) -> bool {
    text.split('/').all(is_component)
}

/// Lower-case letters and digits, with one dot, one or two underscores or any number of dashes between them.
fn is_component(text: &str) -> bool {
    let bytes = text.as_bytes();
    let is_word = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    if !bytes.first().copied().is_some_and(is_word) || !bytes.last().copied().is_some_and(is_word) {
        return false;
    }
    text.split(|char: char| char.is_ascii_lowercase() || char.is_ascii_digit())
        .all(|separator| matches!(separator, "" | "." | "_" | "__") || separator.bytes().all(|byte| byte == b'-'))
}

fn is_tag(text: &str) -> bool {
    let is_word = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    let bytes = text.as_bytes();
    bytes.len() <= MAX_TAG
        && bytes.first().copied().is_some_and(is_word)
        && bytes.iter().all(|byte| is_word(*byte) || matches!(byte, b'.' | b'-'))
}

/// An algorithm that containers use, with as many digits as it gives (`go-digest`, Digest.Validate).
pub(super) fn is_digest(text: &str) -> bool {
    text.split_once(':').is_some_and(|(algorithm, digits)| {
        let length = match algorithm {
            "sha256" => 64,
            "sha384" => 96,
            "sha512" => 128,
            _ => return false,
        };
        digits.len() == length && digits.bytes().all(is_lower_hexadecimal)
    })
}

fn is_lower_hexadecimal(byte: u8) -> bool {
    byte.is_ascii_digit() || matches!(byte, b'a'..=b'f')
}

#[cfg(test)]
mod tests {
    use super::*;

    const SHA256: &str = "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

    /// registry, repository, tag
    fn parts(text: &str) -> (String, String, Option<String>) {
        let image = ImageReference::parse(text).unwrap_or_else(|error| panic!("{text}: {error}"));
        assert_eq!(image.text, text);
        (image.registry.into(), image.repository.into(), image.tag.map(String::from))
    }

    fn owned(registry: &str, repository: &str, tag: Option<&str>) -> (String, String, Option<String>) {
        (registry.to_owned(), repository.to_owned(), tag.map(str::to_owned))
    }

    #[test]
    fn references_split_as_the_grammar_says() {
        let cases: &[(&str, &str, &str, Option<&str>)] = &[
            ("python", "docker.io", "python", None),
            ("python:3.12-slim", "docker.io", "python", Some("3.12-slim")),
            ("library/python:3", "docker.io", "python", Some("3")),
            ("docker.io/python", "docker.io", "python", None),
            ("docker.io/library/python:3", "docker.io", "python", Some("3")),
            ("index.docker.io/library/python", "docker.io", "python", None),
            ("index.docker.io/me/app", "docker.io", "me/app", None),
            ("bitnami/redis:7", "docker.io", "bitnami/redis", Some("7")),
            ("library/a/b", "docker.io", "library/a/b", None),
            ("ghcr.io/org/app:v1", "ghcr.io", "org/app", Some("v1")),
            ("registry.k8s.io/pause:3.9", "registry.k8s.io", "pause", Some("3.9")),
            ("registry:5000/x:1", "registry:5000", "x", Some("1")),
            ("localhost/app", "localhost", "app", None),
            ("localhost:5000/a/b:1", "localhost:5000", "a/b", Some("1")),
            ("127.0.0.1:5000/a", "127.0.0.1:5000", "a", None),
            ("[::1]:5000/a", "[::1]:5000", "a", None),
            ("[2001:db8::1]/a", "[2001:db8::1]", "a", None),
            ("Registry/app", "Registry", "app", None),
            // Without a slash, what follows the colon is a tag, never a port.
            ("registry:5000", "docker.io", "registry", Some("5000")),
            ("localhost", "docker.io", "localhost", None),
            ("example.com", "docker.io", "example.com", None),
            ("a__b/c-----d", "docker.io", "a__b/c-----d", None),
            ("x:_.-A", "docker.io", "x", Some("_.-A")),
            ("a_b.c/d", "docker.io", "a_b.c/d", None),
            ("mcr.microsoft.com/dotnet/sdk:8.0", "mcr.microsoft.com", "dotnet/sdk", Some("8.0")),
        ];
        for (text, registry, repository, tag) in cases {
            assert_eq!(parts(text), owned(registry, repository, *tag), "{text}");
        }
    }

    #[test]
    fn a_digest_stands_alone_or_behind_a_tag() {
        let image = ImageReference::parse(&format!("python:3.12@{SHA256}")).unwrap();
        assert_eq!((image.tag.as_deref(), image.digest.as_deref()), (Some("3.12"), Some(SHA256)));
        let image = ImageReference::parse(&format!("r.example:443/a/b@{SHA256}")).unwrap();
        assert_eq!((image.repository.as_str(), image.tag, image.digest.as_deref()), ("a/b", None, Some(SHA256)));
        assert!(ImageReference::parse(&format!("x@sha512:{}", "0".repeat(128))).is_ok());
    }

    #[test]
    fn what_is_no_reference_says_why() {
        use InvalidReference::*;
        let long = "a".repeat(256);
        let long_tag = format!("x:{}", "t".repeat(129));
        let short_digest = format!("x@{}", &SHA256[..SHA256.len() - 1]);
        let upper_digest = format!("x@{}", SHA256.to_uppercase().replace("SHA", "sha"));
        let unknown_digest = format!("x@md5:{}", "0".repeat(32));
        let cases: &[(&str, InvalidReference)] = &[
            ("", Empty),
            ("Python", Uppercase),
            ("me/App:1", Uppercase),
            ("ghcr.io/Org/app", Uppercase),
            ("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", Identifier),
            (&long, TooLong),
            ("-host.example/a", Registry),
            ("host:port/a", Registry),
            ("host:/a", Registry),
            ("python:a/b", Registry),
            ("[::1/a", Registry),
            ("[::1]x/a", Registry),
            ("a//b", Repository),
            ("/a", Repository),
            ("a/", Repository),
            ("a..b", Repository),
            ("a___b", Repository),
            ("a._b", Repository),
            ("_a", Repository),
            ("a-", Repository),
            ("a b", Repository),
            ("python@", Digest),
            ("héllo", Repository),
            (":3", Repository),
            ("python:", Tag),
            ("python:-x", Tag),
            ("python:a:b", Tag),
            (&long_tag, Tag),
            (&short_digest, Digest),
            (&upper_digest, Digest),
            (&unknown_digest, Digest),
            ("x@sha256", Digest),
        ];
        for (text, why) in cases {
            assert_eq!(ImageReference::parse(text).unwrap_err(), *why, "{text:?}");
        }
        assert!(ImageReference::parse(&"a".repeat(255 - "library/".len())).is_ok());
    }

    #[test]
    fn only_official_images_have_known_variables() {
        let sets = |image: &str, name: &str| ImageReference::parse(image).unwrap().sets_variable(name);
        assert_eq!(sets("docker.io/library/golang:1.25", "GOPATH"), Some(true));
        assert_eq!(sets("golang", "GOOS"), Some(false));
        assert_eq!(sets("ghcr.io/me/golang", "GOOS"), None);
        assert_eq!(sets("bitnami/node", "APP_DIR"), None);
    }

    #[test]
    fn images_with_an_account_of_their_own() {
        let sets_user = |text: &str| ImageReference::parse(text).unwrap().sets_user();
        for image in
            ["gcr.io/distroless/static:nonroot", "nginxinc/nginx-unprivileged", "bitnami/redis:7", "cgr.dev/chainguard/go"]
        {
            assert!(sets_user(image), "{image}");
        }
        for image in ["python:3.12", "gcr.io/distroless/static", "example/bitnami/redis"] {
            assert!(!sets_user(image), "{image}");
        }
    }

    #[test]
    fn names_for_people() {
        let image = ImageReference::parse("docker.io/library/python:3").unwrap();
        assert!(image.is_official() && !image.is_bare());
        assert_eq!(image.to_string(), "python:3");
        let image = ImageReference::parse("registry.example/mirror/python").unwrap();
        assert!(!image.is_official() && image.is_bare());
        assert_eq!((image.short_name(), image.to_string().as_str()), ("python", "registry.example/mirror/python"));
    }
}
