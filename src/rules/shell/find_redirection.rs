use crate::dockerfile::model::{Dockerfile, InstructionScript};
use crate::dockerfile::shell_lint::{commands, is_looked_at};
use crate::rules::check::Reporter;
use crate::source::Span;

/// A redirection between the words of `find -exec`.
pub fn check(dockerfile: &Dockerfile, script: &InstructionScript, out: &mut Reporter<'_>) {
    if script.script.commands_named("find").next().is_none() || !is_looked_at(dockerfile, script) {
        return;
    }
    for (_, command) in commands(script).filter(|(_, command)| command.name() == "find") {
        let Some(last) = command.words.last() else { continue };
        let runs = command.words.iter().find(|word| matches!(word.text.as_str(), "-exec" | "-execdir" | "-ok" | "-okdir"));
        let Some(action) = runs else { continue };
        let is_between = |span: Span| span.start > action.span.start && span.end <= last.span.start;
        if let Some(redirection) = command.redirections.iter().find(|redirection| is_between(redirection.span)) {
            let written = redirection.span.slice(out.text()).to_owned();
            out.report(redirection.span).value("redirection", written).value("action", action.text.as_str()).emit();
        }
    }
}
