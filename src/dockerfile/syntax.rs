//! The lossless tree of a Dockerfile: items that tile the file, read as BuildKit's `parser.go` reads it.

use crate::source::{Mapped, Span};

use super::body::{self, Parts, Setting};
use super::directive::Section;
use super::heredoc::{self, Bodies};
use super::instruction::{Body, Heredoc, Instruction, Keyword};
use super::lines::{Line, Lines, skip_whitespace, without_continuation};
use super::{command, verify};

/// A whole file. [`parse`] never fails: what is wrong is in `problems`, and the rest is still there.
#[derive(Debug, Default)]
pub struct Tree {
    /// Every byte of the file in order: the spans of the items put together are the file.
    pub items: Vec<Item>,
    pub instructions: Vec<Instruction>,
    pub directives: Vec<Directive>,
    /// The escape character, `\` unless a directive says otherwise.
    pub escape: char,
    /// What BuildKit would refuse, in the order of the file.
    pub problems: Vec<Problem>,
}

/// The byte order mark, a line, or all lines of an instruction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Item {
    /// With the newline that ends it.
    pub span: Span,
    pub kind: ItemKind,
}

/// What the lines of an item are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ItemKind {
    ByteOrderMark,
    Blank,
    Comment,
    /// A parser directive; the index is one of [`Tree::directives`].
    Directive(usize),
    /// The index is one of [`Tree::instructions`].
    Instruction(usize),
}

/// `# name=value` at the head of the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Directive {
    /// In lower case: `syntax`, `escape` or `check`.
    pub name: String,
    pub value: String,
    pub span: Span,
    pub value_span: Span,
}

/// Something that BuildKit refuses. The words are in `rules/dockerfile/parse-error.yaml` and `build-error.yaml`:
/// `reason` names a variant there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    pub stage: ProblemStage,
    pub reason: &'static str,
    /// What the message names, such as `("flag", "--bogus")`.
    pub values: Vec<(&'static str, String)>,
    pub span: Span,
}

/// Which of the two rules reports a problem.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ProblemStage {
    /// BuildKit's parser refuses the text: `dockerfile/parse-error`.
    Parse,
    /// The text parses, but an instruction or the whole cannot be built: `dockerfile/build-error`.
    Build,
}

/// Longer lines, newline not counted, do not fit the buffer of Go's `bufio.Scanner`.
const LONGEST_LINE: usize = 65_535;

const BYTE_ORDER_MARK: &str = "\u{feff}";

/// Reads a Dockerfile as BuildKit's `parser.go` and `instructions/parse.go` do. Never fails: what they would refuse is
/// among the problems, and all the rest is read as if it were not there.
pub fn parse(text: &str) -> Tree {
    let mut tree = Parser::new(text).run();
    tree.problems.extend(long_lines(text));
    verify::verify(text, &mut tree);
    // The trees of a thousand files are held at a time.
    tree.items.shrink_to_fit();
    tree.instructions.shrink_to_fit();
    tree
}

fn long_lines(text: &str) -> Vec<Problem> {
    // Most files are shorter than the longest line.
    if text.len() <= LONGEST_LINE {
        return Vec::new();
    }
    let mut start = 0;
    let ends = memchr::memchr_iter(b'\n', text.as_bytes()).chain(std::iter::once(text.len()));
    let lines = ends.map(|end| Span::new(std::mem::replace(&mut start, end + 1), end));
    lines.filter(|line| line.len() > LONGEST_LINE).map(|line| Problem::parse("line-too-long", line)).collect()
}

impl Tree {
    /// The lines of an instruction, with the newline of the last one.
    pub fn lines_of(&self, instruction: &Instruction) -> Span {
        self.items.get(self.item_of(instruction)).map_or(instruction.span, |item| item.span)
    }

    /// What goes when an instruction goes: its lines, and of two empty lines around it the second.
    pub fn removal_of(&self, instruction: &Instruction) -> Span {
        let at = self.item_of(instruction);
        let lines = self.lines_of(instruction);
        let blank = |at: Option<usize>| at.and_then(|at| self.items.get(at)).filter(|item| item.kind == ItemKind::Blank);
        match (blank(at.checked_sub(1)), blank(at.checked_add(1))) {
            (Some(_), Some(after)) => lines.cover(after.span),
            _ => lines,
        }
    }

    fn item_of(&self, instruction: &Instruction) -> usize {
        self.items.partition_point(|item| item.span.end() <= instruction.span.start())
    }
}

struct Parser<'t> {
    text: &'t str,
    lines: Lines<'t>,
    tree: Tree,
    section: Section,
    bodies: Bodies<'t>,
    /// The comments since the last instruction.
    comments: Vec<Span>,
}

impl<'t> Parser<'t> {
    fn new(text: &'t str) -> Self {
        let mut tree = Tree { escape: '\\', ..Tree::default() };
        let mark = if text.starts_with(BYTE_ORDER_MARK) { BYTE_ORDER_MARK.len() } else { 0 };
        if mark > 0 {
            tree.items.push(Item { span: Span::new(0, mark), kind: ItemKind::ByteOrderMark });
        }
        let lines = Lines::new(text, mark);
        Self { text, lines, tree, section: Section::new(), bodies: Bodies::default(), comments: Vec::new() }
    }

    fn run(mut self) -> Tree {
        while let Some(line) = self.lines.next() {
            let start = line.start + skip_whitespace(line.content(self.text));
            match self.text.as_bytes()[start..line.end].first() {
                None => {
                    self.section.close();
                    self.item(line, ItemKind::Blank);
                }
                Some(b'#') => self.comment(line, start),
                Some(_) => {
                    self.section.close();
                    self.instruction(line, start);
                }
            }
        }
        self.tree
    }

    fn item(&mut self, line: Line, kind: ItemKind) {
        self.tree.items.push(Item { span: line.span(), kind });
    }

    fn comment(&mut self, line: Line, start: usize) {
        if let Some(directive) = self.section.read(self.text, line, start, &mut self.tree.problems) {
            if directive.name == "escape" && directive.value == "`" {
                self.tree.escape = '`';
            }
            self.item(line, ItemKind::Directive(self.tree.directives.len()));
            self.tree.directives.push(directive);
            return;
        }
        // BuildKit cuts the first byte of the line, not of the comment: an indented `#` is not empty to it.
        if start == line.start && self.text[start + 1..line.end].trim().is_empty() {
            self.comments.clear();
        } else {
            self.comments.push(Span::new(start, line.end));
        }
        self.item(line, ItemKind::Comment);
    }

    fn setting(&self) -> Setting<'t> {
        let syntax = self.tree.directives.iter().find(|directive| directive.name == "syntax");
        let frontend = syntax.map_or("", |directive| directive.value.split(' ').next().unwrap_or_default());
        Setting {
            text: self.text,
            escape: self.tree.escape as u8,
            foreign: !frontend.is_empty() && !frontend.contains("docker/dockerfile"),
            labs: frontend.contains("labs"),
        }
    }

    fn instruction(&mut self, first: Line, start: usize) {
        let setting = self.setting();
        let mut joined = Mapped::empty(start);
        let mut comments = Vec::new();
        let mut blank_lines = Vec::new();
        let mut end = first.end;
        let mut rest = without_continuation(&self.text[start..first.end], setting.escape);
        joined.push(self.text, Span::new(start, rest.map_or(first.end, |content| start + content.len())));
        while rest.is_some() {
            let Some(line) = self.lines.next() else {
                break;
            };
            end = line.end;
            let content = line.content(self.text);
            match content.as_bytes().get(skip_whitespace(content)) {
                None => blank_lines.push(line.span()),
                Some(b'#') => comments.push(line.span()),
                Some(_) => {
                    rest = without_continuation(content, setting.escape);
                    let length = rest.map_or(content.len(), str::len);
                    joined.push(self.text, Span::new(line.start, line.start + length));
                }
            }
        }
        let command = command::split(&joined, 0..joined.text().len(), setting.escape);
        let mut parts = Parts::new(&joined, command);
        parts.heredocs = self.heredocs(&joined, &parts, &mut end);
        let (mut body, parts) = body::parse(setting, parts, &mut self.tree.problems);
        let end_line = self.lines.number();
        let start = parts.keyword_span.start();
        if let Body::Onbuild(trigger) = &mut body {
            trigger.line = first.number;
            trigger.end_line = end_line;
            trigger.span.end = end as u32;
        }
        let kind = ItemKind::Instruction(self.tree.instructions.len());
        self.tree.items.push(Item { span: Span::new(first.start, self.lines.at()), kind });
        self.tree.instructions.push(Instruction {
            span: Span::new(start, end),
            line: first.number,
            end_line,
            keyword: parts.keyword,
            keyword_text: parts.keyword_text,
            keyword_span: parts.keyword_span,
            flags: parts.flags,
            rest: parts.rest,
            body,
            comments,
            blank_lines,
            comments_above: std::mem::take(&mut self.comments),
        });
    }

    /// Takes the lines of all heredocs of an instruction; `end` moves to the end of the last terminator.
    fn heredocs(&mut self, joined: &Mapped, parts: &Parts, end: &mut usize) -> Vec<Heredoc> {
        let mut heredocs = Vec::new();
        if !joined.text().contains("<<") {
            return heredocs;
        }
        let takes = match parts.keyword {
            Keyword::Onbuild => parts.trigger(self.tree.escape as u8).takes_heredocs(),
            _ => parts.takes_heredocs(),
        };
        if !takes {
            return heredocs;
        }
        for marker in heredoc::markers(joined.text()) {
            let word_span = joined.span(marker.range.start, marker.range.end);
            let taken = self.bodies.take(self.text, &mut self.lines, &marker);
            let body = match taken {
                Some((body, terminator)) => {
                    *end = terminator;
                    body
                }
                None => {
                    let reason = if marker.doubtful { "accidental-heredoc" } else { "unterminated-heredoc" };
                    self.tree.problems.push(Problem::parse(reason, word_span).with("name", &marker.name));
                    let start = self.lines.at();
                    // What was meant as a heredoc runs to the end of the file; what was not has no body at all.
                    if !marker.doubtful {
                        while let Some(line) = self.lines.next() {
                            *end = line.end;
                        }
                    }
                    Span::new(start, self.lines.at())
                }
            };
            heredocs.push(Heredoc {
                name: marker.name,
                word_span,
                expand: marker.expand,
                strip_tabs: marker.strip_tabs,
                descriptor: marker.descriptor,
                body,
            });
            if taken.is_none() {
                break;
            }
        }
        heredocs
    }
}

#[cfg(test)]
mod tests;
