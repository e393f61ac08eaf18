//! Places in nginx configurations: headers for the upstream, variables, parameters, conditions.

use super::setting;
use crate::nginx::syntax::{Tree, Word};
use crate::secret::{Scanner, Secrets};
use crate::source::SourceFile;

/// The secrets of an nginx configuration.
pub(in crate::project) fn of_nginx(source: &SourceFile, tree: &Tree) -> Secrets {
    let text = source.text();
    let mut scanner = Scanner::new(text, setting(source));
    for directive in &tree.directives {
        let arguments = tree.arguments(directive);
        match (&*tree.name(directive, text), arguments) {
            (
                "proxy_set_header" | "grpc_set_header" | "add_header" | "more_set_headers" | "more_set_input_headers",
                [name, value, ..],
            ) => {
                let header = name.value(text);
                scanner.header(&header, value.inner());
                scanner.variable(&header, value.inner());
            }
            ("set" | "fastcgi_param" | "uwsgi_param" | "scgi_param" | "perl_set", [name, value, ..]) => {
                scanner.variable(name.value(text).trim_start_matches('$'), value.inner());
            }
            ("env", [word, ..]) => assignment(&mut scanner, text, word),
            ("if", words) => condition(&mut scanner, text, words),
            ("secure_link_md5" | "secure_link_secret", [word, ..]) => link_secret(&mut scanner, text, word),
            _ => {}
        }
    }
    scanner.finish()
}

/// `env NAME=value;`
fn assignment(scanner: &mut Scanner<'_>, text: &str, word: &Word) {
    let inner = word.inner();
    if let Some((name, value)) = inner.slice(text).split_once('=') {
        scanner.variable(name, crate::source::Span::new(inner.end() - value.len(), inner.end()));
    }
}

/// `if ($http_authorization != "Bearer …")`, the parentheses being parts of the words.
fn condition(scanner: &mut Scanner<'_>, text: &str, words: &[Word]) {
    let [name, operator, value, ..] = words else { return };
    if !matches!(operator.inner().slice(text), "=" | "!=") {
        return;
    }
    let variable = name.inner().slice(text).trim_start_matches(['(', '$']);
    let mut span = value.inner();
    if !value.is_quoted() {
        span = crate::source::Span::new(span.start(), span.start() + span.slice(text).trim_end_matches(')').len());
    }
    if let Some(header) = variable.strip_prefix("http_") {
        scanner.header(&header.replace('_', "-"), span);
    }
    scanner.variable(variable, span);
}

/// The word behind the variables: `"$secure_link_expires$uri secret"`.
fn link_secret(scanner: &mut Scanner<'_>, text: &str, word: &Word) {
    let inner = word.inner();
    let secret = inner.slice(text).rsplit([' ', '}']).next().unwrap_or_default();
    if !secret.contains('$') {
        scanner.secret("secure_link", crate::source::Span::new(inner.end() - secret.len(), inner.end()));
    }
}
