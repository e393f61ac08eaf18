//! From the events of granit-parser to trees.

use std::sync::OnceLock;

use compact_str::CompactString;
use granit_parser::{ErrorKind, Event, Parser, ScalarStyle as Style, ScanError, StructureStyle, Tag};

use super::json::no_anchor;
use super::lenient::{Changes, Places};
use super::problem::{self, Progress};
use super::tree::{Node, NodeId, NodeKind, Properties, ScalarStyle, Tree};
use super::{Comment, Problem, Stream};
use crate::source::Span;

/// The nodes of compose files take about so many bytes of text each.
const BYTES_A_NODE: usize = 14;

pub(super) fn stream(text: &str) -> Stream {
    let mut changes = Changes::default();
    loop {
        let changed = changes.apply(text);
        if let Some(stream) = read(text, changed.as_deref().unwrap_or(text), Places::of(&changes), &mut changes) {
            return stream;
        }
    }
}

/// Reads `changed`, which is `text` with `changes`; `None` when there is a change more to make.
fn read(text: &str, changed: &str, places: Places, changes: &mut Changes) -> Option<Stream> {
    let options = granit_parser::options! {
        emit_unresolved_aliases: true,
        emit_anchor_events: true,
        // Comments are wanted however many there are; they take less memory than the text does.
        max_buffered_comment_events: usize::MAX,
    };
    let mut parser = Parser::new_from_str_with_options(changed, options);
    let mut builder = Builder::new(text, places);
    loop {
        match parser.next_event() {
            Some(Ok((event, span))) => builder.event(event, &span),
            Some(Err(error)) => {
                let at = builder.error_place(&error);
                if changes.mend(error.kind(), text, builder.progress(), at) {
                    return None;
                }
                builder.broken(error.kind(), at);
                match parser.proceed_next_document() {
                    Ok(true) => {}
                    Ok(false) => break,
                    Err(error) => {
                        let at = builder.error_place(&error);
                        builder.broken(error.kind(), at);
                        break;
                    }
                }
            }
            None => break,
        }
    }
    Some(builder.finish())
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
    places: Places,
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
    fn new(text: &'t str, places: Places) -> Self {
        Self {
            text,
            places,
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
        self.stream.problems.extend(self.indenting_tab());
        self.stream.problems.sort_by_key(|problem| problem.span.start);
        self.stream
    }

    /// A tab that only go-yaml refuses; where granit refused one too, that is enough.
    fn indenting_tab(&self) -> Option<Problem> {
        if !self.stream.problems.is_empty() || !self.text.contains('\t') {
            return None;
        }
        // Within scalars and between brackets tabs are blanks like any other.
        let mut end = 0;
        let allowed = self.stream.documents.iter().flat_map(|tree| &tree.nodes).filter_map(|node| {
            let allowed = (node.kind.is_flow() || matches!(node.kind, NodeKind::Scalar { .. })) && node.span.start >= end;
            end = if allowed { node.span.end } else { end };
            allowed.then_some(node.span)
        });
        problem::indenting_tab(self.text, allowed)
    }

    fn event(&mut self, event: Event<'_>, at: &granit_parser::Span) {
        let (start, end) = self.range(at);
        match event {
            Event::DocumentStart(explicit, _) => {
                self.close_document();
                self.in_document = true;
                // Most files are one document; many small ones must not each reserve for the whole text.
                if self.stream.documents.is_empty() {
                    self.nodes.reserve(self.text.len() / BYTES_A_NODE + 1);
                }
                // An implicit start has the span of the first token, and what broke before it may be long.
                self.end = if explicit { end } else { self.behind_end_markers(start) };
            }
            Event::DocumentEnd => self.close_document(),
            Event::Scalar(value, style, anchor, tag) => {
                let bare = anchor == 0 && tag.is_none();
                let block = matches!(style, Style::Literal | Style::Folded);
                let (span, value, style) = match style {
                    Style::Plain if start == end => {
                        (Span::empty(self.empty_at(start, bare)), CompactString::default(), ScalarStyle::Plain)
                    }
                    Style::Plain => (Span::new(start, end), CompactString::from(value), ScalarStyle::Plain),
                    Style::SingleQuoted => (Span::new(start, end), CompactString::from(value), ScalarStyle::SingleQuoted),
                    Style::DoubleQuoted => (Span::new(start, end), CompactString::from(value), ScalarStyle::DoubleQuoted),
                    Style::Literal => (self.block_scalar(start, end), CompactString::from(value), ScalarStyle::Literal),
                    Style::Folded => (self.block_scalar(start, end), CompactString::from(value), ScalarStyle::Folded),
                };
                // Behind a byte order mark inside the text granit gives a plain scalar the style of the one before the mark.
                let header = self.text.as_bytes().get(span.start()).is_some_and(|byte| matches!(byte, b'|' | b'>'));
                let style = if block && !header { ScalarStyle::Plain } else { style };
                let value = if block { self.without_added_newline(value, end) } else { value };
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
                    node.properties.get_or_insert_default().anchor = Some(name.into_owned());
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
        let boundary = |at: usize| self.text.floor_char_boundary(self.places.original(at));
        (boundary(range.start), boundary(range.end.max(range.start)))
    }

    fn node(&mut self, kind: NodeKind, span: Span, at: &granit_parser::Span, tag: Option<&Tag>, anchor: usize) -> NodeId {
        let id = NodeId(self.nodes.len() as u32);
        let mut outer = span;
        if let Some(tag) = at.tag_start().and_then(|tag| tag.byte_offset()) {
            outer.start = outer.start.min(self.places.original(tag) as u32);
        }
        let properties = tag.map(|tag| Box::new(Properties { tag: Some(tag_text(tag)), anchor: None }));
        self.nodes.push(Node { kind, span, outer, properties });
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
            let kind = NodeKind::Scalar { value: CompactString::default(), style: ScalarStyle::Plain };
            self.nodes.push(Node { kind, span: at, outer: at, properties: None });
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
            let kind = NodeKind::Scalar { value: CompactString::default(), style: ScalarStyle::Plain };
            self.nodes.push(Node { kind, span: at, outer: at, properties: None });
        }
        self.nodes.shrink_to_fit();
        self.stream.documents.push(Tree {
            nodes: std::mem::take(&mut self.nodes),
            root: self.root.take(),
            layout: OnceLock::new(),
            named: OnceLock::new(),
        });
    }

    fn error_place(&self, error: &ScanError) -> usize {
        let at = error.marker().byte_offset().map_or(self.end, |at| self.places.original(at));
        self.text.floor_char_boundary(at)
    }

    fn progress(&self) -> Progress {
        let bracket = self.open.iter().rev().find(|open| open.bracketed);
        Progress { end: self.end, bracket: bracket.map(|open| self.nodes[open.node.0 as usize].span.start()) }
    }

    fn broken(&mut self, kind: &ErrorKind, at: usize) {
        self.stream.problems.push(problem::of(kind, self.text, self.progress(), at));
        self.close_document();
    }

    /// The last place that is known to be no part of the next node.
    fn read_to(&self) -> usize {
        let parent = self.open.last().map_or(0, |open| self.nodes[open.node.0 as usize].span.start());
        self.end.max(parent)
    }

    /// Where a node without content lies: right behind what calls for it. granit puts the value of `key:` before the `:`,
    /// and a last one behind the blanks that follow.
    fn empty_at(&self, at: usize, bare: bool) -> usize {
        let value = self.open.last().is_some_and(|open| open.mapping && !(self.children.len() - open.children).is_multiple_of(2));
        if value && bare {
            // `:a` would be the next key.
            let flow = self.open.last().is_some_and(|open| self.nodes[open.node.0 as usize].kind.is_flow());
            let behind = if flow { " \t\r\n,[]{}" } else { " \t\r\n" };
            let ends = |colon: &usize| self.text[colon + 1..].chars().next().is_none_or(|next| behind.contains(next));
            let colon = find_indicator(self.text, self.read_to(), b":", b"").filter(ends);
            return colon.map_or(self.read_to(), |colon| colon + 1);
        }
        self.text[..at].trim_end_matches([' ', '\t', '\r', '\n']).len().max(self.read_to())
    }

    /// Behind the last `...` that opens a line before `start`, or where reading stopped.
    fn behind_end_markers(&self, start: usize) -> usize {
        let skipped = self.text.get(self.end..start).unwrap_or_default();
        let opens_line = |at: usize| skipped[..at].is_empty() || skipped[..at].ends_with(['\n', '\r', '\u{feff}']);
        let marker = skipped.rmatch_indices("...").find(|&(at, _)| opens_line(at));
        self.end + marker.map_or(0, |(at, marker)| at + marker.len())
    }

    /// granit begins a sequence that is not indented below its key (YAML 1.2.2, 8.2.1) behind the first `-`.
    fn sequence_start(&self, at: usize) -> usize {
        match self.open.last() {
            Some(open) if open.mapping => {
                find_indicator(self.text, self.read_to(), b"-", b":?").filter(|&dash| dash <= at).unwrap_or(at)
            }
            _ => at,
        }
    }

    /// granit ends the last line of a block scalar also where the text does not; go-yaml keeps to the text.
    fn without_added_newline(&self, mut value: CompactString, end: usize) -> CompactString {
        let last_line = self.text.trim_end_matches([' ', '\t']);
        if end == self.text.len() && !last_line.ends_with(['\n', '\r']) && value.ends_with('\n') {
            value.pop();
        }
        value
    }

    /// From the header to the last non-blank byte; granit begins behind the header and ends before the next token.
    fn block_scalar(&self, start: usize, end: usize) -> Span {
        let Some(header) = find_indicator(self.text, self.read_to(), b"|>", b":-?").filter(|&header| header <= start) else {
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
pub(super) fn find_indicator(text: &str, from: usize, wanted: &[u8], skipped: &[u8]) -> Option<usize> {
    let bytes = text.as_bytes();
    let blank = |byte: u8| matches!(byte, b' ' | b'\t' | b'\r' | b'\n');
    let mut at = from;
    while let Some(&byte) = bytes.get(at) {
        match byte {
            byte if wanted.contains(&byte) => return Some(at),
            byte if blank(byte) || skipped.contains(&byte) => at += 1,
            b'#' => at += line_length(&bytes[at..]),
            b'&' | b'!' if !skipped.is_empty() => at += bytes[at..].iter().position(|&byte| blank(byte))?,
            0xEF if bytes[at..].starts_with("\u{feff}".as_bytes()) => at += "\u{feff}".len(),
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
