//! Platforms, `os[/architecture[/variant]]` or an architecture alone, as `containerd/platforms` parses them.

const SYSTEMS: [&str; 18] = [
    "aix",
    "android",
    "darwin",
    "dragonfly",
    "freebsd",
    "hurd",
    "illumos",
    "ios",
    "js",
    "linux",
    "macos",
    "nacl",
    "netbsd",
    "openbsd",
    "plan9",
    "solaris",
    "windows",
    "zos",
];

const ARCHITECTURES: [&str; 33] = [
    "386",
    "aarch64",
    "amd64",
    "amd64p32",
    "arm",
    "arm64",
    "arm64be",
    "armbe",
    "armel",
    "armhf",
    "i386",
    "loong64",
    "mips",
    "mips64",
    "mips64le",
    "mips64p32",
    "mips64p32le",
    "mipsle",
    "ppc",
    "ppc64",
    "ppc64le",
    "riscv",
    "riscv64",
    "s390",
    "s390x",
    "sparc",
    "sparc64",
    "wasm",
    "x86-64",
    "x86_64",
    "arm/v6",
    "arm/v7",
    "arm64/v8",
];

/// What an image runs on; `None` for what the machine that builds decides.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Platform {
    pub system: Option<String>,
    pub architecture: Option<String>,
}

impl Platform {
    /// Names are those that Go has: `amd64` for `x86_64`.
    pub fn parse(text: &str) -> Option<Self> {
        if !is_platform(text) {
            return None;
        }
        let mut parts = text.split('/');
        let first = parts.next().unwrap_or_default();
        let first = first.split_once('(').map_or(first, |(name, _)| name).to_lowercase();
        Some(match parts.next() {
            Some(architecture) => Self { system: Some(system(first)), architecture: Some(architecture_name(architecture)) },
            None if SYSTEMS.contains(&first.as_str()) => Self { system: Some(system(first)), architecture: None },
            None => Self { system: None, architecture: Some(architecture_name(&first)) },
        })
    }
}

/// `normalizeOS`
fn system(name: String) -> String {
    if name == "macos" { "darwin".to_owned() } else { name }
}

/// `normalizeArch`
fn architecture_name(name: &str) -> String {
    let name = name.to_lowercase();
    match name.as_str() {
        "i386" => "386".to_owned(),
        "x86_64" | "x86-64" => "amd64".to_owned(),
        "aarch64" => "arm64".to_owned(),
        "armhf" | "armel" => "arm".to_owned(),
        _ => name,
    }
}

/// Whether the text is a platform at all; whether an image has it is another matter.
pub(super) fn is_platform(text: &str) -> bool {
    let mut parts = text.split('/');
    let Some(first) = parts.next() else {
        return false;
    };
    let name = first.split_once('(').map_or(first, |(name, _)| name);
    let options = &first[name.len()..];
    let is_name = |text: &str, extra: &[u8]| {
        !text.is_empty()
            && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-') || extra.contains(&byte))
    };
    let options_fit = options.is_empty()
        || options
            .strip_prefix('(')
            .and_then(|inner| inner.strip_suffix(')'))
            .is_some_and(|inner| inner.is_empty() || is_name(inner, b".%+"));
    if !is_name(name, b"") || !options_fit {
        return false;
    }
    let rest: Vec<&str> = parts.collect();
    match rest.as_slice() {
        [] => {
            let known = |list: &[&str]| list.iter().any(|known| known.eq_ignore_ascii_case(name));
            known(&SYSTEMS) || (options.is_empty() && known(&ARCHITECTURES))
        }
        [_] | [_, _] => rest.iter().all(|part| is_name(part, b".")),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::{Platform, is_platform};

    #[test]
    fn names_are_made_alike() {
        for (text, system, architecture) in [
            ("linux/amd64", Some("linux"), Some("amd64")),
            ("Linux/x86_64", Some("linux"), Some("amd64")),
            ("linux/arm/v7", Some("linux"), Some("arm")),
            ("windows(10.0.17763)/amd64", Some("windows"), Some("amd64")),
            ("macos", Some("darwin"), None),
            ("aarch64", None, Some("arm64")),
        ] {
            let expected = Platform { system: system.map(str::to_owned), architecture: architecture.map(str::to_owned) };
            assert_eq!(Platform::parse(text), Some(expected), "{text}");
        }
        assert_eq!(Platform::parse("foo"), None);
    }

    #[test]
    fn platforms() {
        for fine in ["linux", "amd64", "linux/amd64", "linux/arm/v7", "windows(10.0.17763)/amd64", "x86_64", "Linux", "a/b"] {
            assert!(is_platform(fine), "{fine}");
        }
        for wrong in ["", "foo", "linux/", "linux/*", "a/b/c/d", "linux amd64", "linux/amd64 ", "windows(10", "linux//v7"] {
            assert!(!is_platform(wrong), "{wrong}");
        }
    }
}
