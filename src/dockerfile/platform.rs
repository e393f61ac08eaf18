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
    use super::is_platform;

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
