//! Env files: the statements tile the text up to blanks and comments, and each value is what its bytes say.

use shipworthy::compose::interpolate::Lookup;
use shipworthy::env::{EnvFile, Quote, Value, parse as read, parse_raw, resolve};

/// Any text is read, in both formats.
pub fn parse(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let file = read(text);
    check(text, &file);
    check_tiles(text, &file);
    let raw = parse_raw(text);
    check(text, &raw);
    check_raw(text, &raw);
}

fn check(text: &str, file: &EnvFile) {
    let mut last = 0;
    for entry in &file.entries {
        for span in [entry.key_span, entry.span, entry.value_span(), entry.content_span()] {
            assert!(text.get(span.start()..span.end()).is_some(), "{entry:?}");
            assert!(entry.span.contains(span), "{entry:?}");
        }
        assert_eq!(entry.key_span.slice(text), entry.key);
        assert!(last <= entry.span.start(), "{entry:?}");
        last = entry.span.end();
    }
    assert!(file.problems.len() <= 1);
    for problem in &file.problems {
        assert!(text.get(problem.span.start()..problem.span.end()).is_some(), "{problem:?}");
        assert!(problem.span.start() >= last && !problem.message.is_empty(), "{problem:?}");
    }
    let unset = |_: &str| Lookup::Unset;
    let variables = resolve(file, &unset);
    assert_eq!(variables.len(), file.entries.len());
    for (variable, entry) in variables.iter().zip(&file.entries) {
        match (&entry.value, &variable.value) {
            (Value::Inherited, value) => assert_eq!(*value, None),
            (Value::Written { template, .. }, Some(value)) => {
                let replaced = variable.error.is_none() && template.contains('$');
                assert!(value == template || replaced, "{variable:?}");
            }
            (Value::Written { .. }, None) => panic!("{variable:?} has no value"),
        }
    }
    for (first, second) in file.duplicates() {
        assert!(first.key == second.key && first.span.start() < second.span.start());
    }
}

/// What stands between statements is blanks and comments, within them the parts of each.
fn check_tiles(text: &str, file: &EnvFile) {
    let mut at = if text.starts_with('\u{feff}') { 3 } else { 0 };
    for entry in &file.entries {
        is_between(&text[at..entry.span.start()]);
        let lead = &text[entry.span.start()..entry.key_span.start()];
        assert!(lead.strip_prefix("export").unwrap_or(lead).trim().is_empty(), "{entry:?}");
        at = entry.span.end();
        let Value::Written { quote, template, span, colon } = &entry.value else {
            assert_eq!(entry.span.end(), entry.key_span.end());
            continue;
        };
        let separator = text[entry.key_span.end()..span.start()].trim();
        assert_eq!(separator, if *colon { ":" } else { "=" }, "{entry:?}");
        let (written, content) = (span.slice(text), entry.content_span().slice(text));
        match quote {
            Quote::None => {
                assert!(written == template && written.trim_end() == written, "{entry:?}");
                assert!(!written.contains('\n') && !written.contains(" #"), "{entry:?}");
                // To the end of the line only a comment is left.
                let rest = text[at..].split('\n').next().unwrap_or_default();
                assert!(rest.trim().is_empty() || (rest.trim_start().starts_with('#') && rest.starts_with(char::is_whitespace)));
            }
            Quote::Single => {
                assert_eq!(written, format!("'{content}'"));
                // The pairs of backslashes aside, each `\'` is a quote.
                let parts = content.split("\\\\").map(|part| part.replace("\\'", "'"));
                assert_eq!(*template, parts.collect::<Vec<_>>().join("\\\\"), "{entry:?}");
            }
            Quote::Double => {
                assert_eq!(written, format!("\"{content}\""));
                assert_eq!(*template, unescaped(content), "{entry:?}");
            }
            Quote::Raw => panic!("{entry:?} was not read as raw"),
        }
    }
    if file.problems.is_empty() {
        is_between(&text[at..]);
    }
}

fn is_between(text: &str) {
    for line in text.split_inclusive('\n') {
        let line = line.trim();
        assert!(line.is_empty() || line.starts_with('#'), "{line:?} is in nothing");
    }
}

/// Escapes of a double-quoted value, character by character; `$$` is what stays a `$`.
fn unescaped(content: &str) -> String {
    let mut result = String::new();
    let mut rest = content.chars();
    while let Some(next) = rest.next() {
        let (escape, behind) = match next {
            '\\' => (rest.clone().next(), rest.as_str()),
            _ => (None, ""),
        };
        let digits = |text: &str| text.chars().skip(1).take(3).take_while(char::is_ascii_digit).collect::<String>();
        match escape {
            None => result.push(next),
            Some('0') if digits(behind).len() == 3 => {
                let number = u32::from_str_radix(&digits(behind), 8).ok().and_then(char::from_u32);
                match number {
                    Some(number) => result.push(number),
                    None => result += &format!("\\0{}", digits(behind)),
                }
                rest = rest.as_str()[4..].chars();
            }
            Some(escape) => {
                match "abfnrtv\"\\$".find(escape) {
                    Some(at) => {
                        let meant = ["\u{7}", "\u{8}", "\u{c}", "\n", "\r", "\t", "\u{b}", "\"", "\\", "$$"][at];
                        result += meant;
                        rest.next();
                    }
                    None => result.push('\\'),
                };
            }
        }
    }
    result
}

/// Each line is a variable, a comment or nothing.
fn check_raw(text: &str, file: &EnvFile) {
    if !file.problems.is_empty() {
        return;
    }
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let lines = text.split('\n').map(|line| line.strip_suffix('\r').unwrap_or(line).trim_start());
    let lines: Vec<&str> = lines.filter(|line| !line.is_empty() && !line.starts_with('#')).collect();
    let written = file.entries.iter().map(|entry| match &entry.value {
        Value::Inherited => entry.key.clone(),
        Value::Written { template, .. } => format!("{}={template}", entry.key),
    });
    assert_eq!(written.collect::<Vec<_>>(), lines);
}
