//! From the events of granit-parser to trees.

use granit_parser::{ErrorKind, Event, Parser, ScalarStyle as Style, StructureStyle, Tag};

use super::json::no_anchor;
use super::problem;
use super::tree::{Node, NodeId, NodeKind, ScalarStyle, Tree};
use super::{Comment, Problem, Stream};
use crate::source::Span;

/// The nodes of compose files take about so many bytes of text each.
const BYTES_A_NODE: usize = 14;

pub(super) fn stream(text: &str) -> Stream {
    let options = granit_parser::options! {
        emit_unresolved_aliases: true,
        emit_anchor_events: true,
        // Comments are wanted however many there are; they take less memory than the text does.
        max_buffered_comment_events: usize::MAX,
    };
    let mut parser = Parser::new_from_str_with_options(text, options);
    let mut builder = Builder::new(text);
    loop {
        match parser.next_event() {
            Some(Ok((event, span))) => builder.event(event, &span),
            Some(Err(error)) => {
                builder.broken(error.kind(), error.marker().byte_offset());
                match parser.proceed_next_document() {
                    Ok(true) => {}
                    Ok(false) => break,
                    Err(error) => {
                        builder.broken(error.kind(), error.marker().byte_offset());
                        break;
                    }
                }
            }
            None => break,
        }
    }
    builder.finish()
}

/// A collection whose end has not come.
struct Open {
    node: NodeId,
    /// Where its children begin in [`Builder::children`].
    children: usize,
    mapping: bool,
    /// It ends with a bracket of its own.
    bracketed: bool,
}

struct Builder<'t> {
    text: &'t str,
    stream: Stream,
    nodes: Vec<Node>,
    root: Option<NodeId>,
    in_document: bool,
    open: Vec<Open>,
    /// The children of all open collections, keys and values in turn.
    children: Vec<NodeId>,
    /// By the number of the anchor, which goes on from document to document.
    anchors: Vec<NodeId>,
    /// Behind the last content, or the last marker that opens some.
    end: usize,
}

impl<'t> Builder<'t> {
    fn new(text: &'t str) -> Self {
        Self {
            text,
            stream: Stream::default(),
            nodes: Vec::new(),
            root: None,
            in_document: false,
            open: Vec::new(),
            children: Vec::new(),
            anchors: Vec::new(),
            end: 0,
        }
    }

    fn finish(mut self) -> Stream {
        self.close_document();
        // granit gives the comment behind a block scalar's header after the scalar.
        if !self.stream.comments.is_sorted_by_key(|comment| comment.span.start) {
            self.stream.comments.sort_by_key(|comment| comment.span.start);
        }
        self.stream.problems.sort_by_key(|problem| problem.span.start);
        self.stream
    }

    fn event(&mut self, event: Event<'t>, at: &granit_parser::Span) {
        let (start, end) = self.range(at);
        match event {
            Event::DocumentStart(explicit, _) => {
                self.close_document();
                self.in_document = true;
                // Most files are one document; many small ones must not each reserve for the whole text.
                if self.stream.documents.is_empty() {
                    self.nodes.reserve(self.text.len() / BYTES_A_NODE + 1);
                }
                // An implicit start has the span of the first token.
                self.end = if explicit { end } else { start };
            }
            Event::DocumentEnd => self.close_document(),
            Event::Scalar(value, style, anchor, tag) => {
                let bare = anchor == 0 && tag.is_none();
                let (span, value, style) = match style {
                    Style::Plain if start == end => (Span::empty(self.empty_at(start, bare)), String::new(), ScalarStyle::Plain),
                    Style::Plain => (Span::new(start, end), value.into_owned(), ScalarStyle::Plain),
                    Style::SingleQuoted => (Span::new(start, end), value.into_owned(), ScalarStyle::SingleQuoted),
                    Style::DoubleQuoted => (Span::new(start, end), value.into_owned(), ScalarStyle::DoubleQuoted),
                    Style::Literal => (self.block_scalar(start, end), value.into_owned(), ScalarStyle::Literal),
                    Style::Folded => (self.block_scalar(start, end), value.into_owned(), ScalarStyle::Folded),
                };
                self.node(NodeKind::Scalar { value, style }, span, at, tag.as_deref(), anchor);
                self.end = self.end.max(span.end());
            }
            Event::Alias(anchor) => {
                let name = self.text.get(start + 1..end).unwrap_or_default().to_owned();
                let target = anchor.checked_sub(1).and_then(|index| self.anchors.get(index).copied());
                self.alias(name, target, Span::new(start, end), at);
            }
            Event::UnresolvedAlias(name) => {
                let span = Span::new(start, end);
                self.stream.problems.push(Problem { message: no_anchor(&name), span });
                self.alias(name.into_owned(), None, span, at);
            }
            Event::Anchor(_, name) => {
                if let Some(node) = self.nodes.last_mut() {
                    node.anchor = Some(name.into_owned());
                    node.outer.start = node.outer.start.min(start as u32);
                }
            }
            Event::SequenceStart(style, anchor, tag) => {
                let flow = style == StructureStyle::Flow;
                let start = if flow { start } else { self.sequence_start(start) };
                let kind = NodeKind::Sequence { items: Vec::new(), flow };
                self.collection(kind, start, end, at, tag.as_deref(), anchor);
            }
            Event::MappingStart(style, anchor, tag) => {
                let flow = style == StructureStyle::Flow;
                let kind = NodeKind::Mapping { entries: Vec::new(), flow };
                self.collection(kind, start, end, at, tag.as_deref(), anchor);
            }
            Event::SequenceEnd | Event::MappingEnd => self.close_collection(Some(end)),
            Event::Comment(..) => {
                let own_line = self.text[..start].rfind(['\n', '\r']).map_or(0, |newline| newline + 1);
                let own_line = self.text[own_line..start].chars().all(|before| matches!(before, ' ' | '\t' | '\u{feff}'));
                self.stream.comments.push(Comment { span: Span::new(start, end), own_line });
            }
            _ => {}
        }
    }

    /// The bytes of an event; granit promises them for a text in memory.
    fn range(&self, at: &granit_parser::Span) -> (usize, usize) {
        let range = at.byte_range().unwrap_or_default();
        let boundary = |at: usize| self.text.floor_char_boundary(at);
        (boundary(range.start), boundary(range.end.max(range.start)))
    }

    fn node(&mut self, kind: NodeKind, span: Span, at: &granit_parser::Span, tag: Option<&Tag>, anchor: usize) -> NodeId {
        let id = NodeId(self.nodes.len() as u32);
        let mut outer = span;
        if let Some(tag) = at.tag_start().and_then(|tag| tag.byte_offset()) {
            outer.start = outer.start.min(tag as u32);
        }
        self.nodes.push(Node { kind, span, outer, tag: tag.map(tag_text), anchor: None });
        if anchor != 0 {
            // Numbers are given in order, one to each anchored node.
            self.anchors.resize(anchor - 1, id);
            self.anchors.push(id);
        }
        if self.open.is_empty() {
            self.root.get_or_insert(id);
        } else {
            self.children.push(id);
        }
        id
    }

    fn alias(&mut self, name: String, target: Option<NodeId>, span: Span, at: &granit_parser::Span) {
        self.node(NodeKind::Alias { name, target }, span, at, None, 0);
        self.end = self.end.max(span.end());
    }

    fn collection(
        &mut self,
        kind: NodeKind,
        start: usize,
        end: usize,
        at: &granit_parser::Span,
        tag: Option<&Tag>,
        anchor: usize,
    ) {
        let mapping = matches!(kind, NodeKind::Mapping { .. });
        let bracketed = end > start && matches!(self.text.as_bytes().get(start), Some(b'[' | b'{'));
        let node = self.node(kind, Span::new(start, if bracketed { end } else { start }), at, tag, anchor);
        self.open.push(Open { node, children: self.children.len(), mapping, bracketed });
        if bracketed {
            self.end = self.end.max(end);
        }
    }

    /// Ends the innermost collection, at its bracket if one was read.
    fn close_collection(&mut self, bracket: Option<usize>) {
        let Some(open) = self.open.pop() else { return };
        if open.mapping && !(self.children.len() - open.children).is_multiple_of(2) {
            // Broke off between a key and its value.
            let at = Span::empty(self.empty_at(self.end, true));
            self.children.push(NodeId(self.nodes.len() as u32));
            let kind = NodeKind::Scalar { value: String::new(), style: ScalarStyle::Plain };
            self.nodes.push(Node { kind, span: at, outer: at, tag: None, anchor: None });
            self.end = self.end.max(at.end());
        }
        if let (true, Some(end)) = (open.bracketed, bracket) {
            self.end = self.end.max(end);
        }
        let children = &self.children[open.children..];
        let node = &mut self.nodes[open.node.0 as usize];
        match &mut node.kind {
            NodeKind::Sequence { items, .. } => *items = children.to_vec(),
            NodeKind::Mapping { entries, .. } => *entries = children.chunks_exact(2).map(|pair| (pair[0], pair[1])).collect(),
            _ => {}
        }
        self.end = self.end.max(node.span.start());
        node.span.end = self.end as u32;
        node.outer.end = node.span.end;
        self.children.truncate(open.children);
    }

    fn close_document(&mut self) {
        while !self.open.is_empty() {
            self.close_collection(None);
        }
        if !std::mem::take(&mut self.in_document) {
            return;
        }
        if self.nodes.is_empty() {
            let at = Span::empty(self.end);
            let kind = NodeKind::Scalar { value: String::new(), style: ScalarStyle::Plain };
            self.nodes.push(Node { kind, span: at, outer: at, tag: None, anchor: None });
        }
        self.stream.documents.push(Tree { nodes: std::mem::take(&mut self.nodes), root: self.root.take() });
    }

    fn broken(&mut self, kind: &ErrorKind, at: Option<usize>) {
        let at = self.text.floor_char_boundary(at.unwrap_or(self.end));
        self.stream.problems.push(problem::of(kind, self.text, self.end, at));
        self.close_document();
    }

    /// Where a node without content lies. granit puts the value of `key:` before the `:`.
    fn empty_at(&self, at: usize, bare: bool) -> usize {
        let Some(open) = self.open.last().filter(|open| open.mapping && bare) else { return at };
        if (self.children.len() - open.children).is_multiple_of(2) {
            return at;
        }
        find_indicator(self.text, self.end, b":", b"").map_or(self.end, |colon| colon + 1)
    }

    /// granit begins a sequence that is not indented below its key (YAML 1.2.2, 8.2.1) behind the first `-`.
    fn sequence_start(&self, at: usize) -> usize {
        match self.open.last() {
            Some(open) if open.mapping => {
                find_indicator(self.text, self.end, b"-", b":?").filter(|&dash| dash <= at).unwrap_or(at)
            }
            _ => at,
        }
    }

    /// From the header to the last non-blank byte; granit begins behind the header and ends before the next token.
    fn block_scalar(&self, start: usize, end: usize) -> Span {
        let Some(header) = find_indicator(self.text, self.end, b"|>", b":-?").filter(|&header| header <= start) else {
            return Span::new(start, start + self.text[start..end].trim_end().len());
        };
        let content = self.text[start..end].trim_end_matches([' ', '\t', '\r', '\n']);
        if content.is_empty() {
            let indicators = self.text[header + 1..].bytes().take_while(|byte| matches!(byte, b'0'..=b'9' | b'+' | b'-')).count();
            Span::new(header, header + 1 + indicators)
        } else {
            Span::new(header, start + content.len())
        }
    }
}

/// The next of the `wanted` indicators, when before it there are only blanks, comments and what may be skipped: the
/// indicators in `skipped`, and where there are such, tags and anchors.
fn find_indicator(text: &str, from: usize, wanted: &[u8], skipped: &[u8]) -> Option<usize> {
    let bytes = text.as_bytes();
    let blank = |byte: u8| matches!(byte, b' ' | b'\t' | b'\r' | b'\n');
    let mut at = from;
    while let Some(&byte) = bytes.get(at) {
        match byte {
            byte if wanted.contains(&byte) => return Some(at),
            byte if blank(byte) || skipped.contains(&byte) => at += 1,
            b'#' => at += line_length(&bytes[at..]),
            b'&' | b'!' if !skipped.is_empty() => at += bytes[at..].iter().position(|&byte| blank(byte))?,
            _ => return None,
        }
    }
    None
}

fn line_length(bytes: &[u8]) -> usize {
    bytes.iter().position(|&byte| matches!(byte, b'\n' | b'\r')).unwrap_or(bytes.len())
}

fn tag_text(tag: &Tag) -> String {
    const CORE: &str = "tag:yaml.org,2002:";

    let full = format!("{}{}", tag.handle(), tag.suffix());
    match full.strip_prefix(CORE) {
        Some(name) => format!("!!{name}"),
        None => full,
    }
}
