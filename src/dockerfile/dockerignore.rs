//! `.dockerignore`: which paths of a build context never reach the builder.
//!
//! Behaviour: `moby/patternmatcher`, `ignorefile.ReadAll` and `PatternMatcher.MatchesOrParentMatches`, on Linux.

use std::sync::Arc;

/// The patterns of a `.dockerignore`.
#[derive(Debug, Clone, Default)]
pub struct Dockerignore {
    patterns: Vec<Pattern>,
    /// Lines, from 1, that are no pattern: the build fails on them.
    pub invalid_lines: Vec<usize>,
}

/// What is known of the `.dockerignore` of a Dockerfile.
#[derive(Debug, Clone, Default)]
pub enum DockerignoreFile {
    /// The Dockerfile came from nowhere on disk.
    #[default]
    Unknown,
    Absent,
    Present(Arc<Dockerignore>),
}

impl DockerignoreFile {
    /// Its patterns, where it was read.
    pub fn known(&self) -> Option<&Dockerignore> {
        match self {
            Self::Present(dockerignore) => Some(dockerignore),
            Self::Unknown | Self::Absent => None,
        }
    }

    /// Whether the context was looked at and has none.
    pub const fn is_absent(&self) -> bool {
        matches!(self, Self::Absent)
    }
}

#[derive(Debug, Clone)]
struct Pattern {
    /// Cleaned, without `!`.
    text: String,
    /// `!`: what an earlier pattern excluded is included again.
    exception: bool,
    matcher: Matcher,
}

#[derive(Debug, Clone)]
enum Matcher {
    /// No character has a meaning.
    Exact,
    /// `**` and then only text: any path that ends in it, in the middle of a name too. A slash in front may be missing.
    Suffix(String),
    Tokens(Vec<Token>),
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Token {
    Character(char),
    /// `?`
    One,
    /// `*`
    Name,
    /// `**` or `**/`: nothing, or folders. Always followed by `InFolders`.
    Folders,
    /// Inside of folders, up to a slash.
    InFolders,
    /// `**` at the end.
    Rest,
    /// `[a-c]`, `[^a-c]`
    Class {
        negated: bool,
        ranges: Vec<(char, char)>,
    },
}

impl Dockerignore {
    /// Reads the patterns of a file.
    pub fn parse(text: &str) -> Self {
        let mut file = Self::default();
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        for (index, line) in text.split('\n').enumerate() {
            // Only at the start of a line: an indented `#` is a pattern.
            if line.starts_with('#') || line.trim().is_empty() {
                continue;
            }
            match Pattern::parse(line.trim()) {
                Some(pattern) => file.patterns.push(pattern),
                None => file.invalid_lines.push(index + 1),
            }
        }
        file
    }

    /// Whether a path of the context, with `/` between its parts, is left out. A pattern that fits a folder takes all in it.
    pub fn excludes(&self, path: &str) -> bool {
        let path = clean(path);
        let path = path.trim_start_matches('/');
        if path.is_empty() || path == "." {
            return false;
        }
        let mut excluded = false;
        for pattern in &self.patterns {
            if pattern.exception == excluded && pattern.covers(path) {
                excluded = !pattern.exception;
            }
        }
        excluded
    }

    /// There are `!` patterns: whether a folder is left out does not say what becomes of the files in it.
    pub fn has_exceptions(&self) -> bool {
        self.patterns.iter().any(|pattern| pattern.exception)
    }

    /// Whether an exception may bring back something of a path that is left out: the path itself, or what lies in it.
    pub fn may_return(&self, path: &str) -> bool {
        let path = clean(path);
        let path = path.trim_start_matches('/');
        let folder = |path: &str| format!("{path}/");
        self.patterns.iter().filter(|pattern| pattern.exception).any(|pattern| {
            let wildcard = pattern.text.find(['*', '?', '[', '\\']);
            match (&pattern.text[..wildcard.unwrap_or(pattern.text.len())], wildcard) {
                _ if path.is_empty() || path == "." => true,
                (text, None) => text == path || text.starts_with(&folder(path)),
                (text, Some(_)) => text.starts_with(&folder(path)) || folder(path).starts_with(text),
            }
        })
    }

    /// Everything in the context is left out, so that `COPY .` copies nothing (`copySourceRootIgnored`).
    pub fn excludes_everything(&self) -> bool {
        self.patterns.iter().any(|pattern| !pattern.exception && matches!(pattern.text.as_str(), "*" | "**" | "**/*"))
    }

    /// It has no pattern at all.
    pub fn is_empty(&self) -> bool {
        self.patterns.is_empty()
    }
}

impl Pattern {
    /// `None` for what `filepath.Match` calls a bad pattern, and for a lone `!`.
    fn parse(line: &str) -> Option<Self> {
        let (exception, text) = match line.strip_prefix('!') {
            Some(rest) => (true, rest.trim()),
            None => (false, line),
        };
        if text.is_empty() {
            return None;
        }
        let text = clean(text);
        let text = if text.len() > 1 { text.strip_prefix('/').unwrap_or(&text).to_owned() } else { text };
        let matcher = Matcher::of(&text)?;
        Some(Self { text, exception, matcher })
    }

    /// Whether it fits the path, or a folder that the path lies in.
    fn covers(&self, path: &str) -> bool {
        match &self.matcher {
            Matcher::Exact => path.strip_prefix(&self.text).is_some_and(|rest| rest.is_empty() || rest.starts_with('/')),
            Matcher::Suffix(suffix) => {
                let mut folders = path.match_indices('/').map(|(at, _)| &path[..at]).chain([path]);
                folders.any(|path| path.ends_with(suffix.as_str()) || suffix.strip_prefix('/') == Some(path))
            }
            Matcher::Tokens(tokens) => tokens_cover(tokens, path),
        }
    }
}

impl Matcher {
    fn of(pattern: &str) -> Option<Self> {
        let is_plain = |text: &str| !text.contains(['*', '?', '[', ']', '\\']);
        if is_plain(pattern) {
            return Some(Self::Exact);
        }
        if let Some(suffix) = pattern.strip_prefix("**").filter(|suffix| is_plain(suffix)) {
            return Some(Self::Suffix(suffix.to_owned()));
        }
        tokens(pattern).map(Self::Tokens)
    }
}

fn tokens(pattern: &str) -> Option<Vec<Token>> {
    let mut tokens = Vec::new();
    let mut characters = pattern.chars().peekable();
    while let Some(character) = characters.next() {
        let token = match character {
            '*' if characters.next_if_eq(&'*').is_some() => {
                characters.next_if_eq(&'/');
                if characters.peek().is_none() {
                    Token::Rest
                } else {
                    tokens.push(Token::Folders);
                    Token::InFolders
                }
            }
            '*' => Token::Name,
            '?' => Token::One,
            '\\' => Token::Character(characters.next()?),
            '[' => {
                let negated = characters.next_if_eq(&'^').is_some();
                let mut ranges = Vec::new();
                // The first character is never the closing bracket.
                while ranges.is_empty() || characters.next_if_eq(&']').is_none() {
                    let low = class_character(&mut characters)?;
                    let high = if characters.next_if_eq(&'-').is_some() { class_character(&mut characters)? } else { low };
                    ranges.push((low, high));
                }
                Token::Class { negated, ranges }
            }
            other => Token::Character(other),
        };
        tokens.push(token);
    }
    Some(tokens)
}

/// One character of a class; a bare `-` or `]` is none.
fn class_character(characters: &mut impl Iterator<Item = char>) -> Option<char> {
    match characters.next()? {
        '-' | ']' => None,
        '\\' => characters.next(),
        other => Some(other),
    }
}

/// Follows all ways through the tokens at once, so that no pattern is slow. In front of each slash a folder is complete.
fn tokens_cover(tokens: &[Token], path: &str) -> bool {
    let mut at = vec![false; tokens.len() + 1];
    let mut next = at.clone();
    at[0] = true;
    skip_optional(tokens, &mut at);
    for character in path.chars() {
        if character == '/' && at[tokens.len()] {
            return true;
        }
        next.fill(false);
        for (place, token) in tokens.iter().enumerate().filter(|(place, _)| at[*place]) {
            match token {
                Token::Character(expected) => next[place + 1] |= *expected == character,
                Token::One => next[place + 1] |= character != '/',
                Token::Name => next[place] |= character != '/',
                Token::Rest => next[place] = true,
                Token::Folders => {
                    next[place + 1] = true;
                    next[place + 2] |= character == '/';
                }
                Token::InFolders => {
                    next[place] = true;
                    next[place + 1] |= character == '/';
                }
                Token::Class { negated, ranges } => {
                    let is_in = ranges.iter().any(|(low, high)| (*low..=*high).contains(&character));
                    next[place + 1] |= is_in != *negated;
                }
            }
        }
        skip_optional(tokens, &mut next);
        std::mem::swap(&mut at, &mut next);
    }
    at[tokens.len()]
}

/// Tokens that may stand for nothing let the next one begin.
fn skip_optional(tokens: &[Token], at: &mut [bool]) {
    for (place, token) in
        tokens.iter().enumerate().filter(|(_, token)| matches!(token, Token::Name | Token::Rest | Token::Folders))
    {
        if at[place] {
            at[place + if *token == Token::Folders { 2 } else { 1 }] = true;
        }
    }
}

/// Go's `path.Clean`.
fn clean(path: &str) -> String {
    let rooted = path.starts_with('/');
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." if parts.last().is_some_and(|last| *last != "..") => {
                parts.pop();
            }
            ".." if rooted => {}
            _ => parts.push(part),
        }
    }
    match (rooted, parts.is_empty()) {
        (true, _) => format!("/{}", parts.join("/")),
        (false, true) => ".".to_owned(),
        (false, false) => parts.join("/"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn excludes(file: &str, path: &str) -> bool {
        Dockerignore::parse(file).excludes(path)
    }

    #[test]
    fn patterns_match_as_patternmatcher_does() {
        let matches = [
            ("**", "file"),
            ("**", "dir/file"),
            ("**/", "dir/file/"),
            ("**/**", "dir/file"),
            ("dir/**", "dir/sub/file"),
            ("**/dir", "dir"),
            ("**/dir", "a/b/dir"),
            ("**/dir", "dir/file"),
            ("**/sub/*", "dir/sub/file"),
            ("**/sub/**", "dir/sub/x/file"),
            ("**file", "my-file"),
            ("**file", "dir/my-file"),
            ("**/file*.txt*", "a/b/file.txt"),
            ("**/**/*.txt", "file.txt"),
            ("a**/*.txt", "a/b/c/file.txt"),
            ("a/*.txt**", "a/file.txt"),
            ("a/**/b", "a/b"),
            ("a/**/b", "a/x/y/b"),
            ("a[b-d]e", "ace"),
            ("a[^b-d]e", "aze"),
            ("a[\\]]e", "a]e"),
            (".*", ".git"),
            ("a?c", "aéc"),
            ("[a-ζ]*", "α"),
            ("abc.def", "abc.def"),
            ("a\\*b", "a*b"),
            ("docs", "docs/a/b.md"),
            ("docs/", "docs/a"),
            ("/docs", "docs"),
            ("./docs/../src", "src/main.rs"),
            ("  docs  ", "docs"),
            ("a.|)$(}+{bc", "a.|)$(}+{bc"),
            ("docs\r", "docs"),
            ("\u{feff}docs", "docs"),
            ("*", "x"),
            ("*/x", "a/x/y"),
            ("docs", "./docs"),
            ("docs", "/docs"),
        ];
        for (pattern, path) in matches {
            assert!(excludes(pattern, path), "{pattern:?} {path:?}");
        }
        let misses = [
            ("**/**/*.txt2", "dir/dir/file.txt"),
            ("a/*.txt", "a/dir/file.txt"),
            ("a[b-d]e", "ae"),
            (".*", "foo"),
            ("abc.def", "abcZdef"),
            ("a?b", "a/b"),
            ("a*b", "a/b"),
            ("dir/**", "dir"),
            ("**/.foo", "bar.foo"),
            ("**/file*", "a/my-file"),
            ("a/**/b", "a/xb"),
            ("docs", "mydocs"),
            ("docs/a", "docs"),
            ("# docs", "# docs"),
            ("", "docs"),
            ("*", "."),
            ("../docs", "docs"),
        ];
        for (pattern, path) in misses {
            assert!(!excludes(pattern, path), "{pattern:?} {path:?}");
        }
    }

    #[test]
    fn the_last_pattern_that_fits_decides() {
        assert!(!excludes("docs\n!docs/README.md", "docs/README.md"));
        assert!(excludes("docs\n!docs/README.md", "docs/a.md"));
        assert!(excludes("!a.go\n*.go", "a.go"));
        assert!(excludes("**\n!web\nweb/secret", "web/secret"));
        assert!(!excludes("*\n! /src", "src/main.rs"));
        // An indented `#` is a pattern.
        assert!(excludes(" #docs", "#docs"));
    }

    #[test]
    fn what_is_no_pattern_is_told() {
        let file = Dockerignore::parse("a\n!\n[\n[-x]\n[]a]\na\\\n[^\nb\n");
        assert_eq!(file.invalid_lines, [2, 3, 4, 5, 6, 7]);
        assert!(file.excludes("a") && file.excludes("b") && !file.has_exceptions());
        assert!(Dockerignore::parse("*\n!a").has_exceptions());
        assert!(Dockerignore::parse("x\n**/*").excludes_everything() && !Dockerignore::parse("a/*").excludes_everything());
        assert!(Dockerignore::parse("\n# nothing\n").is_empty());
    }

    #[test]
    fn exceptions_bring_back_what_lies_in_a_folder() {
        let returns = |file: &str, path: &str| Dockerignore::parse(file).may_return(path);
        for (file, path) in [
            ("sub\n!sub/a.txt", "sub"),
            ("sub\n!sub/a.txt", "."),
            ("sub\n!sub/a.txt", "sub/a.txt"),
            ("su.b\n!su\\\\.b/keep.txt", "su.b"),
            ("**\n!**/*.rs", "src"),
            ("*\n!src/*.rs", "src/main.rs"),
        ] {
            assert!(returns(file, path), "{file:?} {path}");
        }
        for (file, path) in [
            ("sub\n!sub/b.txt", "sub/a.txt"),
            ("sub\n!other.txt", "sub/a.txt"),
            ("sub\n!substitute", "sub"),
            ("sub\n!other/*.txt", "sub"),
            ("sub", "sub"),
        ] {
            assert!(!returns(file, path), "{file:?} {path}");
        }
    }

    #[test]
    fn no_pattern_is_slow() {
        let pattern = "**/*a".repeat(200);
        assert!(!excludes(&pattern, &format!("{}b", "c/".repeat(2_000))));
    }
}
