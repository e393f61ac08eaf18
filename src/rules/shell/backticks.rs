use crate::dockerfile::model::{Dockerfile, InstructionScript};
use crate::dockerfile::shell_lint::{expansions, is_looked_at};
use crate::rules::check::Reporter;
use crate::shell::ExpansionKind;
use crate::source::Span;

pub fn check(dockerfile: &Dockerfile, script: &InstructionScript, out: &mut Reporter<'_>) {
    if script.script.expansions.is_empty() || !is_looked_at(dockerfile, script) {
        return;
    }
    for expansion in expansions(script, &[ExpansionKind::Backticks]) {
        let span = expansion.span;
        let inside = Span::new(span.start() + 1, span.end() - 1).slice(out.text());
        let mut draft = out.report(span);
        // Backslashes mean something else in there, and `$((` would be arithmetic.
        if !inside.contains(['\\', '`', '#']) && !inside.starts_with('(') {
            draft = draft
                .replace(Span::new(span.start(), span.start() + 1), "$(")
                .replace(Span::new(span.end() - 1, span.end()), ")");
        }
        draft.emit();
    }
}
