//! Where comments stand, and the lines that they may speak for.

use crate::dockerfile::instruction::Instruction;
use crate::dockerfile::model::Dockerfile;
use crate::dockerfile::syntax::ItemKind;
use crate::project::{Content, Document};
use crate::source::{SourceFile, Span};

/// Lines from 1, first and last.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lines {
    pub first: usize,
    pub last: usize,
}

impl Lines {
    pub const ALL: Self = Self { first: 1, last: usize::MAX };

    pub const fn contains(self, line: usize) -> bool {
        self.first <= line && line <= self.last
    }
}

/// One comment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CommentLine {
    /// From the `#` to the end of the line, without the newline.
    pub span: Span,
    pub line: usize,
    /// The statement that it stands above, beside or, for one line of it, in. Comments directly above one another all
    /// stand above what follows them.
    pub statement: Option<Lines>,
    /// The block whose head the statement is.
    pub head_of: Option<Lines>,
    /// What follows it in the block that it stands in.
    pub rest_of_block: Lines,
    /// It stands in a statement, where no peer looks for comments.
    pub inside: bool,
}

/// The comments of a document, in the order of the file.
pub fn comments(document: &Document) -> Vec<CommentLine> {
    match &document.content {
        Content::Dockerfile(dockerfile) => of_dockerfile(&document.source, dockerfile),
        _ => Vec::new(),
    }
}

fn of_dockerfile(source: &SourceFile, dockerfile: &Dockerfile) -> Vec<CommentLine> {
    let tree = &dockerfile.tree;
    let stages: Vec<Lines> = stages(dockerfile);
    let mut found: Vec<CommentLine> = Vec::new();
    // Where the comments start that stand above whatever comes next.
    let mut above = 0;
    for item in &tree.items {
        match item.kind {
            ItemKind::Comment => {
                for span in lines_of(source, item.span) {
                    let line = source.line(span.start());
                    let stage = stages.iter().rfind(|stage| stage.first <= line);
                    let first_from = stages.first().map_or(usize::MAX, |stage| stage.first - 1);
                    let rest_of_block = Lines { first: line, last: stage.map_or(first_from, |stage| stage.last) };
                    found.push(CommentLine { span, line, statement: None, head_of: None, rest_of_block, inside: false });
                }
            }
            ItemKind::Instruction(index) => {
                let Some(instruction) = tree.instructions.get(index) else { continue };
                let lines = Lines { first: instruction.line, last: instruction.end_line };
                let head_of = dockerfile.stages.iter().position(|stage| stage.from == index).map(|stage| stages[stage]);
                for comment in &mut found[above..] {
                    comment.statement = Some(lines);
                    comment.head_of = head_of;
                }
                found.extend(inside(source, instruction, lines));
                above = found.len();
            }
            ItemKind::Blank | ItemKind::Directive(_) => above = found.len(),
            ItemKind::ByteOrderMark => {}
        }
    }
    found
}

/// The lines of each stage, from its FROM to its last instruction.
fn stages(dockerfile: &Dockerfile) -> Vec<Lines> {
    let instructions = &dockerfile.tree.instructions;
    let lines = dockerfile.stages.iter().map(|stage| {
        let last = stage.instructions.end.max(stage.from + 1) - 1;
        let first = instructions.get(stage.from).map_or(1, |from| from.line);
        Lines { first, last: instructions.get(last).map_or(first, |instruction| instruction.end_line) }
    });
    lines.collect()
}

/// The comments in the continuation of an instruction: each speaks for the next line that is no comment.
fn inside(source: &SourceFile, instruction: &Instruction, lines: Lines) -> Vec<CommentLine> {
    let skipped: Vec<usize> =
        instruction.comments.iter().chain(&instruction.blank_lines).map(|span| source.line(span.start())).collect();
    let one = |span: Span| {
        let line = source.line(span.start());
        let next = (line + 1..=lines.last).find(|line| !skipped.contains(line));
        CommentLine {
            span,
            line,
            statement: next.map(|next| Lines { first: next, last: next }),
            head_of: None,
            rest_of_block: Lines { first: line, last: lines.last },
            inside: true,
        }
    };
    instruction.comments.iter().flat_map(|span| lines_of(source, *span)).map(one).collect()
}

/// Each line of a run of comment lines, from its `#` and without its newline.
fn lines_of(source: &SourceFile, span: Span) -> Vec<Span> {
    let mut found = Vec::new();
    let mut start = span.start();
    for line in span.slice(source.text()).split_inclusive('\n') {
        if let Some(hash) = line.find('#') {
            found.push(Span::new(start + hash, start + line.trim_end_matches(['\n', '\r']).len()));
        }
        start += line.len();
    }
    found
}
