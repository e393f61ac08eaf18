//! One file: its bytes, its text, its lines.

use std::borrow::Cow;
use std::path::PathBuf;
use std::sync::OnceLock;

use super::Span;

/// Larger files are not read: they are an error of that file.
pub const MAX_BYTES: u64 = 256 * 1024 * 1024;

/// What a file is, decided by its content before its path.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    Dockerfile,
    Compose,
    Nginx,
    Env,
    /// Engines and what runs on them: `shipworthy audit` makes it, and no walk finds it.
    Snapshot,
    /// A file beside these that a policy asks about: a manifest, a workflow, a guide, the configuration itself. No walk finds it, and
    /// only the rules of a policy speak of it.
    Neighbour,
    /// Found by its content and listed, that nobody takes it for judged: of these no more than the kind is known, and their text is not kept.
    Kubernetes,
    /// As Kubernetes.
    Terraform,
}

impl Kind {
    pub const ALL: [Self; 8] = [
        Self::Dockerfile,
        Self::Compose,
        Self::Nginx,
        Self::Env,
        Self::Snapshot,
        Self::Neighbour,
        Self::Kubernetes,
        Self::Terraform,
    ];

    /// Whether some rule reads files of this kind. What none reads is listed as not judged.
    pub const fn is_judged(self) -> bool {
        !matches!(self, Self::Kubernetes | Self::Terraform)
    }

    /// The name in `--kind`, in JSON and in rule subjects.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Dockerfile => "dockerfile",
            Self::Compose => "compose",
            Self::Nginx => "nginx",
            Self::Env => "env",
            Self::Snapshot => "snapshot",
            Self::Neighbour => "neighbour",
            Self::Kubernetes => "kubernetes",
            Self::Terraform => "terraform",
        }
    }
}

/// A place for people: line and column from 1, the column in Unicode code points.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    pub line: usize,
    pub column: usize,
}

/// Who else gets to see a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Custody {
    /// Every account of the machine may read it.
    pub others_read: bool,
    /// It is in the index of its git repository.
    pub in_git: bool,
}

/// One file that was read.
#[derive(Debug)]
pub struct SourceFile {
    /// As it is shown: relative to the current directory, with `/`.
    pub path: String,
    /// Where to write a fix; `None` for standard input.
    pub location: Option<PathBuf>,
    pub kind: Kind,
    /// Named on the command line, not found by walking.
    pub explicit: bool,
    /// Of env files.
    pub custody: Custody,
    /// UTF-8 of the same length as the bytes: each invalid byte stands as U+001A, so that offsets hold in both.
    text: String,
    /// The bytes, where they are not the text.
    raw: Option<Vec<u8>>,
    line_starts: OnceLock<Vec<u32>>,
}

impl SourceFile {
    /// A file as it was read; whoever read it from disk sets `location`.
    pub fn new(path: impl Into<String>, kind: Kind, bytes: Vec<u8>) -> Self {
        let (text, raw) = match String::from_utf8(bytes) {
            Ok(text) => (text, None),
            Err(error) => {
                let bytes = error.into_bytes();
                (substitute_invalid(&bytes), Some(bytes))
            }
        };
        Self {
            path: path.into(),
            location: None,
            kind,
            explicit: false,
            custody: Custody::default(),
            text,
            raw,
            line_starts: OnceLock::new(),
        }
    }

    /// The text; offsets are those of the bytes.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The bytes as they were read.
    pub fn bytes(&self) -> &[u8] {
        self.raw.as_deref().unwrap_or(self.text.as_bytes())
    }

    /// Whether the text is what was read, byte for byte.
    pub fn is_utf8(&self) -> bool {
        self.raw.is_none()
    }

    /// The byte offset of the start of each line; lines end at `\n` only.
    pub fn line_starts(&self) -> &[u32] {
        self.line_starts.get_or_init(|| {
            let breaks = memchr::memchr_iter(b'\n', self.text.as_bytes()).map(|at| at as u32 + 1);
            std::iter::once(0).chain(breaks).collect()
        })
    }

    /// The line, from 1, of a byte offset.
    pub fn line(&self, offset: usize) -> usize {
        self.line_starts().partition_point(|start| *start as usize <= offset).max(1)
    }

    /// The bytes of a line, from 1, without its `\n` or `\r\n`; empty for a line that does not exist.
    pub fn line_span(&self, line: usize) -> Span {
        let starts = self.line_starts();
        let Some(start) = line.checked_sub(1).and_then(|index| starts.get(index)).copied() else {
            return Span::empty(self.text.len());
        };
        let end = starts.get(line).map_or(self.text.len(), |next| *next as usize);
        let line = &self.text[start as usize..end];
        let bare = line.strip_suffix('\n').unwrap_or(line);
        let bare = bare.strip_suffix('\r').unwrap_or(bare);
        Span::new(start as usize, start as usize + bare.len())
    }

    /// Line and column of a byte offset; a byte order mark is not a column.
    pub fn position(&self, offset: usize) -> Position {
        let mut offset = offset.min(self.text.len());
        while !self.text.is_char_boundary(offset) {
            offset -= 1;
        }
        let line = self.line(offset);
        let start = self.line_starts()[line - 1] as usize;
        let before = &self.text[start..offset];
        let before = if line == 1 { before.strip_prefix('\u{feff}').unwrap_or(before) } else { before };
        Position { line, column: before.chars().count() + 1 }
    }

    /// The newline that the file uses: that of its first line, `\n` for a file of one line.
    pub fn newline(&self) -> &'static str {
        match memchr::memchr(b'\n', self.text.as_bytes()) {
            Some(at) if at > 0 && self.text.as_bytes()[at - 1] == b'\r' => "\r\n",
            _ => "\n",
        }
    }
}

/// The text with every secret covered by `*` at equal width, newlines kept.
pub fn masked<'a>(text: &'a str, secrets: &[Span]) -> Cow<'a, str> {
    if secrets.is_empty() {
        return Cow::Borrowed(text);
    }
    let mut bytes = text.as_bytes().to_vec();
    for secret in secrets {
        let end = secret.end().min(bytes.len());
        for byte in &mut bytes[secret.start().min(end)..end] {
            if !matches!(*byte, b'\n' | b'\r') {
                *byte = b'*';
            }
        }
    }
    // Only whole characters are covered when spans are those of tokens; a split one would leave invalid bytes.
    Cow::Owned(String::from_utf8(bytes).unwrap_or_else(|error| substitute_invalid(error.as_bytes())))
}

fn substitute_invalid(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        text.push_str(chunk.valid());
        text.extend(chunk.invalid().iter().map(|_| '\u{1a}'));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn invalid_bytes_keep_their_width() {
        let file = SourceFile::new("x", Kind::Dockerfile, b"a\xff\xfe\nb".to_vec());
        assert_eq!(file.text().len(), 5);
        assert_eq!(file.bytes(), b"a\xff\xfe\nb");
        assert_eq!(file.position(4), Position { line: 2, column: 1 });
    }

    #[test]
    fn columns_count_code_points_after_the_mark() {
        let file = SourceFile::new("x", Kind::Dockerfile, "\u{feff}é b\r\nc".as_bytes().to_vec());
        assert_eq!(file.position(file.text().find('b').unwrap()), Position { line: 1, column: 3 });
        assert_eq!(file.newline(), "\r\n");
        assert_eq!(file.line_span(1).slice(file.text()), "\u{feff}é b");
    }

    #[test]
    fn secrets_are_covered_at_equal_width() {
        assert_eq!(masked("A=hunter2\n", &[Span::new(2, 9)]), "A=*******\n");
    }
}
