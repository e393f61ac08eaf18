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

/// More than one quoted piece in a word.
fn has_gap(word: &Word, text: &str) -> bool {
    let written = word.span.slice(text);
    word.quoted && [b'\'', b'"'].iter().any(|quote| memchr::memchr_iter(*quote, written.as_bytes()).nth(2).is_some())
}
