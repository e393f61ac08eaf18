use crate::dockerfile::expand::Lookup;
use crate::dockerfile::model::{Dockerfile, InstructionScript};
use crate::dockerfile::shell_lint::{is_looked_at, lints, used_names};
use crate::rules::check::Reporter;
use crate::source::Span;

/// `rm -rf "$FOLDER/"`, where nothing says that the variable is not empty.
pub fn check(dockerfile: &Dockerfile, script: &InstructionScript, out: &mut Reporter<'_>) {
    let mut removals = script.script.commands_named("rm");
    let is_suspect =
        removals.any(|(_, command)| command.arguments().iter().any(|word| word.expansion.is_some() && word.text.contains('/')));
    if !is_suspect || !is_looked_at(dockerfile, script) {
        return;
    }
    let text = out.text();
    for lint in lints(dockerfile, script, text, &[2115]) {
        let written = lint.span.slice(text);
        let name = used_names(written).next().unwrap_or_default();
        if is_certain(dockerfile, script.instruction, name) {
            continue;
        }
        let mut draft = out.report(lint.span).value("word", written).value("name", name);
        if let Some((span, expansion)) = first_expansion(written, name, lint.span) {
            draft = draft.replace(span, expansion);
        }
        draft.emit();
    }
}

/// Whether ENV or a default of ARG gives it a value.
fn is_certain(dockerfile: &Dockerfile, instruction: usize, name: &str) -> bool {
    matches!(dockerfile.lookup(instruction, name), Lookup::Value(value) if !value.is_empty())
}

/// Where the variable is expanded, and how it fails when it is empty.
fn first_expansion(written: &str, name: &str, word: Span) -> Option<(Span, String)> {
    let forms = [format!("${{{name}}}"), format!("${name}")];
    let (at, form) = forms.iter().find_map(|form| written.find(form.as_str()).map(|at| (at, form)))?;
    let start = word.start() + at;
    Some((Span::new(start, start + form.len()), format!("${{{name}:?}}")))
}
