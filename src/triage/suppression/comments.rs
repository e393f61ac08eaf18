//! Where comments stand, and the lines that they may speak for.

use crate::dockerfile::instruction::Instruction;
use crate::dockerfile::model::Dockerfile;
use crate::dockerfile::syntax::ItemKind;
use crate::nginx;
use crate::project::{Content, Document};
use crate::source::{SourceFile, Span};
use crate::yaml;

use rustc_hash::FxHashMap;

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
    match document.content() {
        Content::Dockerfile => {
            document.dockerfile().map_or(Vec::new(), |dockerfile| of_dockerfile(&document.source, &dockerfile))
        }
        Content::Compose(file) => {
            let spans = file.stream.comments.iter().map(|comment| comment.span);
            placed(&document.source, spans, yaml_blocks(&document.source, &file.stream))
        }
        Content::Env(file) => {
            let lines = |span: Span| Lines { first: document.source.line(span.start()), last: document.source.line(span.end()) };
            let blocks: Vec<Lines> = file.entries.iter().map(|entry| lines(entry.span)).collect();
            let comments = env_comments(&document.source, &blocks);
            placed(&document.source, comments.into_iter(), blocks)
        }
        Content::Nginx(tree) => placed(&document.source, tree.comments.iter().copied(), nginx_blocks(&document.source, tree)),
        Content::Neighbour => match neighbour_comments(&document.source.path) {
            Some(NeighbourComments::Hash) => {
                let comments = hash_comments(&document.source);
                placed(&document.source, comments.into_iter(), Vec::new())
            }
            Some(NeighbourComments::Html) => placed(&document.source, html_comments(&document.source).into_iter(), Vec::new()),
            None => Vec::new(),
        },
        Content::Snapshot(_) | Content::Unread | Content::Panicked => Vec::new(),
    }
}

/// The lines of every statement, those within others too.
pub fn blocks(document: &Document) -> Vec<Lines> {
    let source = &document.source;
    match document.content() {
        Content::Dockerfile => {
            let dockerfile = document.dockerfile();
            let instructions = dockerfile.iter().flat_map(|dockerfile| &dockerfile.tree.instructions);
            instructions.map(|instruction| Lines { first: instruction.line, last: instruction.end_line }).collect()
        }
        Content::Compose(file) => yaml_blocks(source, &file.stream),
        Content::Env(file) => {
            let lines = |span: Span| Lines { first: source.line(span.start()), last: source.line(span.end()) };
            file.entries.iter().map(|entry| lines(entry.span)).collect()
        }
        Content::Nginx(tree) => nginx_blocks(source, tree),
        Content::Neighbour if neighbour_comments(&source.path) == Some(NeighbourComments::Hash) => {
            (1..=source.line_starts().len()).map(|line| Lines { first: line, last: line }).collect()
        }
        Content::Snapshot(_) | Content::Neighbour | Content::Unread | Content::Panicked => Vec::new(),
    }
}

/// The comments of a file beside those that are checked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NeighbourComments {
    /// From `#` to the end of the line.
    Hash,
    /// `<!-- … -->`, of Markdown.
    Html,
}

/// Which comments such a file has; none in JSON.
pub fn neighbour_comments(path: &str) -> Option<NeighbourComments> {
    let is = |ends: &[&str]| ends.iter().any(|end| path.ends_with(end));
    if is(&[".md", ".markdown"]) {
        return Some(NeighbourComments::Html);
    }
    let hash = [".toml", ".yml", ".yaml", ".ini", ".cfg", "-version", "-versions", ".nvmrc", ".txt", "Pipfile", "Gemfile"];
    is(&hash).then_some(NeighbourComments::Hash)
}

/// Comments of their own line, and those behind a value that holds no `#` itself.
fn hash_comments(source: &SourceFile) -> Vec<Span> {
    let of_line = |line: usize| {
        let span = source.line_span(line);
        let text = span.slice(source.text());
        let at = text.find("# ").filter(|at| text[..*at].trim().is_empty() || !text[..*at].contains(['#']))?;
        Some(Span::new(span.start() + at, span.end()))
    };
    (1..=source.line_starts().len()).filter_map(of_line).collect()
}

fn html_comments(source: &SourceFile) -> Vec<Span> {
    let text = source.text();
    let inside = |(at, mark): (usize, &str)| {
        let start = at + mark.len();
        text[start..].find("-->").map(|length| Span::new(start, start + length))
    };
    text.match_indices("<!--").filter_map(inside).filter(|span| !span.slice(text).contains('\n')).collect()
}

/// The lines of every directive.
fn nginx_blocks(source: &SourceFile, tree: &nginx::syntax::Tree) -> Vec<Lines> {
    let lines = |span: Span| Lines { first: source.line(span.start()), last: source.line(span.end().max(span.start() + 1) - 1) };
    tree.directives.iter().map(|directive| lines(directive.span)).collect()
}

/// The comments of a language whose statements are blocks of lines, each within another or apart from it. A comment of its own line
/// stands above the block that starts on the next line; one behind a statement speaks for the block that starts there.
fn placed(source: &SourceFile, comments: impl Iterator<Item = Span>, blocks: Vec<Lines>) -> Vec<CommentLine> {
    let text = source.text();
    let alone = |span: Span| {
        let line = source.line_span(source.line(span.start()));
        Span::new(line.start(), span.start()).slice(text).trim_start_matches('\u{feff}').trim().is_empty()
    };
    // The widest block that starts on each line.
    let mut starting: FxHashMap<usize, Lines> = FxHashMap::default();
    for block in &blocks {
        let known = starting.entry(block.first).or_insert(*block);
        known.last = known.last.max(block.last);
    }
    let mut found: Vec<CommentLine> = comments
        .map(|span| {
            let line = source.line(span.start());
            // No peer that reads these files has comments for the rest of a block.
            let rest_of_block = Lines { first: line, last: usize::MAX };
            CommentLine { span, line, statement: None, head_of: None, rest_of_block, inside: false }
        })
        .collect();
    found.sort_by_key(|comment| comment.line);
    // From below, since comments directly above one another all stand above what follows them.
    let mut below: Option<(usize, usize)> = None;
    for comment in found.iter_mut().rev() {
        let line = if !alone(comment.span) {
            comment.line
        } else {
            match below {
                Some((next, target)) if next == comment.line + 1 => target,
                _ => comment.line + 1,
            }
        };
        if alone(comment.span) {
            below = Some((comment.line, line));
        }
        let is_blank = source.line_span(line).slice(text).trim().is_empty();
        if !is_blank {
            comment.statement = Some(Lines { first: line, last: line });
            comment.head_of = starting.get(&line).copied().filter(|block| block.last > line);
        }
    }
    found
}

/// The comment lines of an env file: those outside of values that start with `#`.
fn env_comments(source: &SourceFile, values: &[Lines]) -> Vec<Span> {
    let mut values = values.iter().peekable();
    let mut found = Vec::new();
    for line in 1..=source.line_starts().len() {
        while values.peek().is_some_and(|value| value.last < line) {
            values.next();
        }
        let span = source.line_span(line);
        let text = span.slice(source.text());
        let blanks = text.len() - text.trim_start_matches([' ', '\t', '\u{feff}']).len();
        if values.peek().is_none_or(|value| line < value.first) && text[blanks..].starts_with('#') {
            found.push(Span::new(span.start() + blanks, span.end()));
        }
    }
    found
}

/// The lines of every entry and item.
fn yaml_blocks(source: &SourceFile, stream: &yaml::Stream) -> Vec<Lines> {
    let mut blocks = Vec::new();
    for tree in &stream.documents {
        for (_, node) in tree.nodes() {
            let lines =
                |first: usize, last: usize| Lines { first: source.line(first), last: source.line(last.max(first + 1) - 1) };
            match &node.kind {
                yaml::NodeKind::Mapping { entries, .. } => blocks.extend(entries.iter().map(|&(key, value)| {
                    lines(tree.node(key).outer.start(), tree.node(value).span.end().max(tree.node(key).span.end()))
                })),
                yaml::NodeKind::Sequence { items, .. } => {
                    blocks.extend(items.iter().map(|&item| lines(tree.node(item).outer.start(), tree.node(item).span.end())));
                }
                yaml::NodeKind::Scalar { .. } | yaml::NodeKind::Alias { .. } => {}
            }
        }
    }
    blocks
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::Kind;

    /// Line, statement and block of a comment.
    type Reach = (usize, Option<usize>, Option<(usize, usize)>);

    /// What each comment of a compose file speaks for.
    fn of(text: &str) -> Vec<Reach> {
        let source = SourceFile::new("compose.yml", Kind::Compose, text.as_bytes().to_vec());
        let stream = yaml::parse(text);
        let spans = stream.comments.iter().map(|comment| comment.span);
        let found = placed(&source, spans, yaml_blocks(&source, &stream));
        let block = |lines: Lines| (lines.first, lines.last);
        found.iter().map(|found| (found.line, found.statement.map(|lines| lines.first), found.head_of.map(block))).collect()
    }

    #[test]
    fn comments_of_yaml_speak_for_lines_and_for_blocks_that_start_there() {
        let text = "services:\n  # one\n  # two\n  web: # three\n    image: a # four\n    ports:\n      # five\n      - \"80\"\n\n# six\n\nvolumes: {}\n";
        let whole_service = Some((4, 8));
        assert_eq!(
            of(text),
            [
                (2, Some(4), whole_service),
                (3, Some(4), whole_service),
                (4, Some(4), whole_service),
                (5, Some(5), None),
                (7, Some(8), None),
                (10, None, None)
            ]
        );
    }
}
