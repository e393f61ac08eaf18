//! What is open in the editor, as it stands there and not as it was saved.

use std::collections::BTreeMap;
use std::path::PathBuf;

use lsp_types::{TextDocumentContentChangeEvent, TextDocumentItem, Uri};

use super::positions::{Encoding, Lines};
use super::uri;
use crate::source::Kind;

/// One open document.
#[derive(Debug, Clone)]
pub struct Buffer {
    /// As the client writes it.
    pub uri: Uri,
    /// Where it lies; `None` for one that was never saved.
    pub path: Option<PathBuf>,
    pub language: String,
    pub version: i32,
    pub text: String,
}

/// All open documents, by URI.
pub type Buffers = BTreeMap<String, Buffer>;

impl Buffer {
    pub fn open(item: TextDocumentItem) -> Self {
        let path = uri::to_path(item.uri.as_str());
        Self { path, uri: item.uri, language: item.language_id, version: item.version, text: item.text }
    }

    /// Makes the changes that the client made, one after the other. Places that are not there are the nearest that are.
    pub fn change(&mut self, version: i32, changes: Vec<TextDocumentContentChangeEvent>, encoding: Encoding) {
        for change in changes {
            match change.range {
                None => self.text = change.text,
                Some(range) => {
                    let span = Lines::new(&self.text, encoding).span(range);
                    self.text.replace_range(span.start()..span.end(), &change.text);
                }
            }
        }
        self.version = version;
    }

    /// The kind that the language of the editor tells, where it tells one.
    pub fn kind_of_language(&self) -> Option<Kind> {
        match self.language.as_str() {
            "dockerfile" | "Dockerfile" | "containerfile" => Some(Kind::Dockerfile),
            "dockercompose" | "docker-compose" | "yaml.docker-compose" => Some(Kind::Compose),
            "nginx" | "NGINX" => Some(Kind::Nginx),
            "dotenv" | "env" => Some(Kind::Env),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use lsp_types::{Position, Range};

    use super::*;

    #[test]
    fn changes_are_made_in_their_order() {
        let uri: Uri = "file:///a/Dockerfile".parse().unwrap();
        let mut buffer = Buffer::open(TextDocumentItem::new(uri, "dockerfile".into(), 1, "FROM 😀 a\r\nRUN b\r\n".into()));
        let change = |line, from, to, text: &str| TextDocumentContentChangeEvent {
            range: Some(Range::new(Position::new(line, from), Position::new(line, to))),
            range_length: None,
            text: text.into(),
        };
        buffer.change(2, vec![change(0, 8, 9, "x"), change(1, 4, 5, "echo\n1"), change(9, 0, 0, "!")], Encoding::Utf16);
        assert_eq!((buffer.text.as_str(), buffer.version), ("FROM 😀 x\r\nRUN echo\n1\r\n!", 2));
        let whole = TextDocumentContentChangeEvent { range: None, range_length: None, text: "FROM a".into() };
        buffer.change(3, vec![whole, change(0, 5, 6, "b")], Encoding::Utf16);
        assert_eq!(buffer.text, "FROM b");
    }
}
