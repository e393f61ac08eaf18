use crate::nginx::location::{Location, Modifier};
use crate::nginx::write;
use crate::rules::check::Reporter;

pub fn check(location: &Location<'_>, out: &mut Reporter<'_>) {
    if location.modifier != Modifier::Regex {
        return;
    }
    let Some(path) = only_path(location.pattern) else { return };
    let directive = location.directive;
    out.report_at(directive.at(location.pattern_span))
        .value("pattern", location.pattern)
        .value("path", path.as_str())
        .edit(write::edit(directive, directive.arguments_span(), format!("= {path}")))
        .emit();
}

/// The one path that an expression matches.
fn only_path(pattern: &str) -> Option<String> {
    let inner = pattern.strip_prefix('^')?.strip_suffix('$')?;
    let mut path = String::new();
    let mut chars = inner.chars();
    while let Some(char) = chars.next() {
        match char {
            '\\' => path.push(chars.next().filter(|next| matches!(next, '.' | '-' | '/' | '+'))?),
            'a'..='z' | 'A'..='Z' | '0'..='9' | '/' | '-' | '_' | '~' | '%' | '@' | '=' | '&' | ',' | ':' => path.push(char),
            _ => return None,
        }
    }
    path.starts_with('/').then_some(path)
}
