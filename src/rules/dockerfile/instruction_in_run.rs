use crate::dockerfile::instruction::{CommandForm, Keyword};
use crate::dockerfile::model::{Dockerfile, InstructionScript};
use crate::rules::check::Reporter;
use crate::shell::{Command, Word};
use crate::source::Span;

/// A command named like an instruction, or an argument that is one at the start of a line.
pub fn check(dockerfile: &Dockerfile, script: &InstructionScript, command: &Command, out: &mut Reporter<'_>) {
    let is_text = dockerfile.run_of(script.instruction).is_some_and(|(line, _)| matches!(line.form, CommandForm::Shell(_)));
    if !is_text || script.heredoc || command.embedded.is_some() {
        return;
    }
    let text = out.text();
    for (place, word) in command.words.iter().enumerate() {
        if !is_keyword(word) || text.get(word.span.range()) != Some(word.text.as_str()) {
            continue;
        }
        let line_start = text[..word.span.start()].rfind('\n').map_or(0, |newline| newline + 1);
        let begins_line = text[line_start..word.span.start()].trim().is_empty();
        let run = dockerfile.instruction(script.instruction);
        if place > 0 && begins_line {
            let escape = dockerfile.tree.escape;
            let mut draft = out
                .report(word.span)
                .variant("swallowed")
                .value("keyword", word.text.as_str())
                .value("escape", escape.to_string())
                .value("command", command.name());
            if let Some(continuation) = continuation(text, run.span.start(), line_start, escape) {
                draft = draft.delete(continuation);
            }
            draft.emit();
            return;
        }
        if place == 0 && command.wrappers.is_empty() {
            let mut draft = out.report(word.span).value("keyword", word.text.as_str());
            // `RUN RUN x`, in which one of them is a slip.
            let is_doubled = run.rest.whole().start() == word.span.start() && word.text == run.keyword.name();
            if let Some(next) = command.words.get(1).filter(|_| is_doubled) {
                draft = draft.delete(Span::new(word.span.start(), next.span.start()));
            }
            draft.emit();
            return;
        }
    }
}

/// In capitals, as nobody names a program.
fn is_keyword(word: &Word) -> bool {
    word.literal
        && !word.quoted
        && Keyword::of(&word.text) != Keyword::Unknown
        && word.text.bytes().all(|byte| byte.is_ascii_uppercase())
}

/// The escape at the end of the last line before that is neither empty nor a comment, with the blanks around it.
fn continuation(text: &str, start: usize, before: usize, escape: char) -> Option<Span> {
    let mut end = before;
    while end > start {
        let line_start = text[start..end - 1].rfind('\n').map_or(start, |newline| start + newline + 1);
        let line = text[line_start..end].trim_end();
        if !line.is_empty() && !line.trim_start().starts_with('#') {
            let bare = line.strip_suffix(escape)?.trim_end();
            return Some(Span::new(line_start + bare.len(), line_start + line.len()));
        }
        end = line_start;
    }
    None
}
