//! Whether content is that of a Dockerfile.

use super::{Verdict, lines};
use crate::source::Kind;

/// A certain name is overruled by a template alone; any other name needs a `FROM` or `ARG` to begin with.
pub(super) fn judge(head: &[u8], certain: bool) -> Verdict {
    let mut content = lines(head).map(<[u8]>::trim_ascii).filter(|line| !line.is_empty() && !line.starts_with(b"#"));
    let Some(first) = content.next() else {
        return if certain { Verdict::Is(Kind::Dockerfile) } else { Verdict::Undecided };
    };
    let from = std::iter::once(first).chain(content).find(|line| starts_with_word(line, b"from"));
    let is_template =
        opens_template(first) || from.is_some_and(|line| ["{{", "{%", "<%", "%%"].iter().any(|mark| contains(line, mark)));
    match certain {
        _ if is_template => Verdict::Not,
        true => Verdict::Is(Kind::Dockerfile),
        false if starts_with_word(first, b"from") => Verdict::Is(Kind::Dockerfile),
        false if starts_with_word(first, b"arg") && from.is_some() => Verdict::Is(Kind::Dockerfile),
        false => Verdict::Not,
    }
}

/// Whether a line begins with a template tag, which no instruction does.
pub(super) fn opens_template(line: &[u8]) -> bool {
    [b"{{", b"{%", b"<%"].iter().any(|mark| line.starts_with(*mark))
}

fn starts_with_word(line: &[u8], word: &[u8]) -> bool {
    line.len() > word.len() && line[..word.len()].eq_ignore_ascii_case(word) && line[word.len()].is_ascii_whitespace()
}

fn contains(line: &[u8], mark: &str) -> bool {
    memchr::memmem::find(line, mark.as_bytes()).is_some()
}
