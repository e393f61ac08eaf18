//! A configuration with all that it includes, as one flat list of directives: what nginx has read when it starts.

use std::sync::{Arc, OnceLock};

use crate::catalog::nginx_directives::{Context, Contexts};
use crate::source::{FileId, Location, SourceFile, Span};

use super::by_name::ByName;
use super::include::Outcome;
use super::release::Release;
use super::syntax::{self, DirectiveId, Template, Terminator, Tree};

/// The place of a directive in a [`Configuration`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct NodeId(pub(super) u32);

impl NodeId {
    /// To index with.
    pub const fn index(self) -> usize {
        self.0 as usize
    }
}

/// A main file with its includes, or a fragment with its own.
#[derive(Debug)]
pub struct Configuration {
    pub main: FileId,
    pub kind: Kind,
    /// Every file that was read, the main one first, each once.
    pub files: Vec<ReadFile>,
    pub(super) nodes: Vec<Node>,
    pub(super) words: Vec<Word>,
    /// The text of all words.
    pub(super) text: String,
    /// Each `include` and what became of it, in order.
    pub includes: Vec<Include>,
    /// There were too many directives or files; what is missing is not known.
    pub is_truncated: bool,
    /// Which nginx runs it.
    pub release: Release,
    /// A service of a compose project runs it, so that rules on both speak of the names in it.
    pub has_service: bool,
    pub(super) by_name: OnceLock<ByName>,
}

/// How much of what nginx reads is here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// The file that nginx is started with.
    Main,
    /// A file for others to include, and the contexts that it may be meant for.
    Fragment(Contexts),
}

/// A file that was read for a configuration.
#[derive(Debug, Clone)]
pub struct ReadFile {
    pub file: FileId,
    pub source: Arc<SourceFile>,
    pub tree: Arc<Tree>,
}

/// An `include` and what became of it.
#[derive(Debug, Clone)]
pub struct Include {
    pub directive: NodeId,
    pub outcome: Outcome,
}

#[derive(Debug, Clone, Copy)]
pub(super) struct Node {
    pub parent: Option<NodeId>,
    /// The place behind the last directive inside it.
    pub end: u32,
    /// The place in [`Configuration::files`].
    pub file: u32,
    pub directive: DirectiveId,
    /// Where it may stand; empty in the body of a `map` and in that of a block that is not known.
    pub contexts: Contexts,
    pub first_word: u32,
    pub word_count: u32,
}

#[derive(Debug, Clone, Copy)]
pub(super) struct Word {
    pub start: u32,
    pub end: u32,
    pub word: syntax::Word,
}

/// A directive of a configuration.
#[derive(Clone, Copy)]
pub struct Directive<'c> {
    configuration: &'c Configuration,
    id: NodeId,
}

/// An argument of a directive.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Argument<'c> {
    /// As nginx holds it: without quotes, escapes decoded.
    pub text: &'c str,
    /// With its quotes.
    pub span: Span,
    pub is_quoted: bool,
    /// It holds a mark of a template, so that its text is not known.
    pub is_opaque: bool,
}

impl Configuration {
    /// Every directive in the order in which nginx reads them.
    pub fn directives(&self) -> impl Iterator<Item = Directive<'_>> {
        (0..self.nodes.len() as u32).map(|index| self.directive(NodeId(index)))
    }

    /// Every directive of a name.
    pub fn named<'c>(&'c self, name: &'c str) -> impl Iterator<Item = Directive<'c>> {
        self.directives().filter(move |directive| directive.name() == name)
    }

    /// The directive of an id.
    pub fn directive(&self, id: NodeId) -> Directive<'_> {
        Directive { configuration: self, id }
    }

    /// The directives at the top.
    pub fn top(&self) -> impl Iterator<Item = Directive<'_>> {
        self.inside(None)
    }

    /// The directives right inside a block, or at the top.
    pub fn inside(&self, block: Option<NodeId>) -> impl Iterator<Item = Directive<'_>> {
        match block {
            Some(block) => self.siblings(block.index() + 1, self.nodes[block.index()].end as usize),
            None => self.siblings(0, self.nodes.len()),
        }
    }

    fn siblings(&self, first: usize, end: usize) -> impl Iterator<Item = Directive<'_>> {
        let mut next = first;
        std::iter::from_fn(move || {
            let at = next;
            (at < end).then(|| {
                next = self.nodes[at].end as usize;
                self.directive(NodeId(at as u32))
            })
        })
    }

    /// Whether it is the whole of what nginx reads, so that what is not here is nowhere.
    pub fn is_whole(&self) -> bool {
        self.kind == Kind::Main && self.is_complete()
    }

    /// Whether all that stands outside of its blocks is here: what may only stand there and is not here is nowhere.
    pub fn is_whole_at_top(&self) -> bool {
        self.kind == Kind::Main && self.is_readable() && !self.has_unknown_include(None)
    }

    /// Whether everything that it includes was read, as far as it matters.
    pub fn is_complete(&self) -> bool {
        self.is_readable() && self.includes.iter().all(|include| include.outcome.is_known())
    }

    /// Whether every file parses and none is a template, so that what is there is what nginx reads.
    pub fn is_readable(&self) -> bool {
        !self.is_truncated && self.files.iter().all(|file| file.tree.template != Some(Template::Engine) && file.tree.is_sound())
    }

    /// Whether an include right inside a block, or at the top, was not read.
    pub fn has_unknown_include(&self, block: Option<NodeId>) -> bool {
        let unknown = self.includes.iter().filter(|include| !include.outcome.is_known());
        unknown.into_iter().any(|include| self.nodes[include.directive.index()].parent == block)
    }

    /// The file of an id, when it is one of this configuration.
    pub fn file(&self, file: FileId) -> Option<&ReadFile> {
        self.files.iter().find(|known| known.file == file)
    }
}

impl<'c> Directive<'c> {
    /// Its place.
    pub fn id(self) -> NodeId {
        self.id
    }

    /// The configuration that it is in.
    pub fn configuration(self) -> &'c Configuration {
        self.configuration
    }

    fn node(self) -> &'c Node {
        &self.configuration.nodes[self.id.index()]
    }

    fn words(self) -> &'c [Word] {
        let node = self.node();
        let first = node.first_word as usize;
        &self.configuration.words[first..first + node.word_count as usize]
    }

    fn word(self, index: usize) -> Option<Argument<'c>> {
        let word = self.words().get(index)?;
        let text = &self.configuration.text[word.start as usize..word.end as usize];
        let (is_quoted, is_opaque) = (word.word.is_quoted(), word.word.is_opaque);
        Some(Argument { text, span: word.word.span, is_quoted, is_opaque })
    }

    /// The name; empty for a block that a stray `{` opens.
    pub fn name(self) -> &'c str {
        self.word(0).map_or("", |word| word.text)
    }

    /// Whether it has this name.
    pub fn is(self, name: &str) -> bool {
        self.name() == name
    }

    /// Where the name stands.
    pub fn name_span(self) -> Span {
        self.word(0).map_or(Span::empty(self.span().start()), |word| word.span)
    }

    /// How many arguments it has.
    pub fn count(self) -> usize {
        self.words().len().saturating_sub(1)
    }

    /// An argument, from 0.
    pub fn argument(self, index: usize) -> Option<Argument<'c>> {
        self.word(index + 1)
    }

    /// The text of an argument, from 0; empty when there is none.
    pub fn text(self, index: usize) -> &'c str {
        self.argument(index).map_or("", |argument| argument.text)
    }

    /// All arguments.
    pub fn arguments(self) -> impl DoubleEndedIterator<Item = Argument<'c>> + ExactSizeIterator {
        (0..self.count()).filter_map(move |index| self.argument(index)).collect::<Vec<_>>().into_iter()
    }

    /// Whether an argument has exactly this text.
    pub fn has_argument(self, text: &str) -> bool {
        self.arguments().any(|argument| argument.text == text)
    }

    /// From the first argument to the last; the name when there is none.
    pub fn arguments_span(self) -> Span {
        match (self.argument(0), self.arguments().next_back()) {
            (Some(first), Some(last)) => first.span.cover(last.span),
            _ => self.name_span(),
        }
    }

    /// The directive as its file has it.
    pub fn syntax(self) -> &'c syntax::Directive {
        self.read_file().tree.directive(self.node().directive)
    }

    /// The file that it stands in.
    pub fn read_file(self) -> &'c ReadFile {
        &self.configuration.files[self.node().file as usize]
    }

    /// The id of its file.
    pub fn file(self) -> FileId {
        self.read_file().file
    }

    /// The text of its file.
    pub fn source_text(self) -> &'c str {
        self.read_file().source.text()
    }

    /// The line that it begins in, from 1.
    pub fn line(self) -> usize {
        self.read_file().source.line(self.span().start())
    }

    /// From its name to behind its `;` or `}`.
    pub fn span(self) -> Span {
        self.syntax().span
    }

    /// What stands between its braces.
    pub fn body(self) -> Span {
        self.syntax().body
    }

    /// A span of its file as a place.
    pub fn at(self, span: Span) -> Location {
        Location { file: self.file(), span }
    }

    /// The place of its name.
    pub fn location(self) -> Location {
        self.at(self.name_span())
    }

    /// Whether it has braces.
    pub fn is_block(self) -> bool {
        self.syntax().is_block()
    }

    /// Whether its braces hold Lua.
    pub fn is_lua(self) -> bool {
        self.syntax().terminator == Terminator::Lua
    }

    /// Where it may stand; empty in the body of a `map` and in that of a block that is not known.
    pub fn contexts(self) -> Contexts {
        self.node().contexts
    }

    /// Whether it stands in this context and in no other.
    pub fn is_in(self, context: Context) -> bool {
        self.contexts() == Contexts::of(context)
    }

    /// Whether it may stand in this context.
    pub fn may_be_in(self, context: Context) -> bool {
        self.contexts().contains(context)
    }

    /// The block that it stands in.
    pub fn parent(self) -> Option<Self> {
        self.node().parent.map(|id| self.configuration.directive(id))
    }

    /// The blocks around it, from the inside. There are never more than [`syntax::DEEPEST_BLOCK`] in one file.
    pub fn ancestors(self) -> impl Iterator<Item = Self> {
        std::iter::successors(self.parent(), |directive| directive.parent())
    }

    /// The innermost block around it with this name.
    pub fn within(self, name: &str) -> Option<Self> {
        self.ancestors().find(|block| block.is(name))
    }

    /// The directives right inside it, those of included files too.
    pub fn children(self) -> impl Iterator<Item = Self> {
        self.configuration.inside(Some(self.id))
    }

    /// The directives right inside it that have this name.
    pub fn children_named(self, name: &'c str) -> impl Iterator<Item = Self> {
        self.children().filter(move |child| child.is(name))
    }

    /// The first directive right inside it that has this name.
    pub fn child(self, name: &str) -> Option<Self> {
        self.children().find(|child| child.is(name))
    }

    /// The directives inside it, at any depth.
    pub fn descendants(self) -> impl Iterator<Item = Self> {
        (self.id.0 + 1..self.node().end).map(move |index| self.configuration.directive(NodeId(index)))
    }

    /// The directives beside it, itself included.
    pub fn siblings(self) -> impl Iterator<Item = Self> {
        let (first, end) = match self.parent() {
            Some(parent) => (parent.id.index() + 1, parent.node().end as usize),
            None => (0, self.configuration.nodes.len()),
        };
        self.configuration.siblings(first, end)
    }

    /// Whether `other` stands inside it, or is it.
    pub fn holds(self, other: Self) -> bool {
        self.id <= other.id && other.id.0 < self.node().end
    }
}

impl PartialEq for Directive<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.id == other.id && std::ptr::eq(self.configuration, other.configuration)
    }
}

impl Eq for Directive<'_> {}

impl std::fmt::Debug for Directive<'_> {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "{}", self.name())?;
        self.arguments().try_for_each(|argument| write!(out, " {}", argument.text))
    }
}
