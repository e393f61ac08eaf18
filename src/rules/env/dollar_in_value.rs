use rustc_hash::FxHashSet;

use crate::env::{EnvFile, Quote, Value};
use crate::rules::check::Reporter;

pub fn check(file: &EnvFile, out: &mut Reporter<'_>) {
    let text = out.text();
    let keys: FxHashSet<&str> = file.entries.iter().map(|entry| entry.key.as_str()).collect();
    for entry in &file.entries {
        let Value::Written { quote, template, span, .. } = &entry.value else { continue };
        if !quote.has_variables() || !template.contains('$') {
            continue;
        }
        let known = |name: &str| keys.contains(name);
        let Some(doubled) = eaten(template, &known) else { continue };
        let draft = out.report(*span).value("key", &entry.key);
        let draft = if doubled { draft.variant("doubled") } else { draft };
        // The text as it stands would be the value: without escapes, and without what variables give.
        let plain = !template.contains(['\'', '\n', '{', '\\']) && (*quote == Quote::None || !span.slice(text).contains('\\'));
        if plain { draft.replace(*span, format!("'{template}'")).emit() } else { draft.emit() }
    }
}

/// Whether compose takes something out of a value that looks as if it belonged to it: a name behind a `$` that no variable has and
/// that is not written as one, `false`; or one of two `$`, `true`.
fn eaten(template: &str, known: &dyn Fn(&str) -> bool) -> Option<bool> {
    let mut doubled = None;
    let mut rest = template;
    let mut before = None;
    while let Some(at) = rest.find('$') {
        before = rest[..at].chars().next_back().or(before.filter(|_| at == 0));
        let behind = &rest[at + 1..];
        if let Some(after) = behind.strip_prefix('$') {
            doubled = doubled.or(Some(true));
            rest = after;
            before = Some('$');
            continue;
        }
        let length = behind.find(|char: char| !char.is_ascii_alphanumeric() && char != '_').unwrap_or(behind.len());
        let name = &behind[..length];
        let is_name = name.starts_with(|char: char| char.is_ascii_alphabetic() || char == '_');
        // `$HOME/data` and `$PATH:/opt` are written as variables.
        let meant = name.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_')
            && before.is_none_or(|char| !char.is_alphanumeric());
        if is_name && !meant && !known(name) {
            return Some(false);
        }
        before = name.chars().next_back().or(Some('$'));
        rest = &behind[length..];
    }
    doubled
}

#[cfg(test)]
mod tests {
    use super::eaten;

    #[test]
    fn names_that_are_meant_are_left() {
        for (template, expected) in [
            ("cash$money", Some(false)),
            ("$2y$10$abc", Some(false)),
            ("a$$b", Some(true)),
            ("$HOME/data", None),
            ("/opt:$PATH", None),
            ("5$", None),
            ("$5", None),
            ("${DOMAIN}", None),
            ("a$B9", Some(false)),
            ("x$base/y", None),
        ] {
            assert_eq!(eaten(template, &|name| name == "base"), expected, "{template}");
        }
    }
}
