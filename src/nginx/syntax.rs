//! The lossless tree of an nginx configuration, read as `ngx_conf_read_token` and `ngx_conf_parse` read it.
//!
//! Spans of words, terminators, comments and template marks tile the file: between them is nothing but blanks.

use std::borrow::Cow;

use crate::source::Span;

pub use super::problem::{Problem, Reason};
use super::{lua, template};

/// Words and comments that are longer do not fit nginx's buffer (`NGX_CONF_BUFFER`).
pub const BUFFER_BYTES: usize = 4096;

/// More directives than this are not read; the largest real files are generated `geo` blocks.
pub const MOST_DIRECTIVES: usize = 4_000_000;

/// nginx recurses for each block, and no configuration has this many in one another.
pub const DEEPEST_BLOCK: usize = 512;

const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// The place of a directive in [`Tree::directives`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct DirectiveId(u32);

impl DirectiveId {
    /// The id of a place in the list.
    pub const fn new(index: usize) -> Self {
        Self(index as u32)
    }

    /// To index [`Tree::directives`] with.
    pub const fn index(self) -> usize {
        self.0 as usize
    }
}

/// A whole file. [`parse`] never fails: what is wrong is in `problems`, and the rest is still there.
#[derive(Debug, Default)]
pub struct Tree {
    /// In the order of the file, so that what is inside a block follows it.
    pub directives: Vec<Directive>,
    words: Vec<Word>,
    /// From `#` to the end of the line, in order.
    pub comments: Vec<Span>,
    /// Marks of templates that stand for whole lines or for nothing, and the braces that are one too many in a template.
    pub marks: Vec<Span>,
    /// The files of the dump that `nginx -T` prints; empty for an ordinary file.
    pub sections: Vec<Section>,
    pub template: Option<Template>,
    /// What nginx would refuse, in the order in which it was seen.
    pub problems: Vec<Problem>,
}

/// One file of the dump that `nginx -T` prints.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Section {
    /// The path on the server.
    pub path: String,
    /// Its text, without the comment that names it.
    pub span: Span,
}

/// What makes the file a pattern for another one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Template {
    /// `${NAME}` stands where nginx takes no variable, as in the templates of the official image.
    Envsubst,
    /// Marks of an engine that may repeat and leave out lines: what nginx reads in the end is not known.
    Engine,
}

/// A directive: its words, and what ends it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Directive {
    /// The block that it stands in.
    pub parent: Option<DirectiveId>,
    first_word: u32,
    word_count: u32,
    /// From its first word to behind its `;` or `}`.
    pub span: Span,
    pub terminator: Terminator,
    /// What stands between the braces of a block.
    pub body: Span,
    /// The place in [`Tree::directives`] behind the last directive inside it.
    end: u32,
}

/// What ends a directive.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Terminator {
    Semicolon,
    /// `{ … }` with directives, or with the entries of a `map` and its like, which have the same shape.
    Block,
    /// The code of a `*_by_lua_block`.
    Lua,
    /// Neither: a `}` or the end of the file came first.
    Missing,
}

/// A word as it is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Word {
    /// With its quotes.
    pub span: Span,
    pub quote: Quote,
    has_escapes: bool,
    /// It holds a mark of a template engine, so that its text is not known.
    pub is_opaque: bool,
}

/// How a word is quoted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Quote {
    None,
    Single,
    Double,
    /// An opening quote without its closing one; the word ends where its author meant it to.
    Unclosed,
}

impl Word {
    /// What stands between the quotes.
    pub fn inner(&self) -> Span {
        match self.quote {
            Quote::None => self.span,
            Quote::Single | Quote::Double => Span::new(self.span.start() + 1, self.span.end() - 1),
            Quote::Unclosed => Span::new(self.span.start() + 1, self.span.end()),
        }
    }

    /// The word as nginx holds it: without quotes, escapes decoded.
    pub fn value<'t>(&self, text: &'t str) -> Cow<'t, str> {
        let inner = self.inner().slice(text);
        if self.has_escapes { decoded(inner) } else { Cow::Borrowed(inner) }
    }

    /// Whether it stands in quotes.
    pub fn is_quoted(&self) -> bool {
        self.quote != Quote::None
    }
}

/// Only these escapes mean something; any other backslash stays, which regular expressions rely on.
fn decoded(text: &str) -> Cow<'_, str> {
    let mut value = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('\\') {
        value.push_str(&rest[..at]);
        let (letter, taken) = match rest.as_bytes().get(at + 1) {
            Some(b'"') => ('"', 2),
            Some(b'\'') => ('\'', 2),
            Some(b'\\') => ('\\', 2),
            Some(b't') => ('\t', 2),
            Some(b'r') => ('\r', 2),
            Some(b'n') => ('\n', 2),
            _ => ('\\', 1),
        };
        value.push(letter);
        rest = &rest[at + taken..];
    }
    value.push_str(rest);
    Cow::Owned(value)
}

impl Directive {
    /// Whether it has braces.
    pub fn is_block(&self) -> bool {
        matches!(self.terminator, Terminator::Block | Terminator::Lua)
    }

    /// The directives inside it, at any depth, as places in [`Tree::directives`]; the first one is `own + 1`.
    pub fn end(&self) -> DirectiveId {
        DirectiveId(self.end)
    }
}

impl Tree {
    /// The directive of an id.
    pub fn directive(&self, id: DirectiveId) -> &Directive {
        &self.directives[id.index()]
    }

    /// All words of a directive, its name first. A block that a stray `{` opens has none.
    pub fn words(&self, directive: &Directive) -> &[Word] {
        let first = directive.first_word as usize;
        &self.words[first..first + directive.word_count as usize]
    }

    /// The words behind the name.
    pub fn arguments(&self, directive: &Directive) -> &[Word] {
        self.words(directive).get(1..).unwrap_or_default()
    }

    /// The name as nginx holds it; empty for a block that a stray `{` opens.
    pub fn name<'t>(&self, directive: &Directive, text: &'t str) -> Cow<'t, str> {
        self.words(directive).first().map_or(Cow::Borrowed(""), |word| word.value(text))
    }

    /// Where the name stands; the start of the directive when it has none.
    pub fn name_span(&self, directive: &Directive) -> Span {
        self.words(directive).first().map_or(Span::empty(directive.span.start()), |word| word.span)
    }

    /// The ids of all directives in order.
    pub fn ids(&self) -> impl Iterator<Item = DirectiveId> + use<> {
        (0..self.directives.len()).map(DirectiveId::new)
    }

    /// The directives right inside a block, or at the top of the file.
    pub fn children(&self, parent: Option<DirectiveId>) -> impl Iterator<Item = DirectiveId> + '_ {
        let (first, end) = match parent {
            Some(id) => (id.index() + 1, self.directive(id).end as usize),
            None => (0, self.directives.len()),
        };
        let mut next = first;
        std::iter::from_fn(move || {
            let at = next;
            (at < end).then(|| {
                next = self.directives[at].end as usize;
                DirectiveId::new(at)
            })
        })
    }

    /// Whether nginx would read the text to its end, as far as that can be known without knowing directives.
    pub fn is_sound(&self) -> bool {
        self.problems.is_empty()
    }
}

/// Reads a configuration. Never fails: what nginx would refuse is among the problems, and all the rest is read as if it
/// were not there. `text` may hold U+001A for bytes that are no UTF-8; nginx reads bytes and minds neither.
pub fn parse(text: &str) -> Tree {
    let bytes = text.as_bytes();
    let sections = sections(text);
    let mut parser = Parser::new(bytes);
    if sections.is_empty() {
        parser.read(0, bytes.len());
    }
    for section in &sections {
        parser.read(section.span.start(), section.span.end());
    }
    let mut tree = parser.tree;
    tree.sections = sections;
    if tree.template == Some(Template::Engine) {
        // A branch that is left out may hold the brace that is one too many.
        let strays = tree.problems.iter().filter(|problem| problem.reason.is_stray()).map(|problem| problem.span);
        tree.marks.extend(strays);
        tree.marks.sort_unstable();
        tree.problems.retain(|problem| !problem.reason.is_parse_error());
    }
    // The trees of a thousand files are held at a time.
    tree.directives.shrink_to_fit();
    tree.words.shrink_to_fit();
    tree.comments.shrink_to_fit();
    tree
}

/// The files of a dump: each begins with a comment that nginx writes. What was printed before the first is of none.
fn sections(text: &str) -> Vec<Section> {
    const MARK: &str = "# configuration file ";
    let is_dump = text.lines().map(str::trim).find(|line| !line.is_empty() && !line.starts_with("nginx: "));
    if !is_dump.is_some_and(|line| line.starts_with(MARK) && line.ends_with(':')) {
        return Vec::new();
    }
    let mut found: Vec<Section> = Vec::new();
    for at in memchr::memmem::find_iter(text.as_bytes(), MARK) {
        let line = &text[at..memchr::memchr(b'\n', &text.as_bytes()[at..]).map_or(text.len(), |end| at + end)];
        let path = line[MARK.len()..].trim_end().strip_suffix(':');
        if let Some(path) = path.filter(|_| at == 0 || text.as_bytes()[at - 1] == b'\n') {
            if let Some(last) = found.last_mut() {
                last.span.end = at as u32;
            }
            found.push(Section { path: path.to_owned(), span: Span::new(at + line.len(), text.len()) });
        }
    }
    found
}

struct Parser<'t> {
    bytes: &'t [u8],
    at: usize,
    /// The end of what is read: of the file, or of a section.
    end: usize,
    tree: Tree,
    /// The blocks that are open.
    open: Vec<DirectiveId>,
    /// The first word of the directive that is read.
    first_word: usize,
    /// What ends a comment: `\n`, or `\r` in a file that has no other.
    newline: u8,
    /// A quote was found not to be closed before the end: `"` and `'`.
    is_unclosed: [bool; 2],
}

impl<'t> Parser<'t> {
    fn new(bytes: &'t [u8]) -> Self {
        let is_mac = memchr::memchr(b'\n', bytes).is_none() && memchr::memchr(b'\r', bytes).is_some();
        Self {
            bytes,
            at: 0,
            end: 0,
            tree: Tree::default(),
            open: Vec::new(),
            first_word: 0,
            newline: if is_mac { b'\r' } else { b'\n' },
            is_unclosed: [false; 2],
        }
    }

    fn problem(&mut self, reason: Reason, span: Span) {
        self.tree.problems.push(Problem { reason, span });
    }

    fn peek(&self) -> Option<u8> {
        self.bytes[..self.end].get(self.at).copied()
    }

    fn is_pending(&self) -> bool {
        self.tree.words.len() > self.first_word
    }

    fn read(&mut self, start: usize, end: usize) {
        (self.at, self.end) = (start, end);
        self.is_unclosed = [false; 2];
        while let Some(byte) = self.peek() {
            match byte {
                b' ' | b'\t' | b'\r' | b'\n' => self.at += 1,
                b'#' => self.comment(),
                _ if !self.is_pending() && self.mark() => {}
                b';' if self.is_pending() => self.finish(Terminator::Semicolon),
                b';' => {
                    self.problem(Reason::UnexpectedSemicolon, Span::new(self.at, self.at + 1));
                    self.at += 1;
                }
                b'{' if self.value_mark(self.at).is_some() => self.word(),
                b'{' => self.open_block(),
                b'}' => self.close_block(),
                _ if self.stray_blank() => {}
                _ => self.word(),
            }
            if self.tree.directives.len() >= MOST_DIRECTIVES {
                self.problem(Reason::TooManyDirectives, Span::empty(self.at));
                break;
            }
        }
        if self.is_pending() {
            self.unfinished();
        }
        self.close_all();
    }

    fn comment(&mut self) {
        let start = self.at;
        let length = memchr::memchr(self.newline, &self.bytes[start..self.end]).unwrap_or(self.end - start);
        if self.newline == b'\r' && self.tree.comments.is_empty() && start + length < self.end {
            self.problem(Reason::LoneCarriageReturn, Span::new(start + length, start + length + 1));
        }
        if length >= BUFFER_BYTES {
            self.problem(Reason::TooLongWord, Span::new(start, start + 1));
        }
        self.at = start + length;
        let has_return = self.bytes[..self.at].ends_with(b"\r");
        self.tree.comments.push(Span::new(start, self.at - usize::from(has_return)));
    }

    /// Passes over a mark of a template that stands where a directive may: a control, or a mark alone on its line.
    fn mark(&mut self) -> bool {
        let found = template::mark(self.bytes, self.at, self.end);
        let engine = found.map(|mark| (mark.end, mark.is_control));
        let other = || template::placeholder(self.bytes, self.at, self.end).map(|end| (end, false));
        let (end, is_control, kind) = match engine.or_else(other) {
            Some((end, is_control)) => (end, is_control, Template::Engine),
            None => match template::variable(self.bytes, self.at, self.end) {
                Some(end) => (end, false, Template::Envsubst),
                None => return false,
            },
        };
        let rest = self.bytes[end..self.end].trim_ascii_start();
        let blanks = &self.bytes[end..self.end - rest.len()];
        let is_alone = rest.is_empty() || blanks.contains(&b'\n');
        if !is_control && !is_alone {
            return false;
        }
        self.tree.marks.push(Span::new(self.at, end));
        self.tree.template = self.tree.template.max(Some(kind));
        self.at = end;
        true
    }

    /// The end of a mark of a template inside a directive. There `{#` is a block with a comment.
    fn value_mark(&self, at: usize) -> Option<usize> {
        let mark = template::mark(self.bytes, at, self.end)?;
        (self.bytes[at + 1] != b'#').then_some(mark.end)
    }

    /// Passes over what looks like a blank, or like nothing, and is a word to nginx.
    fn stray_blank(&mut self) -> bool {
        let Some(length) = unicode_blank(&self.bytes[self.at..self.end]) else { return false };
        let span = Span::new(self.at, self.at + length);
        let is_mark = self.bytes[self.at..].starts_with(BYTE_ORDER_MARK) && !self.is_pending();
        self.problem(if is_mark { Reason::ByteOrderMark } else { Reason::UnicodeBlank }, span);
        self.at += length;
        true
    }

    fn word(&mut self) {
        match self.bytes[self.at] {
            b'"' => self.quoted(Quote::Double),
            b'\'' => self.quoted(Quote::Single),
            _ => self.unquoted(),
        }
    }

    fn push_word(&mut self, word: Word) {
        // The blank or the quote behind a word must fit too.
        let is_last = matches!(self.bytes.get(word.span.end()), Some(b';' | b'{'));
        let is_long = match word.quote {
            Quote::None => word.span.len() + usize::from(!is_last) >= BUFFER_BYTES,
            Quote::Single | Quote::Double => word.span.len() > BUFFER_BYTES,
            Quote::Unclosed => false,
        };
        if is_long {
            self.problem(Reason::TooLongWord, Span::new(word.span.start(), word.span.start() + 1));
        }
        self.at = word.span.end();
        self.tree.words.push(word);
    }

    fn unquoted(&mut self) {
        let start = self.at;
        let is_name = !self.is_pending();
        let mut word = Word { span: Span::empty(start), quote: Quote::None, has_escapes: false, is_opaque: false };
        let mut variable = false;
        let mut has_quantifier = false;
        let mut at = start;
        while at < self.end {
            let byte = self.bytes[at];
            match byte {
                b' ' | b'\t' | b'\r' | b'\n' | b';' => break,
                b'\\' => {
                    word.has_escapes = true;
                    at += 1;
                }
                b'{' if variable => {
                    at += 1;
                    continue;
                }
                b'{' | b'<' => match self.value_mark(at) {
                    Some(end) => {
                        word.is_opaque = true;
                        self.tree.template = Some(Template::Engine);
                        at = end;
                        continue;
                    }
                    None if byte == b'{' => match quantifier(&self.bytes[at..self.end]) {
                        Some(length) => {
                            has_quantifier = true;
                            at += length;
                            continue;
                        }
                        None => break,
                    },
                    None => {}
                },
                0x80.. => {
                    if let Some(length) = unicode_blank(&self.bytes[at..self.end])
                        && (is_name || self.is_word_end(at + length))
                    {
                        self.problem(Reason::UnicodeBlank, Span::new(at, at + length));
                        self.end_unquoted(word, start, at, has_quantifier);
                        self.at = at + length;
                        return;
                    }
                }
                _ => {}
            }
            variable = byte == b'$';
            at += 1;
        }
        self.end_unquoted(word, start, at.min(self.end), has_quantifier);
    }

    fn end_unquoted(&mut self, word: Word, start: usize, end: usize, has_quantifier: bool) {
        let span = Span::new(start, end);
        if has_quantifier {
            self.problem(Reason::UnquotedRegexBrace, span);
        }
        self.push_word(Word { span, ..word });
    }

    fn is_word_end(&self, at: usize) -> bool {
        matches!(self.bytes[..self.end].get(at), None | Some(b' ' | b'\t' | b'\r' | b'\n' | b';' | b'{'))
    }

    fn quoted(&mut self, quote: Quote) {
        let start = self.at;
        let (mark, side) = if quote == Quote::Double { (b'"', 0) } else { (b'\'', 1) };
        let line = memchr::memchr(b'\n', &self.bytes[start..self.end]).map_or(self.end, |line| start + line);
        let limit = if self.is_unclosed[side] { line } else { self.end };
        let mut has_escapes = false;
        let mut at = start + 1;
        let close = loop {
            match memchr::memchr2(mark, b'\\', &self.bytes[at.min(limit)..limit]) {
                None => break None,
                Some(found) if self.bytes[at + found] == mark => break Some(at + found),
                Some(found) => {
                    has_escapes = true;
                    at += found + 2;
                }
            }
        };
        let is_good_end = |at: usize| self.is_word_end(at) || self.bytes[at] == b')';
        match close {
            // A quote that is closed far below, in the middle of a word, was not meant to be.
            Some(close) if close < line || is_good_end(close + 1) => {
                let is_opaque = memchr::memmem::find(&self.bytes[start..close], b"{{ ").is_some();
                self.push_word(Word { span: Span::new(start, close + 1), quote, has_escapes, is_opaque });
                if !self.is_word_end(self.at) && self.bytes[self.at] != b')' {
                    let after = &self.bytes[self.at..self.end];
                    let length = after.iter().take_while(|byte| !b" \t\r\n;{}".contains(byte)).count();
                    self.problem(Reason::TextAfterQuote, Span::new(self.at, self.at + length.max(1)));
                }
            }
            _ => {
                self.is_unclosed[side] |= close.is_none();
                self.problem(Reason::UnclosedQuote, Span::new(start, start + 1));
                let rest = self.bytes[start..line].trim_ascii_end();
                let end = start + rest.strip_suffix(b";").unwrap_or(rest).len().max(1);
                self.push_word(Word { span: Span::new(start, end), quote: Quote::Unclosed, has_escapes, is_opaque: false });
            }
        }
    }

    /// Ends the directive that is read, at its `;`, its `{`, or where it should have had one.
    fn finish(&mut self, terminator: Terminator) {
        let first = self.tree.words.get(self.first_word).map_or(self.at, |word| word.span.start());
        let last = self.tree.words.last().map_or(self.at, |word| word.span.end());
        let end = if terminator == Terminator::Missing { last.max(first) } else { self.at + 1 };
        let id = self.tree.directives.len();
        self.tree.directives.push(Directive {
            parent: self.open.last().copied(),
            first_word: self.first_word as u32,
            word_count: (self.tree.words.len() - self.first_word) as u32,
            span: Span::new(first, end),
            terminator,
            body: Span::empty(end),
            end: id as u32 + 1,
        });
        self.first_word = self.tree.words.len();
        if terminator != Terminator::Missing {
            self.at += 1;
        }
    }

    fn unfinished(&mut self) {
        let span = self.tree.words.last().map_or(Span::empty(self.at), |word| word.span);
        self.problem(Reason::MissingSemicolon, span);
        self.finish(Terminator::Missing);
    }

    fn open_block(&mut self) {
        if !self.is_pending() {
            self.problem(Reason::UnexpectedOpeningBrace, Span::new(self.at, self.at + 1));
        }
        let name = self.tree.words.get(self.first_word).map(|word| word.span);
        let is_lua = name.is_some_and(|name| self.bytes[name.range()].ends_with(b"_by_lua_block"));
        let id = DirectiveId::new(self.tree.directives.len());
        self.finish(if is_lua { Terminator::Lua } else { Terminator::Block });
        if is_lua {
            self.lua(id);
            return;
        }
        self.open.push(id);
        if self.open.len() == DEEPEST_BLOCK + 1 {
            self.problem(Reason::TooDeep, Span::new(self.at - 1, self.at));
        }
    }

    fn lua(&mut self, id: DirectiveId) {
        let start = self.at;
        let close = lua::closing_brace(self.bytes, start, self.end);
        if close.is_none() {
            let name = self.tree.name_span(self.tree.directive(id));
            self.problem(Reason::UnclosedLuaBlock, name);
        }
        let end = close.unwrap_or(self.end);
        self.at = (end + 1).min(self.end);
        let directive = &mut self.tree.directives[id.index()];
        directive.body = Span::new(start, end);
        directive.span.end = self.at as u32;
    }

    fn close_block(&mut self) {
        if self.is_pending() {
            self.unfinished();
        }
        match self.open.pop() {
            None => self.problem(Reason::UnexpectedClosingBrace, Span::new(self.at, self.at + 1)),
            Some(id) => self.end_block(id, self.at, self.at + 1),
        }
        self.at += 1;
    }

    /// `span.end` of a block is behind its `{` until it is closed.
    fn end_block(&mut self, id: DirectiveId, body_end: usize, end: usize) {
        let behind = self.tree.directives.len() as u32;
        let directive = &mut self.tree.directives[id.index()];
        directive.body = Span::new(directive.span.end(), body_end);
        directive.span.end = end as u32;
        directive.end = behind;
    }

    /// Closes what the end of the file leaves open, and tells of one block: the one whose brace is likely missing.
    fn close_all(&mut self) {
        let Some(innermost) = self.open.last().copied() else { return };
        let opened = self.open.iter().map(|id| id.index()).min().unwrap_or_default();
        while let Some(id) = self.open.pop() {
            self.end_block(id, self.end, self.end);
        }
        let culprit = self.wrongly_closed(opened).unwrap_or(innermost);
        let directive = self.tree.directive(culprit);
        let name = self.tree.name_span(directive);
        let span = if name.is_empty() { Span::new(directive.span.start(), directive.span.start() + 1) } else { name };
        self.problem(Reason::UnclosedBlock, span);
    }

    /// The first block whose closing brace is indented less than its name: the brace was meant for a block around it.
    fn wrongly_closed(&self, from: usize) -> Option<DirectiveId> {
        let blocks = (from..self.tree.directives.len()).filter(|index| {
            let directive = &self.tree.directives[*index];
            let end = directive.span.end();
            directive.terminator == Terminator::Block
                && directive.body.end() < end
                && match (self.indent(end - 1), self.indent(directive.span.start())) {
                    (Some(brace), Some(name)) => brace < name,
                    _ => false,
                }
        });
        blocks.min_by_key(|index| self.tree.directives[*index].span.end).map(DirectiveId::new)
    }

    /// How many blanks stand before what begins a line; `None` for what does not.
    fn indent(&self, at: usize) -> Option<usize> {
        let before = &self.bytes[..at];
        let blanks = before.iter().rev().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
        (blanks == at || before[at - blanks - 1] == b'\n').then_some(blanks)
    }
}

/// The length of `{2}`, `{2,}` or `{2,3}` at the start, which is the quantifier of a regular expression and never a block.
fn quantifier(bytes: &[u8]) -> Option<usize> {
    let digits = |bytes: &[u8]| bytes.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let mut at = 1 + digits(&bytes[1..]);
    if at == 1 {
        return None;
    }
    if bytes.get(at) == Some(&b',') {
        at += 1 + digits(&bytes[at + 1..]);
    }
    (bytes.get(at) == Some(&b'}')).then_some(at + 1)
}

/// The length of a blank of Unicode at the start.
fn unicode_blank(bytes: &[u8]) -> Option<usize> {
    match bytes {
        [0xc2, 0xa0, ..] => Some(2),
        [0xe2, 0x80, 0x80..=0x8b | 0xaf, ..] | [0xe3, 0x80, 0x80, ..] | [0xef, 0xbb, 0xbf, ..] => Some(3),
        _ => None,
    }
}

#[cfg(test)]
mod tests;
