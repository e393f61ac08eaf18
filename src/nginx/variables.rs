//! Which variables an attacker has a hand in, and which bytes these can hold: through `set`, `map` and what regular expressions
//! capture, as gixy follows them.

use super::configuration::Directive;
use super::location::Location;
use super::regex::{ByteSet, NodeId, Regex};
use super::script::{Part, parts};

/// Variables of variables are followed no further.
const DEEPEST: usize = 12;

/// What an attacker can put into a variable, or into a value with several.
#[derive(Debug, Clone)]
pub struct Taint<'c> {
    /// Bytes that the attacker chooses.
    pub bytes: ByteSet,
    /// Those that may stand first.
    pub first: ByteSet,
    /// Every value has a `/`.
    pub has_slash: bool,
    /// Every value begins with `/`.
    pub begins_with_slash: bool,
    /// Where the value comes from, if from the configuration: `set`, `map`, a regular expression.
    pub origin: Option<Directive<'c>>,
}

impl Taint<'_> {
    /// Nobody chooses it.
    const fn literal(text: &str) -> Self {
        let has_slash = contains_slash(text);
        let begins_with_slash = matches!(text.as_bytes(), [b'/', ..]);
        Self { bytes: ByteSet::EMPTY, first: ByteSet::EMPTY, has_slash, begins_with_slash, origin: None }
    }

    fn of(bytes: ByteSet) -> Self {
        Self { bytes, first: bytes, has_slash: false, begins_with_slash: false, origin: None }
    }

    fn path(bytes: ByteSet) -> Self {
        Self { bytes, first: ByteSet::of(b'/'), has_slash: true, begins_with_slash: true, origin: None }
    }

    /// Whether an attacker chooses any of it.
    pub fn is_controlled(&self) -> bool {
        !self.bytes.is_empty()
    }

    /// Whether an attacker can put this byte in.
    pub fn can_hold(&self, byte: u8) -> bool {
        self.bytes.contains(byte)
    }
}

const fn contains_slash(text: &str) -> bool {
    let bytes = text.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        if bytes[at] == b'/' {
            return true;
        }
        at += 1;
    }
    false
}

/// The taint of each variable in a value that a directive has, in order, with its name as it is written (`$1` has `1`).
/// Variables that nobody outside chooses are left out.
pub fn tainted<'c>(directive: Directive<'c>, text: &str) -> Vec<(String, Taint<'c>)> {
    let mut found = Vec::new();
    for part in parts(text) {
        let name = match part {
            Part::Literal(_) => continue,
            Part::Variable(name) => name.to_owned(),
            Part::Capture(number) => number.to_string(),
        };
        if let Some(taint) = of_part(directive, part, DEEPEST).filter(Taint::is_controlled) {
            found.push((name, taint));
        }
    }
    found
}

/// The taint of one piece of a value of a directive; `None` for a variable of which nothing is known.
pub fn of<'c>(directive: Directive<'c>, part: Part<'_>) -> Option<Taint<'c>> {
    of_part(directive, part, DEEPEST)
}

fn of_part<'c>(directive: Directive<'c>, part: Part<'_>, depth: usize) -> Option<Taint<'c>> {
    if depth == 0 {
        return None;
    }
    match part {
        Part::Literal(text) => Some(Taint::literal(text)),
        Part::Capture(number) => captured(directive, depth, &|regex| regex.group(number as usize).filter(|_| number > 0)),
        Part::Variable(name) => variable(directive, &name.to_ascii_lowercase(), depth),
    }
}

/// All pieces of a value together.
fn of_value<'c>(directive: Directive<'c>, text: &str, depth: usize) -> Option<Taint<'c>> {
    let pieces = parts(text);
    let mut whole = Taint::literal("");
    for (index, part) in pieces.iter().enumerate() {
        let Some(taint) = of_part(directive, *part, depth - 1) else { continue };
        whole.bytes = whole.bytes.or(taint.bytes);
        whole.has_slash |= taint.has_slash;
        if index == 0 {
            (whole.first, whole.begins_with_slash) = (taint.first, taint.begins_with_slash);
        }
        whole.origin = whole.origin.or(taint.origin);
    }
    Some(whole)
}

fn variable<'c>(directive: Directive<'c>, name: &str, depth: usize) -> Option<Taint<'c>> {
    if let Some(taint) = captured(directive, depth, &|regex| regex.group_named(name).and_then(|number| regex.group(number))) {
        return Some(taint);
    }
    if let Some(set) = set_of(directive, name) {
        let value = set.text(1);
        return of_value(set, value, depth).map(|taint| Taint { origin: Some(set), ..taint });
    }
    if let Some(map) = table_of(directive, name) {
        return of_table(map, depth).map(|taint| Taint { origin: Some(map), ..taint });
    }
    builtin(name)
}

/// The last `set` of a variable at the innermost level that has one.
fn set_of<'c>(directive: Directive<'c>, name: &str) -> Option<Directive<'c>> {
    let is_set = |child: &Directive<'c>| {
        child.is("set")
            && child.text(0).strip_prefix('$').is_some_and(|own| own.eq_ignore_ascii_case(name))
            && *child != directive
    };
    directive.ancestors().map(Some).chain(std::iter::once(None)).find_map(|level| {
        let children: Vec<_> = match level {
            Some(block) => block.children().filter(is_set).collect(),
            None => directive.configuration().top().filter(is_set).collect(),
        };
        // A `set` that uses its own variable means the one before it.
        children.iter().rev().find(|child| child.id() < directive.id()).or(children.last()).copied()
    })
}

/// The `map` or `geo` that makes a variable.
fn table_of<'c>(directive: Directive<'c>, name: &str) -> Option<Directive<'c>> {
    directive.configuration().directives().find(|block| {
        let variable = match block.name() {
            "map" => block.text(1),
            "geo" if block.count() == 1 => block.text(0),
            "geo" => block.text(1),
            _ => return false,
        };
        block.is_block() && variable.strip_prefix('$').is_some_and(|own| own.eq_ignore_ascii_case(name))
    })
}

/// What the values of a `map` can hold. Its keys are compared with text that the attacker may choose, but only what a key of a
/// regular expression captures comes through.
fn of_table<'c>(table: Directive<'c>, depth: usize) -> Option<Taint<'c>> {
    let mut whole = Taint::literal("");
    let (mut is_first, mut all_slash, mut all_begin, mut has_default) = (true, true, true, false);
    for entry in table.children().filter(|entry| entry.count() == 1 && !entry.is("include")) {
        if table.is("geo") && matches!(entry.name(), "delete" | "proxy") {
            continue;
        }
        has_default |= entry.is("default");
        // A `geo` takes its values as they are.
        let taint = if table.is("geo") { Some(Taint::literal(entry.text(0))) } else { of_value(entry, entry.text(0), depth) };
        let taint = taint.unwrap_or(Taint::literal(""));
        whole.bytes = whole.bytes.or(taint.bytes);
        whole.first = if is_first { taint.first } else { whole.first.or(taint.first) };
        all_slash &= taint.has_slash;
        all_begin &= taint.begins_with_slash;
        is_first = false;
    }
    (whole.has_slash, whole.begins_with_slash) = (all_slash && has_default, all_begin && has_default);
    Some(whole)
}

/// What a group of a regular expression around a directive holds: of the directive itself when it is a `rewrite`, of the last
/// `rewrite` before it, else of the blocks around it, from the inside.
fn captured<'c>(directive: Directive<'c>, depth: usize, group: &dyn Fn(&Regex) -> Option<NodeId>) -> Option<Taint<'c>> {
    let own = [regex_of(directive)].into_iter().flatten();
    let above = directive.ancestors().flat_map(|block| {
        let children: Vec<_> = block.children().filter(|child| child.is("rewrite") && child.id() < directive.id()).collect();
        let rewrites = children.into_iter().rev().filter_map(regex_of);
        rewrites.chain(regex_of(block)).chain(server_names(block))
    });
    let top = directive.configuration().top().filter(|child| child.is("rewrite") && child.id() < directive.id());
    let top: Vec<_> = top.filter_map(regex_of).collect();
    own.chain(above).chain(top.into_iter().rev()).find_map(|source| {
        let node = group(&source.regex)?;
        let mut bytes = free_bytes(&source.regex, node);
        if let Some(bound) = source.bound(depth) {
            bytes = bytes.and(bound);
        }
        let first = bytes.and(source.regex.first_bytes(node));
        let has_slash = source.regex.must_contain(node, b'/');
        let begins = source.regex.first_bytes(node) == ByteSet::of(b'/') && !source.regex.may_be_empty(node);
        Some(Taint { bytes, first, has_slash, begins_with_slash: begins, origin: Some(source.directive) })
    })
}

/// The bytes of a group that are not written out in the pattern: of `(a\.b|[a-z]+)` the letters.
fn free_bytes(regex: &Regex, node: NodeId) -> ByteSet {
    regex.bytes_where(node, &|set| {
        let is_one_letter = set.len() == 2 && {
            let mut members = (0..=255u8).filter(|byte| set.contains(*byte));
            members.next().is_some_and(|first| members.next() == Some(first.to_ascii_lowercase()))
        };
        set.len() > 1 && !is_one_letter
    })
}

/// A regular expression of the configuration, and what it is compared with.
struct Source<'c> {
    directive: Directive<'c>,
    regex: Regex,
    subject: Subject<'c>,
}

enum Subject<'c> {
    /// The path, decoded.
    Path,
    /// The path, of which no blank reaches a replacement.
    Rewritten,
    /// A variable.
    Value(&'c str),
    Host,
}

impl Source<'_> {
    /// The bytes that the compared text can have.
    fn bound(&self, depth: usize) -> Option<ByteSet> {
        match self.subject {
            Subject::Path => None,
            Subject::Rewritten => Some(blanks().not()),
            Subject::Value(text) => {
                let taint = of_value(self.directive, text, depth)?;
                taint.is_controlled().then_some(taint.bytes)
            }
            Subject::Host => Some(host_bytes()),
        }
    }
}

/// The regular expression of a `location`, an `if`, a `rewrite` or a key of a `map`.
fn regex_of(directive: Directive<'_>) -> Option<Source<'_>> {
    let source = |pattern: &str, any_case, subject| Some(Source { directive, regex: Regex::parse(pattern, any_case)?, subject });
    match directive.name() {
        "location" => {
            let location = Location::read(directive).filter(Location::is_regex)?;
            source(location.pattern, location.modifier == super::location::Modifier::RegexAnyCase, Subject::Path)
        }
        "rewrite" => source(directive.text(0), false, Subject::Rewritten),
        "if" => {
            let condition = Condition::read(directive)?;
            let any_case = match condition.operator {
                "~" => false,
                "~*" => true,
                _ => return None,
            };
            source(condition.value, any_case, Subject::Value(condition.subject))
        }
        name => {
            let table = directive.parent().filter(|parent| parent.is("map"))?;
            let pattern = name.strip_prefix('~')?;
            let (pattern, any_case) = pattern.strip_prefix('*').map_or((pattern, false), |pattern| (pattern, true));
            source(pattern, any_case, Subject::Value(table.text(0)))
        }
    }
}

fn server_names(block: Directive<'_>) -> impl Iterator<Item = Source<'_>> {
    let names = block.children().filter(move |child| block.is("server") && child.is("server_name"));
    names.flat_map(|directive| {
        directive.arguments().filter_map(move |name| {
            let regex = Regex::parse(name.text.strip_prefix('~')?, true)?;
            Some(Source { directive, regex, subject: Subject::Host })
        })
    })
}

/// What an `if` asks: `($a = b)`, `($a ~ b)`, `(-f $a)`, `($a)`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Condition<'c> {
    pub subject: &'c str,
    /// `=`, `!=`, `~`, `~*`, `!~`, `!~*`; `-f` and the like stand before the subject; empty for the variable alone.
    pub operator: &'c str,
    /// Empty where there is none.
    pub value: &'c str,
}

impl<'c> Condition<'c> {
    /// Reads the arguments of an `if`: the first begins with `(`, the last ends with `)`.
    pub fn read(directive: Directive<'c>) -> Option<Self> {
        let mut words: Vec<&str> = directive.arguments().map(|argument| argument.text).collect();
        let first = words.first_mut()?;
        *first = first.strip_prefix('(')?;
        let last = words.last_mut()?;
        *last = last.strip_suffix(')')?;
        words.retain(|word| !word.is_empty());
        match words[..] {
            [subject] => Some(Self { subject, operator: "", value: "" }),
            [operator, subject] if operator.starts_with(['-', '!']) => Some(Self { subject, operator, value: "" }),
            [subject, operator] => Some(Self { subject, operator, value: "" }),
            [subject, operator, value] => Some(Self { subject, operator, value }),
            _ => None,
        }
    }
}

fn blanks() -> ByteSet {
    ByteSet::of_text(" \t\n\r\u{b}\u{c}")
}

fn host_bytes() -> ByteSet {
    ByteSet::range(0x21, 0x7e).minus(ByteSet::of_text("/"))
}

/// What clients choose of the variables that nginx has; `None` for a name that is not known to be nginx's.
fn builtin(name: &str) -> Option<Taint<'static>> {
    let printable = ByteSet::range(0x21, 0x7e);
    Some(match name {
        // Decoded: `%0a` is a newline.
        "uri" | "document_uri" => Taint::path(ByteSet::of_text(" \t").not()),
        "request_uri" => Taint::path(blanks().not()),
        "args" | "query_string" => Taint::of(blanks().not()),
        _ if name.starts_with("arg_") => Taint::of(blanks().not().minus(ByteSet::of(b'&'))),
        _ if name.starts_with("http_") => Taint::of(printable),
        _ if name.starts_with("cookie_") => Taint::of(printable.minus(ByteSet::of(b';'))),
        // nginx has checked it, or it is its own.
        _ => Taint::literal(""),
    })
}

#[cfg(test)]
mod tests;
