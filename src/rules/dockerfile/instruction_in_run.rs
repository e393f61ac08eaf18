use crate::dockerfile::instruction::{CommandForm, Keyword};
use crate::dockerfile::model::{Dockerfile, InstructionScript};
use crate::dockerfile::swallowed;
use crate::rules::check::Reporter;
use crate::shell::{Command, Word};
use crate::source::Span;

/// A command named like an instruction. One that a continuation drew in is for `dockerfile/swallowed-instruction`.
pub fn check(dockerfile: &Dockerfile, script: &InstructionScript, command: &Command, out: &mut Reporter<'_>) {
    let Some(word) = command.words.first().filter(|word| is_keyword(word)) else { return };
    let is_text = dockerfile.run_of(script.instruction).is_some_and(|(line, _)| matches!(line.form, CommandForm::Shell(_)));
    let text = out.text();
    let is_swallowed =
        || swallowed::find(text, dockerfile, script.instruction).is_some_and(|swallowed| swallowed.span == word.span);
    if !is_text || script.heredoc || command.embedded.is_some() || !command.wrappers.is_empty() || is_swallowed() {
        return;
    }
    let mut draft = out.report(word.span).value("keyword", word.text.as_str());
    // `RUN RUN x`, in which one of them is a slip.
    let run = dockerfile.instruction(script.instruction);
    let is_doubled = run.rest.whole().start() == word.span.start() && word.text == run.keyword.name();
    if let Some(next) = command.words.get(1).filter(|_| is_doubled) {
        draft = draft.delete(Span::new(word.span.start(), next.span.start()));
    }
    draft.emit();
}

/// In capitals, as nobody names a program.
fn is_keyword(word: &Word) -> bool {
    let is_upper = word.text.bytes().all(|byte| byte.is_ascii_uppercase());
    word.literal && !word.quoted && is_upper && Keyword::of(&word.text) != Keyword::Unknown
}
