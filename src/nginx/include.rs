//! Which files an `include` means.

use crate::source::sources::join;
use crate::source::{Entry, FileId, Kind, Opened, Sources};

/// A pattern that more files match is not followed.
pub const MOST_MATCHES: usize = 4096;

/// Files that every nginx package brings and that hold nothing that a rule looks for.
const SHIPPED: &[&str] = &[
    "mime.types",
    "fastcgi_params",
    "fastcgi.conf",
    "scgi_params",
    "uwsgi_params",
    "proxy_params",
    "koi-utf",
    "koi-win",
    "win-utf",
    "mime-types.conf",
    "snippets/fastcgi-php.conf",
    "snippets/snakeoil.conf",
    "modules-enabled/*.conf",
    "/usr/share/nginx/modules/*.conf",
];

/// Where packages and images keep the configuration of nginx.
const CONFIGURATION_FOLDERS: &[&str] = &[
    "/etc/nginx/",
    "/usr/local/openresty/nginx/conf/",
    "/usr/local/nginx/conf/",
    "/opt/nginx/conf/",
    "/etc/angie/",
    "/etc/tengine/",
];

/// What became of an `include`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// Its files, in the order in which nginx reads them; none is fine for a pattern.
    Files(Vec<FileId>),
    /// Files of the tree that stand where the image or server will have them: likely, not certain.
    Mapped(Vec<FileId>),
    /// A file that every package of nginx brings; it is not in the tree.
    Shipped,
    /// A relative path that names nothing.
    Missing,
    /// It names a folder.
    Directory,
    Unreadable(String),
    /// It is absolute, or hangs on a template: it exists on a server, if at all.
    Unknown,
    /// The file is being read already.
    Cycle,
    /// More files match than are followed, or files include each other too often.
    TooMany,
}

impl Outcome {
    /// Whether nothing that matters can be in what it did not read.
    pub fn is_known(&self) -> bool {
        matches!(self, Self::Files(_) | Self::Shipped | Self::Cycle)
    }

    /// The files that were read.
    pub fn files(&self) -> &[FileId] {
        match self {
            Self::Files(files) | Self::Mapped(files) => files,
            _ => &[],
        }
    }
}

/// Resolves the argument of an `include` as nginx does: relative to the folder of the main file, whoever includes.
pub fn resolve(pattern: &str, base: &str, sources: &dyn Sources) -> Outcome {
    if pattern.contains("${") || pattern.contains('\0') || pattern.is_empty() {
        return Outcome::Unknown;
    }
    if pattern.starts_with('/') {
        return absolute(pattern, base, sources);
    }
    match find(&join(base, pattern), sources) {
        Outcome::Missing if is_shipped(pattern) => Outcome::Shipped,
        Outcome::Files(files) if files.is_empty() && is_shipped(pattern) => Outcome::Shipped,
        outcome => outcome,
    }
}

fn absolute(pattern: &str, base: &str, sources: &dyn Sources) -> Outcome {
    let here = find(pattern, sources);
    if !matches!(here, Outcome::Unknown) {
        return here;
    }
    let relative = CONFIGURATION_FOLDERS.iter().find_map(|folder| pattern.strip_prefix(folder));
    if is_shipped(pattern) || relative.is_some_and(is_shipped) {
        return Outcome::Shipped;
    }
    // A tree that has the same folders as the server is likely what is copied there.
    match relative.map(|relative| find(&join(base, relative), sources)) {
        Some(Outcome::Files(files)) if !files.is_empty() => Outcome::Mapped(files),
        _ => Outcome::Unknown,
    }
}

fn is_shipped(pattern: &str) -> bool {
    SHIPPED.contains(&pattern)
}

/// The files that a path or pattern means.
fn find(pattern: &str, sources: &dyn Sources) -> Outcome {
    if !is_pattern(pattern) {
        return match sources.open_as(pattern, Kind::Nginx) {
            Opened::File(file) => Outcome::Files(vec![file]),
            Opened::Missing => Outcome::Missing,
            Opened::Directory => Outcome::Directory,
            Opened::Unreadable(why) => Outcome::Unreadable(why),
            Opened::Unknown => Outcome::Unknown,
        };
    }
    let Some(paths) = matches(pattern, sources) else { return Outcome::Unknown };
    if paths.len() > MOST_MATCHES {
        return Outcome::TooMany;
    }
    let mut files = Vec::new();
    for path in paths {
        match sources.open_as(&path, Kind::Nginx) {
            Opened::File(file) => files.push(file),
            Opened::Missing | Opened::Directory => {}
            Opened::Unreadable(_) | Opened::Unknown => return Outcome::Unknown,
        }
    }
    Outcome::Files(files)
}

/// Whether nginx hands it to `glob` (`ngx_conf_include` looks for these three).
pub fn is_pattern(path: &str) -> bool {
    path.contains(['*', '?', '['])
}

/// The paths that match, sorted as `glob(3)` sorts them; `None` when a folder on the way cannot be listed for another reason than
/// that it is not there. At most one more than [`MOST_MATCHES`].
fn matches(pattern: &str, sources: &dyn Sources) -> Option<Vec<String>> {
    let mut found = vec![if pattern.starts_with('/') { "/".to_owned() } else { ".".to_owned() }];
    let parts: Vec<&str> = pattern.split('/').filter(|part| !part.is_empty()).collect();
    for (index, part) in parts.iter().enumerate() {
        let is_last = index + 1 == parts.len();
        let mut next = Vec::new();
        for folder in found {
            if !is_pattern(part) {
                next.push(join(&folder, part));
                continue;
            }
            let names = match sources.list(&folder) {
                Some(names) => names,
                None if matches!(sources.entry(&folder), Entry::Missing | Entry::File) => continue,
                None => return None,
            };
            for name in names.iter().filter(|name| is_match(part.as_bytes(), name.as_bytes())) {
                if next.len() <= MOST_MATCHES {
                    next.push(join(&folder, name));
                }
            }
        }
        if !is_last {
            next.retain(|path| sources.entry(path) != Entry::File);
        }
        found = next;
    }
    Some(found)
}

/// Whether a name matches a pattern of `glob(3)`: `*`, `?` and `[a-z]`; none of them takes a dot at the start.
pub fn is_match(pattern: &[u8], name: &[u8]) -> bool {
    if name.first() == Some(&b'.') && pattern.first() != Some(&b'.') {
        return false;
    }
    let (mut at, mut from) = (0, 0);
    // Where the last `*` stands, and how much of the name it has taken.
    let mut star: Option<(usize, usize)> = None;
    while from < name.len() {
        let step = match pattern.get(at) {
            Some(b'*') => {
                star = Some((at, from));
                at += 1;
                continue;
            }
            Some(b'?') => Some(1),
            Some(b'[') => class(&pattern[at..], name[from]),
            Some(b'\\') if pattern.get(at + 1) == Some(&name[from]) => Some(2),
            Some(byte) if *byte == name[from] => Some(1),
            _ => None,
        };
        match (step, star) {
            (Some(step), _) => {
                at += step;
                from += 1;
            }
            (None, Some((star_at, taken))) => {
                star = Some((star_at, taken + 1));
                at = star_at + 1;
                from = taken + 1;
            }
            (None, None) => return false,
        }
    }
    pattern[at..].iter().all(|byte| *byte == b'*')
}

/// The length of a `[…]` that takes the byte.
fn class(pattern: &[u8], byte: u8) -> Option<usize> {
    let is_negated = matches!(pattern.get(1), Some(b'!' | b'^'));
    let first = 1 + usize::from(is_negated);
    let mut at = first;
    let mut is_in = false;
    while let Some(&low) = pattern.get(at) {
        if low == b']' && at > first {
            return (is_in != is_negated).then_some(at + 1);
        }
        match (pattern.get(at + 1), pattern.get(at + 2)) {
            (Some(b'-'), Some(&high)) if high != b']' => {
                is_in |= (low..=high).contains(&byte);
                at += 3;
            }
            _ => {
                is_in |= low == byte;
                at += 1;
            }
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::source::sources::Memory;
    use crate::source::{Kind, SourceFile};

    fn memory(paths: &[&str]) -> Memory {
        Memory::new(paths.iter().map(|path| Arc::new(SourceFile::new(*path, Kind::Nginx, Vec::new()))))
    }

    fn files(indices: &[u32]) -> Vec<FileId> {
        indices.iter().map(|index| FileId(*index)).collect()
    }

    #[test]
    fn patterns_of_glob() {
        for (pattern, name, expected) in [
            ("*.conf", "a.conf", true),
            ("*.conf", ".conf", false),
            ("*.conf", "a.conf.bak", false),
            ("*", "x", true),
            ("?.c", "a.c", true),
            ("[a-c]*", "beta", true),
            ("[!a-c]*", "beta", false),
            ("[]x]", "]", true),
            ("[", "a", false),
            ("a*b*c", "aXbYbZc", true),
            ("a*b*c", "aXbYbZ", false),
            (".*", ".x", true),
        ] {
            assert_eq!(is_match(pattern.as_bytes(), name.as_bytes()), expected, "{pattern} {name}");
        }
        assert!(!is_match("*a".repeat(30).as_bytes(), "a".repeat(29).as_bytes()));
    }

    #[test]
    fn paths_are_relative_to_the_main_file() {
        let sources = memory(&["nginx/nginx.conf", "nginx/conf.d/b.conf", "nginx/conf.d/a.conf", "nginx/conf.d/.x.conf"]);
        assert_eq!(resolve("conf.d/*.conf", "nginx", &sources), Outcome::Files(files(&[2, 1])));
        assert_eq!(resolve("*/a.conf", "nginx", &sources), Outcome::Files(files(&[2])));
        assert_eq!(resolve("conf.d/a.conf", "nginx", &sources), Outcome::Files(files(&[2])));
        assert_eq!(resolve("../nginx/conf.d/a.conf", "nginx", &sources), Outcome::Files(files(&[2])));
        assert_eq!(resolve("none.conf", "nginx", &sources), Outcome::Missing);
        assert_eq!(resolve("none/*.conf", "nginx", &sources), Outcome::Files(vec![]));
        assert_eq!(resolve("mime.types", "nginx", &sources), Outcome::Shipped);
        assert_eq!(resolve("conf.d", "nginx", &sources), Outcome::Directory);
    }

    #[test]
    fn a_tree_like_that_of_the_server_is_taken_for_it() {
        let sources = memory(&["nginx/nginx.conf", "nginx/conf.d/a.conf"]);
        assert_eq!(resolve("/etc/nginx/conf.d/*.conf", "nginx", &sources), Outcome::Mapped(files(&[1])));
        assert_eq!(resolve("/etc/nginx/sites-enabled/*", "nginx", &sources), Outcome::Unknown);
        assert_eq!(resolve("/etc/nginx/mime.types", "nginx", &sources), Outcome::Shipped);
        assert_eq!(resolve("/", "nginx", &sources), Outcome::Unknown);
        assert_eq!(resolve("/*", "nginx", &sources), Outcome::Unknown);
        assert_eq!(resolve("/etc/letsencrypt/options-ssl-nginx.conf", "nginx", &sources), Outcome::Unknown);
        assert_eq!(resolve("${DIR}/a.conf", "nginx", &sources), Outcome::Unknown);
    }
}
