use crate::env::{Entry, EnvFile, Value};
use crate::rules::check::Reporter;
use crate::source::Span;

/// Each line that overwrites one before it.
pub fn check(file: &EnvFile, out: &mut Reporter<'_>) {
    let text = out.text();
    for (index, entry) in file.entries.iter().enumerate() {
        let Some(earlier) = file.entries[..index].iter().rposition(|earlier| earlier.key == entry.key) else { continue };
        let first = &file.entries[earlier];
        let read = file.entries[earlier + 1..=index].iter().any(|between| template(between).contains(&format!("${}", entry.key)))
            || file.entries[earlier + 1..=index].iter().any(|between| template(between).contains(&format!("${{{}", entry.key)));
        let draft = out.report(entry.key_span).value("key", &entry.key).related(first.key_span, "first");
        let draft = if template(first) == template(entry) { draft.variant("same") } else { draft };
        match line(text, first).filter(|_| !read && matches!(entry.value, Value::Written { .. })) {
            Some(line) => draft.delete(line).emit(),
            None => draft.emit(),
        }
    }
}

fn template(entry: &Entry) -> &str {
    match &entry.value {
        Value::Inherited => "",
        Value::Written { template, .. } => template,
    }
}

/// The lines of an entry, where nothing else stands in them.
fn line(text: &str, entry: &Entry) -> Option<Span> {
    let start = text[..entry.span.start()].rfind('\n').map_or(0, |newline| newline + 1);
    let end = text[entry.span.end()..].find('\n').map_or(text.len(), |newline| entry.span.end() + newline + 1);
    let alone = text[start..entry.span.start()].trim().is_empty() && text[entry.span.end()..end].trim().is_empty();
    alone.then(|| Span::new(start, end))
}
