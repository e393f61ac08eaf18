//! Locations: how they are written, and which one nginx chooses.

use crate::source::Span;

use super::configuration::Directive;

/// A `location` block.
#[derive(Debug, Clone, Copy)]
pub struct Location<'c> {
    pub directive: Directive<'c>,
    pub modifier: Modifier,
    /// Without the modifier and `@`.
    pub pattern: &'c str,
    /// Where the pattern stands, with its quotes; of a glued form without the modifier.
    pub pattern_span: Span,
}

/// How a location is compared with a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Modifier {
    /// None: the longest one is remembered, and regular expressions come before it.
    Prefix,
    /// `=`
    Exact,
    /// `^~`: no regular expression is tried when it is the longest.
    PreferredPrefix,
    /// `~`
    Regex,
    /// `~*`
    RegexAnyCase,
    /// `@name`
    Named,
}

impl<'c> Location<'c> {
    /// Reads a `location` block; `None` for other directives and for what nginx refuses.
    pub fn read(directive: Directive<'c>) -> Option<Self> {
        if !directive.is("location") || !directive.is_block() {
            return None;
        }
        let first = directive.argument(0)?;
        let (modifier, pattern, pattern_span) = match directive.argument(1) {
            Some(second) => {
                let modifier = match first.text {
                    "=" => Modifier::Exact,
                    "^~" => Modifier::PreferredPrefix,
                    "~" => Modifier::Regex,
                    "~*" => Modifier::RegexAnyCase,
                    _ => return None,
                };
                (modifier, second.text, second.span)
            }
            None => {
                let (modifier, glued) = glued(first.text);
                let span = if first.is_quoted { first.span } else { Span::new(first.span.start() + glued, first.span.end()) };
                (modifier, &first.text[glued..], span)
            }
        };
        Some(Self { directive, modifier, pattern, pattern_span })
    }

    /// Whether its pattern is a regular expression.
    pub fn is_regex(&self) -> bool {
        matches!(self.modifier, Modifier::Regex | Modifier::RegexAnyCase)
    }

    /// Whether its pattern is the beginning of a path.
    pub fn is_prefix(&self) -> bool {
        matches!(self.modifier, Modifier::Prefix | Modifier::PreferredPrefix)
    }

    /// As its author wrote it, modifier and pattern.
    pub fn describe(&self) -> String {
        self.directive.arguments().map(|argument| argument.text).collect::<Vec<_>>().join(" ")
    }
}

/// `=/x`, `~^/x` and `@name` are one word (`ngx_http_core_location`).
fn glued(text: &str) -> (Modifier, usize) {
    match text.as_bytes() {
        [b'=', ..] => (Modifier::Exact, 1),
        [b'^', b'~', ..] => (Modifier::PreferredPrefix, 2),
        [b'~', b'*', ..] => (Modifier::RegexAnyCase, 2),
        [b'~', ..] => (Modifier::Regex, 1),
        [b'@', ..] => (Modifier::Named, 1),
        _ => (Modifier::Prefix, 0),
    }
}

/// The location of a server, or within another location, that nginx takes for a path. `Err` where a regular expression that
/// comes into question is not understood.
pub fn choose<'c>(block: Directive<'c>, path: &str) -> Result<Option<Location<'c>>, Unknown> {
    let locations: Vec<Location<'c>> = block.children().filter_map(Location::read).collect();
    let exact = locations.iter().find(|location| location.modifier == Modifier::Exact && location.pattern == path);
    if let Some(exact) = exact {
        return Ok(Some(*exact));
    }
    let prefixes = locations.iter().filter(|location| location.is_prefix() && path.starts_with(location.pattern));
    let longest = prefixes.max_by_key(|location| location.pattern.len()).copied();
    // Locations inside the prefix are tried before the regular expressions of this level.
    if let Some(longest) = longest
        && let Some(inner) = choose_inner(longest.directive, path)?
    {
        return Ok(Some(inner));
    }
    if longest.is_some_and(|location| location.modifier == Modifier::PreferredPrefix) {
        return Ok(longest);
    }
    for location in locations.iter().filter(|location| location.is_regex()) {
        let any_case = location.modifier == Modifier::RegexAnyCase;
        let regex = regex::bytes::RegexBuilder::new(location.pattern)
            .unicode(false)
            .case_insensitive(any_case)
            .size_limit(1 << 20)
            .build();
        match regex {
            Ok(regex) if regex.is_match(path.as_bytes()) => {
                return Ok(Some(*location));
            }
            Ok(_) => {}
            Err(_) => return Err(Unknown),
        }
    }
    Ok(longest)
}

/// Nothing is deeper than a block may be, and each step goes one down.
fn choose_inner<'c>(block: Directive<'c>, path: &str) -> Result<Option<Location<'c>>, Unknown> {
    if block.children().all(|child| !child.is("location")) || block.ancestors().count() > 32 {
        return Ok(None);
    }
    choose(block, path)
}

/// It hangs on something that is not understood.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Unknown;
