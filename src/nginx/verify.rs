//! What `nginx -t` would say of directives, without nginx: by the table of what nginx knows.

use rustc_hash::FxHashMap;

use crate::catalog::nginx_directives::{
    Arguments, Context, Contexts, Form, Removal, Value, Version, forms, names, third_party_module,
};

use super::configuration::{Argument, Configuration, Directive};
use super::location::{Location, Modifier};

/// Why nginx refuses a directive, or warns of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault<'c> {
    /// nginx has none of this name; perhaps one that is written nearly so was meant, or a module of others has it.
    Unknown {
        nearest: Option<&'static str>,
        module: Option<&'static str>,
    },
    /// It may not stand here, only there.
    Misplaced {
        allowed: Contexts,
    },
    /// It needs `{ … }`.
    NoBlock,
    /// It takes no `{ … }`.
    NoSemicolon,
    /// The number of arguments is wrong.
    Count {
        expected: String,
    },
    /// An argument that begins a line is the name of a directive: the `;` before it is missing.
    SwallowedDirective {
        at: Argument<'c>,
        before: Argument<'c>,
    },
    /// Neither `on` nor `off`.
    Flag {
        value: Argument<'c>,
    },
    /// None of the words that it takes.
    Word {
        value: Argument<'c>,
        expected: String,
    },
    Size {
        value: Argument<'c>,
    },
    Time {
        value: Argument<'c>,
    },
    Number {
        value: Argument<'c>,
    },
    /// A location that cannot stand within the one around it; the text says why.
    Nesting {
        why: &'static str,
    },
    /// nginx has it since a later release than the one that runs.
    TooNew {
        since: Version,
    },
    /// nginx has dropped it.
    Removed {
        from: Version,
    },
}

/// What nginx would say of one directive by itself.
pub fn verdict<'c>(directive: Directive<'c>) -> Option<Fault<'c>> {
    let contexts = directive.contexts();
    let name = directive.name();
    let in_table = directive.parent().is_some_and(|parent| TABLES.contains(&parent.name()) && parent.is_block());
    if in_table && directive.is_block() && !is_template(directive) {
        return Some(Fault::NoSemicolon);
    }
    if contexts.is_empty() || name.is_empty() || is_template(directive) {
        return None;
    }
    let known = forms(name);
    if known.is_empty() {
        return Some(unknown(directive));
    }
    if let Some(fault) = by_release(directive, known) {
        return Some(fault);
    }
    let here: Vec<&Form> = known.iter().filter(|form| !form.contexts.and(contexts).is_empty()).collect();
    if here.is_empty() {
        return Some(Fault::Misplaced { allowed: known.iter().fold(Contexts::default(), |all, form| all.or(form.contexts)) });
    }
    let shaped: Vec<&&Form> = here.iter().filter(|form| form.is_block == directive.is_block()).collect();
    let Some(first) = shaped.first() else {
        return Some(if directive.is_block() { Fault::NoSemicolon } else { Fault::NoBlock });
    };
    let count = directive.count();
    if !shaped.iter().any(|form| form.arguments.allow(count)) {
        return Some(swallowed(directive).unwrap_or_else(|| Fault::Count { expected: first.arguments.describe() }));
    }
    // What is read as an argument of a directive with any number of them may be the next directive.
    if let Some(fault) = swallowed(directive) {
        return Some(fault);
    }
    if let Some(why) = nesting(directive) {
        return Some(Fault::Nesting { why });
    }
    if shaped.len() == 1 || shaped.iter().all(|form| (form.arguments, form.value) == (first.arguments, first.value)) {
        return value(directive, first);
    }
    None
}

/// Blocks whose entries are no directives and have no blocks.
const TABLES: &[&str] = &["map", "geo", "types", "split_clients", "charset_map"];

/// What `ngx_http_core_location` asks of a location within another.
fn nesting(directive: Directive<'_>) -> Option<&'static str> {
    let inner = Location::read(directive)?;
    let outer = Location::read(directive.parent()?)?;
    match () {
        () if outer.modifier == Modifier::Exact => Some("nothing can be inside a location for one path"),
        () if outer.modifier == Modifier::Named => Some("nothing can be inside a named location"),
        () if inner.modifier == Modifier::Named => Some("a named location stands in a server only"),
        () if !inner.is_regex() && !inner.pattern.starts_with(outer.pattern) => Some("it does not begin as the one around it"),
        () => None,
    }
}

/// A name or argument with the mark of a template is not known.
fn is_template(directive: Directive<'_>) -> bool {
    let is_substituted = |text: &str| text.contains("${") && text.bytes().any(|byte| byte.is_ascii_uppercase());
    is_substituted(directive.name()) || directive.arguments().any(|argument| argument.is_opaque)
}

fn unknown<'c>(directive: Directive<'c>) -> Fault<'c> {
    let name = directive.name();
    let module = third_party_module(name);
    let nearest = if module.is_some() { None } else { nearest(directive) };
    Fault::Unknown { nearest, module }
}

/// The directive that may stand here and differs in one or two letters.
fn nearest(directive: Directive<'_>) -> Option<&'static str> {
    let name = directive.name();
    if name.len() > 40 || name.len() < 3 {
        return None;
    }
    let most = if name.len() < 6 { 1 } else { 2 };
    let fits = |candidate: &&str| {
        candidate.len().abs_diff(name.len()) <= most
            && forms(candidate)
                .iter()
                .any(|form| form.is_block == directive.is_block() && !form.contexts.and(directive.contexts()).is_empty())
    };
    let lower = name.to_ascii_lowercase().replace('-', "_");
    let distance = |candidate: &str| if lower == candidate { 0 } else { strsim::osa_distance(&lower, candidate) };
    let near = names().filter(fits).map(|candidate| (distance(candidate), candidate)).filter(|(distance, _)| *distance <= most);
    near.min_by_key(|(distance, _)| *distance).map(|(_, candidate)| candidate)
}

fn by_release<'c>(directive: Directive<'c>, known: &[Form]) -> Option<Fault<'c>> {
    let release = directive.configuration().release;
    let here = || known.iter().filter(|form| !form.contexts.and(directive.contexts()).is_empty());
    if here().next().is_some() && here().all(|form| form.since.is_some_and(|since| release.is_before(since))) {
        let since = here().filter_map(|form| form.since).min()?;
        return Some(Fault::TooNew { since });
    }
    let gone = here().map(|form| match form.removal {
        Some(Removal::Gone(from)) => Some(from),
        _ => None,
    });
    let gone: Option<Vec<Version>> = gone.collect();
    let from = gone.filter(|versions| !versions.is_empty())?.into_iter().max()?;
    release.is_at_least(from).then_some(Fault::Removed { from })
}

/// `listen 80` without its `;` takes the next line for arguments: one of them stands first in its line and is a directive that may
/// stand here.
fn swallowed<'c>(directive: Directive<'c>) -> Option<Fault<'c>> {
    let text = directive.source_text();
    let mut before = Argument { text: directive.name(), span: directive.name_span(), is_quoted: false, is_opaque: false };
    for argument in directive.arguments() {
        let gap = text.get(before.span.end()..argument.span.start()).unwrap_or_default();
        let is_name = !argument.is_quoted
            && argument.text.len() > 2
            && forms(argument.text).iter().any(|form| !form.contexts.and(directive.contexts()).is_empty());
        if is_name && gap.contains('\n') && !gap.contains('#') {
            return Some(Fault::SwallowedDirective { at: argument, before });
        }
        before = argument;
    }
    None
}

fn value<'c>(directive: Directive<'c>, form: &Form) -> Option<Fault<'c>> {
    let value = directive.argument(0)?;
    if value.text.contains('$') || value.text.contains(['@', '%', '<']) {
        return None;
    }
    if form.arguments == Arguments::Flag {
        let is_flag = value.text.eq_ignore_ascii_case("on") || value.text.eq_ignore_ascii_case("off");
        return (!is_flag).then_some(Fault::Flag { value });
    }
    if directive.count() != 1 {
        return None;
    }
    match form.value {
        Value::Any => None,
        Value::Size => (!is_size(value.text, "kKmM")).then_some(Fault::Size { value }),
        Value::Offset => (!is_size(value.text, "kKmMgG")).then_some(Fault::Size { value }),
        Value::Time => (!is_time(value.text)).then_some(Fault::Time { value }),
        Value::Number => {
            let is_number = !value.text.is_empty() && value.text.bytes().all(|byte| byte.is_ascii_digit());
            (!is_number).then_some(Fault::Number { value })
        }
        Value::OneOf(words) => {
            let fits = words.iter().any(|word| word.eq_ignore_ascii_case(value.text));
            (!fits).then(|| Fault::Word { value, expected: words.join(", ") })
        }
    }
}

/// `ngx_parse_size` and `ngx_parse_offset`
fn is_size(text: &str, units: &str) -> bool {
    let digits = text.strip_suffix(|last| units.contains(last)).unwrap_or(text);
    !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit())
}

/// `ngx_parse_time`: numbers with units, the larger ones first; a number alone is seconds and stands last.
pub fn is_time(text: &str) -> bool {
    const UNITS: &[&str] = &["y", "M", "w", "d", "h", "m", "s", "ms"];
    let mut rest = text;
    let mut last = 0;
    if rest.is_empty() {
        return false;
    }
    while !rest.is_empty() {
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        if digits == 0 {
            return false;
        }
        rest = &rest[digits..];
        let unit = if rest.starts_with("ms") { "ms" } else { rest.get(..1).unwrap_or_default() };
        let place = match unit {
            "" | " " => UNITS.len() - 1,
            unit => match UNITS.iter().position(|known| *known == unit) {
                Some(place) => place + 1,
                None => return false,
            },
        };
        if place <= last && last > 0 {
            return false;
        }
        last = place;
        rest = rest[unit.len()..].trim_start_matches(' ');
    }
    true
}

/// Two directives of which nginx takes only one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Repetition<'c> {
    pub first: Directive<'c>,
    pub second: Directive<'c>,
    pub kind: Repeated,
}

/// What is there twice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Repeated {
    /// A directive that may stand once in a block.
    Directive,
    /// A location with the same pattern.
    Location,
    /// An upstream with the same name.
    Upstream,
    /// A `listen` on the same socket in one server.
    Listen,
    /// A second server that says `default_server` for a socket.
    DefaultServer,
}

/// Of one thing in one block no more repetitions than this are told.
const MOST_REPETITIONS: u32 = 50;

/// Every repetition that nginx refuses.
pub fn repetitions(configuration: &Configuration) -> Vec<Repetition<'_>> {
    let mut found = Vec::new();
    let mut seen: FxHashMap<(Option<usize>, Repeated, String), (Directive<'_>, u32)> = FxHashMap::default();
    for directive in configuration.directives().filter(|directive| !directive.contexts().is_empty()) {
        let parent = directive.parent().map(|parent| parent.id().index());
        let within = key(directive).map(|(kind, key)| (parent, kind, key));
        let across = default_server(directive).map(|socket| (None, Repeated::DefaultServer, socket));
        for key in within.into_iter().chain(across) {
            let kind = key.1;
            let (first, told) = seen.entry(key).or_insert((directive, 0));
            let is_itself = first.id() == directive.id();
            if is_itself || kind == Repeated::DefaultServer && is_same_block(*first, directive) || *told >= MOST_REPETITIONS {
                continue;
            }
            *told += 1;
            found.push(Repetition { first: *first, second: directive, kind });
        }
    }
    found
}

impl std::hash::Hash for Repeated {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        (*self as u8).hash(state);
    }
}

/// Within one server it is the socket that is there twice.
fn is_same_block(one: Directive<'_>, other: Directive<'_>) -> bool {
    one.parent().map(Directive::id) == other.parent().map(Directive::id)
}

/// The socket that a `listen` makes its server the default of.
fn default_server(directive: Directive<'_>) -> Option<String> {
    if !directive.is("listen") || !directive.may_be_in(Context::Server) {
        return None;
    }
    let listen = super::listen::Listen::read(directive);
    (listen.is_default && listen.is_known()).then(|| format!("{:?}", listen.socket))
}

/// What may be there once.
fn key(directive: Directive<'_>) -> Option<(Repeated, String)> {
    if directive.arguments().any(|argument| argument.is_opaque) {
        return None;
    }
    match directive.name() {
        "location" => {
            let location = Location::read(directive)?;
            // Regular expressions are tried in their order, of names the first counts; nginx compares neither.
            let modifier = match location.modifier {
                Modifier::Regex | Modifier::RegexAnyCase | Modifier::Named => return None,
                Modifier::Exact => '=',
                Modifier::Prefix | Modifier::PreferredPrefix => ' ',
            };
            Some((Repeated::Location, format!("{modifier}{}", location.pattern)))
        }
        "upstream" if directive.is_block() => Some((Repeated::Upstream, directive.text(0).to_ascii_lowercase())),
        "listen" if directive.may_be_in(Context::Server) => {
            let listen = super::listen::Listen::read(directive);
            listen.is_known().then(|| (Repeated::Listen, format!("{:?}", listen.socket)))
        }
        name => {
            let here: Vec<&Form> =
                forms(name).iter().filter(|form| !form.contexts.and(directive.contexts()).is_empty()).collect();
            let once = !here.is_empty() && here.iter().all(|form| form.once && form.is_block == directive.is_block());
            once.then(|| (Repeated::Directive, name.to_owned()))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_as_nginx_reads_them() {
        for text in ["0", "30s", "1m30s", "500ms", "1h 30m", "1d", "10", "1M", "1m 5"] {
            assert!(is_time(text), "{text}");
        }
        for text in ["", "s", "10x", "30s1m", "1.5s", "5 s1", "off"] {
            assert!(!is_time(text), "{text}");
        }
        assert!(is_size("8k", "kKmM") && !is_size("1g", "kKmM") && is_size("1g", "kKmMgG") && !is_size("k", "kK"));
    }
}
