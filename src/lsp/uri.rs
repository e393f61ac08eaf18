//! File paths as URIs, the way editors write them.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use lsp_types::Uri;

/// The path of a `file:` URI; `None` for what lies on no disk.
pub fn to_path(uri: &str) -> Option<PathBuf> {
    let rest = uri.strip_prefix("file:").or_else(|| uri.strip_prefix("FILE:"))?;
    let rest = rest.split(['?', '#']).next().unwrap_or_default();
    let (host, path) = match rest.strip_prefix("//") {
        Some(rest) => rest.split_at(rest.find('/')?),
        None => ("", rest),
    };
    let bytes = decoded(path);
    if cfg!(windows) {
        let path = String::from_utf8(bytes).ok()?;
        let drive = path.as_bytes().get(2) == Some(&b':');
        let path = if drive { path[1..].to_owned() } else { path };
        let share = !host.is_empty() && host != "localhost";
        let path = if share { format!("//{host}{path}") } else { path };
        return Some(PathBuf::from(path.replace('/', "\\")));
    }
    if !host.is_empty() && host != "localhost" {
        return None;
    }
    bytes.starts_with(b"/").then(|| path_of(bytes)).flatten()
}

#[cfg(unix)]
fn path_of(bytes: Vec<u8>) -> Option<PathBuf> {
    use std::os::unix::ffi::OsStringExt as _;
    Some(PathBuf::from(std::ffi::OsString::from_vec(bytes)))
}

#[cfg(not(unix))]
fn path_of(bytes: Vec<u8>) -> Option<PathBuf> {
    String::from_utf8(bytes).ok().map(PathBuf::from)
}

/// The URI of an absolute path; `None` for a relative one.
pub fn of_path(path: &Path) -> Option<Uri> {
    if !path.is_absolute() {
        return None;
    }
    let mut uri = String::from("file://");
    for byte in bytes_of(path) {
        match byte {
            b'\\' if cfg!(windows) => uri.push('/'),
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => uri.push(char::from(byte)),
            byte => {
                let _ = write!(uri, "%{byte:02X}");
            }
        }
    }
    if !uri.starts_with("file:///") {
        uri.insert(7, '/');
    }
    uri.parse().ok()
}

#[cfg(unix)]
fn bytes_of(path: &Path) -> Vec<u8> {
    use std::os::unix::ffi::OsStrExt as _;
    path.as_os_str().as_bytes().to_vec()
}

#[cfg(not(unix))]
fn bytes_of(path: &Path) -> Vec<u8> {
    path.to_string_lossy().into_owned().into_bytes()
}

/// A text with its `%41` as the bytes that they stand for; a `%` that begins none stays.
fn decoded(text: &str) -> Vec<u8> {
    let bytes = text.as_bytes();
    let digit = |at: usize| bytes.get(at).and_then(|byte| char::from(*byte).to_digit(16));
    let mut found = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        match (bytes[at], digit(at + 1), digit(at + 2)) {
            (b'%', Some(high), Some(low)) => {
                found.push((high * 16 + low) as u8);
                at += 3;
            }
            (byte, ..) => {
                found.push(byte);
                at += 1;
            }
        }
    }
    found
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn paths_go_there_and_back() {
        for path in ["/", "/a/b", "/with space/c#d?e%f", "/ä/😀", "/a:b@c"] {
            let uri = of_path(Path::new(path)).unwrap();
            assert_eq!(to_path(uri.as_str()).as_deref(), Some(Path::new(path)), "{}", uri.as_str());
        }
        assert_eq!(of_path(Path::new("/ä b")).unwrap().as_str(), "file:///%C3%A4%20b");
        assert_eq!(of_path(Path::new("a")), None);
    }

    #[test]
    fn what_editors_write_is_understood() {
        let path = |uri: &str| to_path(uri).map(|path| path.to_string_lossy().into_owned());
        assert_eq!(path("file:///a%3Ab/c").as_deref(), Some("/a:b/c"));
        assert_eq!(path("file://localhost/a").as_deref(), Some("/a"));
        assert_eq!(path("file:/a").as_deref(), Some("/a"));
        assert_eq!(path("file:///a%zz%4").as_deref(), Some("/a%zz%4"));
        for nowhere in ["untitled:Untitled-1", "git:/a", "file://server/a", "file:", "file://", "file:a", ""] {
            assert_eq!(path(nowhere), None, "{nowhere}");
        }
    }

    #[test]
    fn names_need_not_be_utf8() {
        let uri = "file:///a%FF";
        assert_eq!(of_path(&to_path(uri).unwrap()).unwrap().as_str(), uri);
    }
}
