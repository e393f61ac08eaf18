use crate::env::EnvFile;
use crate::rules::check::Reporter;
use crate::secret::is_example;

/// One finding a file: the first secret in it.
pub fn check(file: &EnvFile, out: &mut Reporter<'_>) {
    let source = &out.document().source;
    if source.custody.in_git && !is_example(&source.path, source.kind) {
        report_first_secret(file, out);
    }
}

/// Reports the first value of a file that no output may show.
pub(super) fn report_first_secret(file: &EnvFile, out: &mut Reporter<'_>) {
    let secrets = out.document().secrets();
    let holds = |span: crate::source::Span| secrets.iter().any(|secret| span.contains(*secret) && !secret.is_empty());
    if let Some(entry) = file.entries.iter().find(|entry| holds(entry.value_span())) {
        out.report(entry.key_span).value("key", &entry.key).emit();
    }
}
