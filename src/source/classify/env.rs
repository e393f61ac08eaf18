//! Whether content is that of an env file.

use super::{Trust, Verdict, lines};
use crate::source::Kind;

/// The first line that is no comment must set a variable; one without content, or of the certain name, is an env file too.
pub(super) fn judge(head: &[u8], trust: Trust) -> Verdict {
    if memchr::memchr(0, head).is_some() {
        return Verdict::Not;
    }
    let first = lines(head).map(<[u8]>::trim_ascii).find(|line| !line.is_empty() && !line.starts_with(b"#"));
    if trust == Trust::Certain || first.is_none_or(sets_variable) { Verdict::Is(Kind::Env) } else { Verdict::Not }
}

/// `NAME=…`, `export NAME=…`, or a bare `NAME`, which takes its value from the shell.
fn sets_variable(line: &[u8]) -> bool {
    let line = line.strip_prefix(b"export ").unwrap_or(line).trim_ascii_start();
    let is_name = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b'-');
    let name = line.iter().take_while(|byte| is_name(byte)).count();
    name > 0
        && !line[0].is_ascii_digit()
        && line[name..].trim_ascii_start().first().is_none_or(|byte| matches!(byte, b'=' | b':'))
}
