//! What single cells say, in the many ways in which people write it.

use super::headers;
use crate::config::Runtime;

/// What people write where there is nothing to say.
fn is_nothing(text: &str) -> bool {
    matches!(text.trim().to_lowercase().as_str(), "" | "-" | "–" | "—" | "n/a" | "na" | "none" | "n.a." | "/" | "?" | "tbd" | "x")
}

/// Words before the number of a release that name nothing else.
const FILLERS: &[&str] =
    &["version", "release", "runtime", "pinned", "currently", "now", "lts", "stable", "still", "slim", "alpine"];

/// The name of a service: what stands in code font, else what stands before a bracket: `backend` of "`backend` (Django)".
pub fn name(text: &str, code: &[String]) -> Option<String> {
    let name = match code.first() {
        Some(code) => code.as_str(),
        None => text.split(['(', '[', '\n']).next().unwrap_or(text),
    };
    let name = name.trim().trim_matches(['*', '_', ':']).trim();
    // Signs before the name, such as a tick.
    let name = name.trim_start_matches(|char: char| !char.is_alphanumeric()).trim();
    (!is_nothing(name) && name.len() <= 100 && name.chars().any(char::is_alphanumeric)).then(|| name.to_owned())
}

/// Every port: `8001`, `3000/5173`, `8001:8000`, `8080/tcp`.
pub fn ports(text: &str) -> Vec<u16> {
    let mut found: Vec<u16> = Vec::new();
    for number in text.split(|char: char| !char.is_ascii_digit()).filter(|number| !number.is_empty()) {
        if let Ok(port @ 1..) = number.parse::<u16>()
            && !found.contains(&port)
            && found.len() < 20
        {
            found.push(port);
        }
    }
    found
}

/// The releases of a cell: `3.11`, `Python 3.11`, `python:3.11-slim`, `Node 20 + Python 3.13`. A number alone is of the language of the column.
pub fn releases(text: &str, column: Option<Runtime>) -> Vec<(Runtime, String)> {
    let mut found: Vec<(Runtime, String)> = Vec::new();
    let mut named = column;
    let mut open = column.is_some();
    let lower = text.to_lowercase();
    for word in lower.split(|char: char| char.is_whitespace() || matches!(char, ':' | ',' | '/' | '(' | ')' | '+' | '`' | '*')) {
        let letters = word.find(|char: char| char.is_ascii_digit()).map_or(word, |at| &word[..at]);
        if let Some(runtime) = headers::runtime(word).or_else(|| headers::runtime(letters.trim_end_matches(['-', 'v', '@', '='])))
        {
            (named, open) = (Some(runtime), true);
        } else if letters == word && word.len() > 2 && !FILLERS.contains(&word) && found.is_empty() {
            // The number of something else: `nginx 1.27`.
            open = false;
        }
        let rest = &word[word.find(|char: char| char.is_ascii_digit()).unwrap_or(word.len())..];
        let is_number =
            letters.is_empty() || letters == "v" || headers::runtime(letters.trim_end_matches(['-', 'v', '@', '='])).is_some();
        let is_number = is_number || matches!(letters, "~" | "^" | ">=" | "==" | "=");
        if let (Some(runtime), true, true) = (named, open, is_number)
            && let Some(version) = version(rest)
        {
            found.push((runtime, version));
            open = false;
        }
    }
    found
}

/// The number that a word begins with.
fn version(word: &str) -> Option<String> {
    let end = word.find(|char: char| !char.is_ascii_digit() && char != '.').unwrap_or(word.len());
    let version = word[..end].trim_matches('.');
    let parts: Vec<&str> = version.split('.').collect();
    let is_version = !version.is_empty() && parts.len() <= 4 && parts.iter().all(|part| !part.is_empty() && part.len() <= 4);
    is_version.then(|| version.to_owned())
}

/// What a cell says, if anything, in one line.
pub fn said(text: &str) -> Option<String> {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    (!is_nothing(&text)).then_some(text)
}

/// A path of HTTP: `/health`, `GET /health`, `http://localhost:8000/health`.
pub fn path(text: &str, code: &[String]) -> Option<String> {
    let mut words = code.iter().map(String::as_str).chain([text]).flat_map(str::split_whitespace);
    words.find_map(|word| {
        let word = word.trim_matches(['`', '*', ',', '(', ')', '"']);
        let path = match word.split_once("://") {
            Some((_, rest)) => &rest[rest.find('/')?..],
            None => word,
        };
        (path.starts_with('/') && path.len() > 1).then(|| path.split(['?', '#']).next().unwrap_or(path).to_owned())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_in_many_dresses() {
        for (text, code, want) in [
            ("backend (Django)", &["backend"][..], Some("backend")),
            ("Backend API (v2)", &[], Some("Backend API")),
            ("✅ content-service", &[], Some("content-service")),
            ("-", &[], None),
            ("", &[], None),
        ] {
            let code: Vec<String> = code.iter().map(|code| (*code).to_owned()).collect();
            assert_eq!(name(text, &code).as_deref(), want, "{text}");
        }
    }

    #[test]
    fn releases_in_many_words() {
        let python = Some(Runtime::Python);
        for (text, column, want) in [
            ("3.11", python, &[(Runtime::Python, "3.11")][..]),
            ("Python 3.11", python, &[(Runtime::Python, "3.11")]),
            ("Python 3.11", None, &[(Runtime::Python, "3.11")]),
            ("python:3.11-slim", None, &[(Runtime::Python, "3.11")]),
            ("v3.11.4 (pinned)", python, &[(Runtime::Python, "3.11.4")]),
            ("Node 20 + Python 3.13", None, &[(Runtime::Node, "20"), (Runtime::Python, "3.13")]),
            ("node20", None, &[(Runtime::Node, "20")]),
            ("3.11+", python, &[(Runtime::Python, "3.11")]),
            ("N/A", python, &[]),
            ("17", None, &[]),
            ("nginx 1.27", python, &[]),
            ("version 3.12", python, &[(Runtime::Python, "3.12")]),
            ("Django 5.1", None, &[]),
            ("nginx 1.27", None, &[]),
        ] {
            let want: Vec<(Runtime, String)> = want.iter().map(|(runtime, version)| (*runtime, (*version).to_owned())).collect();
            assert_eq!(releases(text, column), want, "{text}");
        }
    }

    #[test]
    fn ports_and_paths() {
        assert_eq!(ports("3000/5173"), [3000, 5173]);
        assert_eq!(ports("8001:8001/tcp, 70000, 0"), [8001]);
        assert_eq!(path("GET /health", &[]).as_deref(), Some("/health"));
        assert_eq!(path("`http://localhost:8000/health?x`", &[]).as_deref(), Some("/health"));
        assert_eq!((path("yes", &[]), path("/", &[])), (None, None));
    }
}
