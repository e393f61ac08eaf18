//! Whether content is that of a Dockerfile.

use super::{Trust, Verdict, lines};
use crate::source::Kind;

const KEYWORDS: &str =
    "from run copy add cmd entrypoint env arg workdir user expose label healthcheck volume shell stopsignal onbuild";

/// A file with a doubtful name begins with `FROM`, or with `ARG` before one; under a likely one any instruction will do.
pub(super) fn judge(head: &[u8], trust: Trust) -> Verdict {
    let content = || lines(head).map(<[u8]>::trim_ascii).filter(|line| !line.is_empty() && !line.starts_with(b"#"));
    let Some(first) = content().next() else {
        return if trust > Trust::Doubtful { Verdict::Is(Kind::Dockerfile) } else { Verdict::Undecided };
    };
    let from = content().find(|line| starts_with_word(line, "from"));
    let is_template =
        opens_template(first) || from.is_some_and(|line| ["{{", "{%", "<%", "%%"].iter().any(|mark| contains(line, mark)));
    let is_dockerfile = match trust {
        Trust::Certain => true,
        Trust::Likely => content().any(|line| KEYWORDS.split(' ').any(|keyword| starts_with_word(line, keyword))),
        Trust::Doubtful => starts_with_word(first, "from") || (starts_with_word(first, "arg") && from.is_some()),
    };
    if is_dockerfile && !is_template { Verdict::Is(Kind::Dockerfile) } else { Verdict::Not }
}

/// Whether a line begins with a template tag, which no instruction does.
pub(super) fn opens_template(line: &[u8]) -> bool {
    [b"{{", b"{%", b"<%"].iter().any(|mark| line.starts_with(*mark))
}

fn starts_with_word(line: &[u8], word: &str) -> bool {
    line.len() > word.len() && line[..word.len()].eq_ignore_ascii_case(word.as_bytes()) && line[word.len()].is_ascii_whitespace()
}

fn contains(line: &[u8], mark: &str) -> bool {
    memchr::memmem::find(line, mark.as_bytes()).is_some()
}
