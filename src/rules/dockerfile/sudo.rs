use crate::dockerfile::model::{Dockerfile, InstructionScript};
use crate::rules::check::Reporter;
use crate::shell::Command;
use crate::source::Span;

/// The words `sudo …` are taken off a command as a wrapper; the fix deletes them with the blank behind them.
pub fn check(_: &Dockerfile, _: &InstructionScript, command: &Command, out: &mut Reporter<'_>) {
    let Some(wrapper) = command.wrappers.iter().find(|words| words.first().is_some_and(|word| word.text == "sudo")) else {
        return;
    };
    let (sudo, next) = (wrapper[0].span, command.words.first());
    let draft = out.report(sudo);
    match next {
        // With flags of its own it is more than a prefix: what `-u app` did is for the author to say.
        Some(next) if wrapper.len() == 1 => draft.delete(Span::new(sudo.start(), next.span.start())).emit(),
        _ => draft.emit(),
    }
}
