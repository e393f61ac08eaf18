//! Values in a Dockerfile that no output may show.
//!
//! Names: BuildKit `validations.go`, getSecretsRegex.

use std::ops::Range;

use super::instruction::{Body, Pair};
use super::model::{Dockerfile, Variable};
use crate::shell::{Command, Word};
use crate::source::Span;

/// A part of a name, between underscores, that says it is secret.
const SECRET_WORDS: &[&str] =
    &["apikey", "auth", "credential", "credentials", "key", "password", "pword", "passwd", "secret", "token"];

/// A part of a name that says its value may be seen.
const PUBLIC_WORDS: &[&str] = &["file", "public", "version"];

/// Parts of the name of a flag that say its value is secret: fewer, for `--key` and `--auth` mostly name files and methods.
const SECRET_FLAG_WORDS: &[&str] =
    &["apikey", "credential", "credentials", "passphrase", "passwd", "password", "pword", "secret", "token"];

/// Parts of the name of a flag that say how the secret comes, or what else it is about.
const PUBLIC_FLAG_WORDS: &[&str] =
    &["env", "file", "id", "length", "name", "path", "public", "stdin", "ttl", "type", "url", "version"];

/// A default is not looked for beyond this many characters.
const LONGEST_FALLBACK: usize = 1 << 12;

/// Whether the name of a variable says that its value is secret, as BuildKit's SecretsUsedInArgOrEnv has it.
pub fn is_secret_name(name: &str) -> bool {
    has_word(name, '_', SECRET_WORDS) && !has_word(name, '_', PUBLIC_WORDS)
}

fn is_secret_flag(flag: &str) -> bool {
    let Some(name) = flag.strip_prefix("--") else { return false };
    (has_word(name, '-', SECRET_FLAG_WORDS) || name.eq_ignore_ascii_case("api-key")) && !has_word(name, '-', PUBLIC_FLAG_WORDS)
}

fn has_word(name: &str, separator: char, words: &[&str]) -> bool {
    name.split(separator).any(|part| words.iter().any(|word| part.eq_ignore_ascii_case(word)))
}

/// Nothing but one variable, `$X` or `${X}`: what it holds is not written here.
pub fn is_reference(value: &str) -> bool {
    let is_name = |name: &str| !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    let value = value.trim_matches(['"', '\'']);
    match value.strip_prefix('$') {
        Some(rest) => is_name(rest.strip_prefix('{').and_then(|rest| rest.strip_suffix('}')).unwrap_or(rest)),
        None => false,
    }
}

/// The secret values of a file: those of variables with such names, of flags such as `--password=x`, passwords in URLs, and
/// what `${PASSWORD:-x}` falls back to. In order, without overlaps.
pub fn secret_spans(text: &str, dockerfile: &Dockerfile) -> Vec<Span> {
    let mut spans: Vec<Span> = url_passwords(text).into_iter().chain(fallbacks(text)).map(Span::from).collect();
    let declared = dockerfile.stages.iter().flat_map(|stage| dockerfile.declared_in(stage));
    spans.extend(dockerfile.global_arguments().iter().chain(declared).filter_map(|variable| variable_span(text, variable)));
    for instruction in &dockerfile.tree.instructions {
        if let Body::Onbuild(trigger) = &instruction.body
            && let Body::Env(pairs) | Body::Arg(pairs) = &trigger.body
        {
            spans.extend(pairs.iter().filter_map(|pair| pair_span(text, pair)));
        }
    }
    for script in &dockerfile.scripts {
        script.script.commands.iter().for_each(|command| in_command(text, command, &mut spans));
    }
    merged(spans)
}

/// Spans in order; those that overlap or touch become one.
fn merged(mut spans: Vec<Span>) -> Vec<Span> {
    spans.retain(|span| !span.is_empty());
    spans.sort();
    let mut merged: Vec<Span> = Vec::with_capacity(spans.len());
    for span in spans {
        match merged.last_mut().filter(|last| span.start <= last.end) {
            Some(last) => *last = last.cover(span),
            None => merged.push(span),
        }
    }
    merged
}

fn variable_span(text: &str, variable: &Variable) -> Option<Span> {
    let value = variable.value_span?;
    let raw = value.slice(text);
    // A value that is secret only by what it is built on shows nothing here.
    let shows = is_secret_name(&variable.name) || !raw.contains('$');
    (variable.secret && shows && !is_reference(raw)).then(|| unquoted(text, value))
}

fn pair_span(text: &str, pair: &Pair) -> Option<Span> {
    let value = pair.value.as_ref()?;
    (is_secret_name(&pair.key.text) && !is_reference(&value.text)).then(|| unquoted(text, value.span))
}

/// `--password=x`, `--password x`, `TOKEN=x command`, `export TOKEN=x`.
fn in_command(text: &str, command: &Command, spans: &mut Vec<Span>) {
    let mut add = |span: Span| {
        if !is_reference(span.slice(text)) {
            spans.push(unquoted(text, span));
        }
    };
    for assignment in &command.assignments {
        if is_secret_name(&assignment.name) {
            add(assignment.value.span);
        }
    }
    let mut words = command.wrappers.iter().flatten().chain(&command.words).peekable();
    while let Some(word) = words.next() {
        match word.text.split_once('=') {
            Some((name, _)) if is_secret_flag(name) || is_secret_name(name) => add(value_part(text, word)),
            Some(_) => {}
            None if is_secret_flag(&word.text) => {
                if let Some(value) = words.peek().filter(|next| !next.text.starts_with('-')) {
                    add(value.span);
                }
            }
            None => {}
        }
    }
}

/// What follows the first `=` of a word, with the quotes that it may have.
fn value_part(text: &str, word: &Word) -> Span {
    let raw = word.span.slice(text);
    let start = raw.find('=').map_or(word.span.start(), |at| word.span.start() + at + 1);
    let opens_before = raw.starts_with(['"', '\'']);
    Span::new(start, word.span.end() - usize::from(opens_before && start < word.span.end()))
}

/// Without the quotes around it, if they are a pair.
fn unquoted(text: &str, span: Span) -> Span {
    let raw = span.slice(text);
    let is_quoted = ['"', '\''].iter().any(|quote| raw.len() >= 2 && raw.starts_with(*quote) && raw.ends_with(*quote));
    if is_quoted { Span::new(span.start() + 1, span.end() - 1) } else { span }
}

/// The passwords of `scheme://user:password@host`, wherever they stand; a variable is none.
pub fn url_passwords(text: &str) -> Vec<Range<usize>> {
    let mut passwords = Vec::new();
    for (scheme, _) in text.match_indices("://") {
        let start = scheme + 3;
        let has_scheme = text[..scheme].ends_with(|last: char| last.is_ascii_alphanumeric());
        let rest = &text[start..];
        let authority =
            &rest[..rest.find(|char: char| char.is_whitespace() || "/?#\"'`<>()\\".contains(char)).unwrap_or(rest.len())];
        let Some(at) = authority.rfind('@') else { continue };
        let Some(colon) = authority[..at].find(':') else { continue };
        let password = &authority[colon + 1..at];
        if has_scheme && !password.is_empty() && !is_reference(password) {
            passwords.push(start + colon + 1..start + at);
        }
    }
    passwords
}

/// The defaults of `${TOKEN:-x}` and its kin.
fn fallbacks(text: &str) -> Vec<Range<usize>> {
    let mut defaults = Vec::new();
    for (open, _) in text.match_indices("${") {
        let rest = &text[open + 2..];
        let name = &rest[..rest.bytes().position(|byte| !byte.is_ascii_alphanumeric() && byte != b'_').unwrap_or(rest.len())];
        let operator = [":-", "-", ":=", "="].iter().find(|operator| rest[name.len()..].starts_with(*operator));
        let Some(operator) = operator.filter(|_| is_secret_name(name)) else { continue };
        let start = open + 2 + name.len() + operator.len();
        let end = text[start..].char_indices().take(LONGEST_FALLBACK).find(|(_, char)| matches!(char, '}' | '\n'));
        if let Some((length, _)) = end.filter(|_| !text[start..].starts_with('$')) {
            defaults.push(start..start + length);
        }
    }
    defaults
}
