use crate::dockerfile::model::{Dockerfile, InstructionScript};
use crate::dockerfile::shell_lint::{is_looked_at, lints};
use crate::rules::check::Reporter;
use crate::shell::Word;

pub fn check(dockerfile: &Dockerfile, script: &InstructionScript, out: &mut Reporter<'_>) {
    if !script.script.commands.iter().any(|command| command.words.iter().any(|word| has_gap(word, out.text())))
        || !is_looked_at(dockerfile, script)
    {
        return;
    }
    let text = out.text();
    for lint in lints(dockerfile, script, text, &[2026]) {
        out.report(lint.span).value("word", lint.span.slice(text)).emit();
    }
}

/// Letters between two strings in single quotes: `'a'b'c'`.
fn has_gap(word: &Word, text: &str) -> bool {
    if !word.quoted {
        return false;
    }
    let bytes = word.span.slice(text).as_bytes();
    let mut at = 0;
    while let Some(found) = memchr::memchr3(b'\'', b'"', b'\\', &bytes[at..]) {
        let open = at + found;
        at = match bytes[open] {
            b'\\' => open + 2,
            quote => open + 1 + memchr::memchr(quote, &bytes[open + 1..]).map_or(bytes.len(), |length| length + 1),
        };
        if at >= bytes.len() {
            return false;
        }
        let letters = bytes[at..].iter().take_while(|byte| byte.is_ascii_alphanumeric() || **byte == b'_').count();
        if bytes[open] == b'\'' && letters > 0 && bytes.get(at + letters) == Some(&b'\'') {
            return true;
        }
    }
    false
}
