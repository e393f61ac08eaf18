//! The variables that a configuration makes, and those that it uses where nginx has to know them.

use rustc_hash::FxHashSet;

use super::configuration::{Argument, Configuration, Directive};
use super::script::{Part, parts};
use super::variables::Condition;
use crate::source::Span;

/// A variable within a value that nginx compiles when it starts.
#[derive(Debug, Clone, Copy)]
pub struct Use<'c> {
    pub directive: Directive<'c>,
    /// As it is written.
    pub name: &'c str,
    /// The name without `$` and braces.
    pub span: Span,
}

/// Directives whose first argument `$name` makes a variable.
const FIRST: &[&str] = &["set", "js_set", "js_var", "perl_set", "auth_request_set", "auth_jwt_claim_set", "auth_jwt_header_set"];

/// Directives that nginx compiles the values of, from this argument on.
const COMPILED: &[(&str, usize)] = &[
    ("set", 1),
    ("return", 0),
    ("rewrite", 1),
    ("add_header", 1),
    ("add_trailer", 1),
    ("proxy_set_header", 1),
    ("grpc_set_header", 1),
    ("fastcgi_param", 1),
    ("uwsgi_param", 1),
    ("scgi_param", 1),
    ("proxy_pass", 0),
    ("fastcgi_pass", 0),
    ("uwsgi_pass", 0),
    ("scgi_pass", 0),
    ("grpc_pass", 0),
    ("memcached_pass", 0),
    ("root", 0),
    ("alias", 0),
    ("try_files", 0),
    ("log_format", 1),
    ("proxy_cache_key", 0),
    ("fastcgi_cache_key", 0),
    ("proxy_cache_bypass", 0),
    ("proxy_no_cache", 0),
    ("fastcgi_cache_bypass", 0),
    ("fastcgi_no_cache", 0),
    ("limit_req_zone", 0),
    ("limit_conn_zone", 0),
    ("auth_request_set", 1),
    ("hash", 0),
];

/// The names of all variables that it makes, in lower case.
pub fn made(configuration: &Configuration) -> FxHashSet<String> {
    let mut names = FxHashSet::default();
    for directive in configuration.directives() {
        names.extend(made_by(directive).strip_prefix('$').map(|name| name.trim_matches(['{', '}']).to_ascii_lowercase()));
        let words = directive.arguments().map(|argument| argument.text).chain([directive.name()]);
        let groups = words.filter(|_| !directive.is_lua()).flat_map(named_groups);
        names.extend(groups.map(str::to_ascii_lowercase));
    }
    names
}

/// The variable that a directive makes, with its `$`; empty for those that make none.
fn made_by(directive: Directive<'_>) -> &str {
    match directive.name() {
        "map" | "split_clients" | "keyval" => directive.text(1),
        "geo" => directive.text(directive.count().saturating_sub(1)),
        name if FIRST.contains(&name) || name.starts_with("set_") => directive.text(0),
        // An entry of `geoip2`.
        name if name.starts_with('$') => name,
        _ => "",
    }
}

/// Every variable that stands where nginx looks it up when it starts, but those of templates.
pub fn used(configuration: &Configuration) -> impl Iterator<Item = Use<'_>> {
    configuration.directives().filter(|directive| !directive.is_lua()).flat_map(used_by)
}

fn used_by(directive: Directive<'_>) -> Vec<Use<'_>> {
    compiled(directive).into_iter().flat_map(|argument| in_argument(directive, argument)).collect()
}

/// The arguments that nginx compiles.
fn compiled(directive: Directive<'_>) -> Vec<Argument<'_>> {
    if let Some((_, first)) = COMPILED.iter().find(|(name, _)| *name == directive.name()) {
        let is_directive = !directive.contexts().is_empty();
        return directive.arguments().skip(*first).filter(|_| is_directive).collect();
    }
    if directive.is("if") {
        // The pattern behind `~` is none of ours.
        let Some(condition) = Condition::read(directive) else { return Vec::new() };
        let is_subject = |argument: &Argument<'_>| argument.text.trim_start_matches('(').starts_with(condition.subject);
        return directive.arguments().find(is_subject).into_iter().collect();
    }
    let is_entry =
        directive.parent().is_some_and(|parent| parent.is("map")) && directive.count() == 1 && !directive.is("include");
    let is_table = directive.is("map") || directive.is("split_clients");
    directive.arguments().take(1).filter(|_| is_entry || is_table).collect()
}

fn in_argument<'c>(directive: Directive<'c>, argument: Argument<'c>) -> Vec<Use<'c>> {
    if argument.is_opaque {
        return Vec::new();
    }
    let written = argument.span.slice(directive.source_text());
    let place = |name: &str| name.as_ptr() as usize - written.as_ptr() as usize;
    // `${NAME}` in capitals is what envsubst puts in.
    let is_shell = |name: &str| {
        written.as_bytes().get(place(name).wrapping_sub(1)) == Some(&b'{') && !name.bytes().any(|byte| byte.is_ascii_lowercase())
    };
    let names = parts(written).into_iter().filter_map(|part| match part {
        Part::Variable(name) if !is_shell(name) => Some(name),
        _ => None,
    });
    names
        .map(|name| {
            let start = argument.span.start() + place(name);
            Use { directive, name, span: Span::new(start, start + name.len()) }
        })
        .collect()
}

/// `(?<name>…)` in an expression makes a variable.
pub fn named_groups(text: &str) -> impl Iterator<Item = &str> {
    text.split("(?").skip(1).filter_map(|rest| {
        let name = rest.trim_start_matches('P').strip_prefix(['<', '\''])?;
        let length = name.bytes().take_while(|byte| byte.is_ascii_alphanumeric() || *byte == b'_').count();
        let is_closed = matches!(name.as_bytes().get(length), Some(b'>' | b'\''));
        (length > 0 && is_closed).then_some(&name[..length])
    })
}
