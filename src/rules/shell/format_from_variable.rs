use crate::dockerfile::model::{Dockerfile, InstructionScript};
use crate::dockerfile::shell_lint::{commands, is_looked_at, lints};
use crate::rules::check::Reporter;
use crate::shell::{Command, Word};
use crate::source::Span;

/// A `%` that stands in the format itself says that its author wrote one.
pub fn check(dockerfile: &Dockerfile, script: &InstructionScript, out: &mut Reporter<'_>) {
    let formats = commands(script).filter_map(|(_, command)| format_of(command)).filter(|word| word.expansion.is_some());
    let formats: Vec<&Word> = formats.collect();
    if formats.is_empty() || !is_looked_at(dockerfile, script) {
        return;
    }
    let text = out.text();
    // Whether a `%` belongs to the format or to the expansion in it, the linter knows.
    let spans: Vec<Span> = if formats.iter().any(|word| word.text.contains('%')) {
        lints(dockerfile, script, text, &[2059]).map(|lint| lint.span).collect()
    } else {
        formats.iter().map(|word| word.span).collect()
    };
    for span in spans {
        out.report(span).value("format", span.slice(text)).emit();
    }
}

/// The first argument of `printf`, behind `-v NAME` and `--`.
fn format_of(command: &Command) -> Option<&Word> {
    if command.name() != "printf" {
        return None;
    }
    let mut words = command.arguments().iter();
    loop {
        let word = words.next()?;
        match word.text.as_str() {
            "--" => return words.next(),
            "-v" => words.next(),
            _ => return Some(word),
        };
    }
}
