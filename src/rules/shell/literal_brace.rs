use crate::dockerfile::model::{Dockerfile, InstructionScript};
use crate::dockerfile::shell_lint::{is_looked_at, lints};
use crate::rules::check::Reporter;
use crate::shell::Word;

pub fn check(dockerfile: &Dockerfile, script: &InstructionScript, out: &mut Reporter<'_>) {
    if !script.script.commands.iter().any(|command| command.words.iter().any(has_lone_brace)) || !is_looked_at(dockerfile, script)
    {
        return;
    }
    let text = out.text();
    for lint in lints(dockerfile, script, text, &[1083]) {
        out.report(lint.span).value("brace", lint.span.slice(text)).emit();
    }
}

fn has_lone_brace(word: &Word) -> bool {
    let count = |brace| memchr::memchr_iter(brace, word.text.as_bytes()).count();
    !word.quoted && word.expansion.is_none() && (count(b'{') > 0 || count(b'}') > 0) && word.text != "{}"
}
