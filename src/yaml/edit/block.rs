//! Entries and items in lines of their own.

use super::layout::is_block;
use super::refusal::{Reason, Refusal};
use super::write::{self, Style, spaces};
use super::{Change, Editor, Inserted, Plan, Position, characters_before, children, lines};
use crate::source::Span;
use crate::yaml::build::find_indicator;
use crate::yaml::tree::{Node, NodeId, NodeKind, ScalarStyle};

impl Editor<'_> {
    pub(super) fn block_changes(&self, id: NodeId, plan: &Plan, changes: &mut Vec<Change>) -> Result<(), Refusal> {
        let spans = self.child_spans(id);
        let Some(&first) = spans.first() else { return Err(self.refusal(Reason::Shape, id)) };
        let mut removed = plan.removed.clone();
        let column = characters_before(self.text, first.start());
        let remaining = |index: &usize| !plan.removed.contains(index);
        let last = (0..spans.len()).rev().find(remaining);
        let (mut at_head, mut behind) = (Vec::new(), Vec::new());
        for inserted in &plan.inserted {
            let anchor = match inserted.position {
                Position::End => last,
                Position::After(index) => (0..=index.min(spans.len() - 1)).rev().find(remaining),
                Position::Before(index) => (0..index.min(spans.len())).rev().find(remaining),
            };
            match anchor {
                Some(index) => behind.push((index, inserted)),
                None => at_head.push(inserted),
            }
        }
        if last.is_none() && plan.inserted.is_empty() {
            let empty = if matches!(self.tree.node(id).kind, NodeKind::Mapping { .. }) { "{}" } else { "[]" };
            match self.place_of_value(id).filter(|_| lines::opens(self.text, first.start())) {
                Some(place) => changes.push(Change { span: Span::empty(place), text: format!(" {empty}") }),
                None => {
                    changes.push(Change { span: first, text: empty.to_owned() });
                    removed.remove(&0);
                }
            }
        }
        if !at_head.is_empty() {
            let fits = !removed.contains(&0) || self.literal_fits_behind(first);
            let lines: Vec<_> = at_head.iter().map(|inserted| self.entry(id, inserted, column, fits)).collect();
            let text = lines.join(&format!("\n{}", spaces(column)));
            if removed.remove(&0) {
                changes.push(Change { span: first, text });
            } else {
                let text = format!("{text}\n{}", spaces(column));
                changes.push(Change { span: Span::empty(first.start()), text });
            }
        }
        for (index, inserted) in behind {
            let is_last = (index + 1..spans.len()).all(|after| plan.removed.contains(&after));
            self.insert_behind(id, spans[index], inserted, is_last && index + 1 == spans.len(), column, changes)?;
        }
        self.remove_lines(id, &spans, &removed, changes)
    }

    fn entry(&self, id: NodeId, inserted: &Inserted, column: usize, literal: bool) -> String {
        let style = Style { literal, ..self.style(id) };
        match &inserted.key {
            Some(key) => format!("{}:{}", write::key(key, style), write::behind_key(&inserted.value, column, style)),
            None => {
                let style = Style { like: self.like_neighbours(id), ..style };
                format!("- {}", write::behind_dash(&inserted.value, column, style))
            }
        }
    }

    fn literal_fits_behind(&self, span: Span) -> bool {
        let end = lines::end(self.text, span.end());
        span.end() == end && self.literal_fits(end)
    }

    /// Inserts in a new line below a child and the comments that belong to it.
    fn insert_behind(
        &self,
        id: NodeId,
        child: Span,
        inserted: &Inserted,
        is_last: bool,
        column: usize,
        changes: &mut Vec<Change>,
    ) -> Result<(), Refusal> {
        let mut place = lines::end(self.text, child.end());
        let mut line = spaces(column);
        if let Some((leaf, node)) = self.block_scalar_ending_at(child.end()) {
            if place == self.text.len() && !leaf.ends_with('\n') && !leaf.is_empty() {
                // A newline behind it would become a part of it; `-` takes that newline away.
                self.strip_final_newline(node, changes);
            } else if self.keeps_newlines(node) {
                // Blank lines below it are a part of it.
                let (below, _) = lines::skip_blank(self.text, lines::next(self.text, place));
                let newline = self.text[..below].ends_with(['\n', '\r']);
                if !newline {
                    return Err(Refusal::new(Reason::Absorbed, Span::empty(below)));
                }
                let fits = self.literal_fits(lines::end(self.text, below)) && !self.text[below..].trim_start().starts_with('#');
                line.push_str(&self.entry(id, inserted, column, fits));
                line.push('\n');
                changes.push(Change { span: Span::empty(below), text: line });
                return Ok(());
            } else if let Some(line) = self.longer_blank_line(place, column) {
                return Err(Refusal::new(Reason::Absorbed, line));
            }
        }
        let below_parent = self.below_parent(id, column);
        place = self.behind_comments(place, |comment, at| match () {
            () if !is_last => at > column,
            // A sequence that is not indented shares its column with the keys around it.
            () if below_parent => at > column || (at == column && comment.trim_start_matches('#').trim_start().starts_with("- ")),
            () => at >= column,
        });
        let apart = is_last && self.children_are_apart(id);
        line.push_str(&self.entry(id, inserted, column, self.literal_fits(place)));
        changes.push(Change { span: Span::empty(place), text: format!("{}\n{line}", if apart { "\n" } else { "" }) });
        Ok(())
    }

    /// A line of nothing but blanks below the one that ends at `place`, with more of them than `column`: it may be a part of the block
    /// scalar above.
    fn longer_blank_line(&self, place: usize, column: usize) -> Option<Span> {
        let mut at = lines::next(self.text, place);
        while at < self.text.len() {
            let line = Span::new(at, lines::end(self.text, at));
            if !line.slice(self.text).bytes().all(|byte| matches!(byte, b' ' | b'\t')) {
                return None;
            }
            if line.len() > column {
                return Some(line);
            }
            at = lines::next(self.text, line.end());
        }
        None
    }

    /// Whether a collection stands in the column of the mapping around it.
    fn below_parent(&self, id: NodeId, column: usize) -> bool {
        let parent = self.tree.ancestors(id).last().map(|&(parent, _)| parent);
        let parent = parent.and_then(|parent| self.child_span(parent, 0));
        parent.is_some_and(|entry| characters_before(self.text, entry.start()) == column)
    }

    /// Behind the comments in the lines right below the one that ends at `place`, as long as they belong there.
    fn behind_comments(&self, mut place: usize, belongs: impl Fn(&str, usize) -> bool) -> usize {
        let below = |place: usize| self.comments.partition_point(|comment| comment.span.start() < place);
        for comment in &self.comments[below(place)..] {
            let line = lines::next(self.text, place);
            let own = comment.own_line && lines::start(self.text, comment.span.start()) == line && line > place;
            if !own || !belongs(comment.span.slice(self.text), characters_before(self.text, comment.span.start())) {
                break;
            }
            place = comment.span.end();
        }
        place
    }

    /// Whether a blank line parts the last two children.
    fn children_are_apart(&self, id: NodeId) -> bool {
        let Some(last) = children(self.tree, id).checked_sub(1).filter(|last| *last > 0) else { return false };
        let (Some(before), Some(last)) = (self.child_span(id, last - 1), self.child_span(id, last)) else { return false };
        let between = &self.text[before.end().min(last.start())..last.start()];
        let mut lines = between.lines().skip(1).collect::<Vec<_>>();
        lines.pop();
        lines.iter().any(|line| line.trim().is_empty())
    }

    /// The block scalar that ends at a byte, and its value.
    fn block_scalar_ending_at(&self, end: usize) -> Option<(&str, &Node)> {
        let node = self.tree.last_before(end).filter(|node| node.span.end() == end && is_block_scalar(node))?;
        match &node.kind {
            NodeKind::Scalar { value, .. } => Some((value, node)),
            _ => None,
        }
    }

    fn keeps_newlines(&self, node: &Node) -> bool {
        self.header(node).contains('+')
    }

    /// `|`, `>-`, `|2+`, …
    fn header(&self, node: &Node) -> &str {
        let start = node.span.start();
        let length =
            self.text[start..].bytes().take_while(|byte| matches!(byte, b'|' | b'>' | b'+' | b'-' | b'0'..=b'9')).count();
        &self.text[start..start + length]
    }

    fn strip_final_newline(&self, node: &Node, changes: &mut Vec<Change>) {
        let header = self.header(node);
        if header.contains('-') {
            return;
        }
        let stripped = format!("{}-", header.replace('+', ""));
        let span = Span::new(node.span.start(), node.span.start() + header.len());
        if !changes.iter().any(|change| change.span == span) {
            changes.push(Change { span, text: stripped });
        }
    }

    fn remove_lines(
        &self,
        id: NodeId,
        spans: &[Span],
        removed: &std::collections::BTreeSet<usize>,
        changes: &mut Vec<Change>,
    ) -> Result<(), Refusal> {
        let mut removed = removed.clone();
        // The first child may share its line with the dash around it.
        if removed.contains(&0) && !lines::opens(self.text, spans[0].start()) {
            let next = (0..spans.len()).find(|index| !removed.contains(index));
            let between = |next: usize| Span::new(lines::end(self.text, spans[0].end()), spans[next].start());
            match next {
                Some(next) if !self.has_own_comment(between(next)) => {
                    changes.push(Change { span: Span::new(spans[0].start(), spans[next].start()), text: String::new() });
                    removed.retain(|&index| index > next);
                }
                _ => {
                    let start = self.text[..spans[0].start()].trim_end_matches(' ').len();
                    let end = lines::end(self.text, spans[0].end());
                    changes.push(Change { span: Span::new(start, end), text: String::new() });
                    removed.remove(&0);
                }
            }
        }
        for &index in &removed {
            let start = lines::start(self.text, spans[index].start());
            let line_end = lines::end(self.text, spans[index].end());
            let mut span = Span::new(start, lines::next(self.text, line_end));
            let above = self.block_scalar_above(id, index, &removed);
            if let Some(above) = above {
                let (below, blanks) = lines::skip_blank(self.text, span.end());
                if blanks || self.keeps_newlines(above) {
                    span = Span::new(start, below);
                }
                let comment = self.text[below..].trim_start_matches(' ');
                if comment.starts_with('#') && self.text.len() - comment.len() > below {
                    return Err(Refusal::new(Reason::Absorbed, Span::new(below, lines::end(self.text, below))));
                }
            }
            if above.is_none() {
                span = self.without_doubled_blank_lines(span);
            }
            let ends_file = line_end == self.text.len();
            if ends_file && above.is_none() && !removed.contains(&index.wrapping_sub(1)) {
                // The file had no newline at its end and has none then.
                let start = span.start();
                let before = self.text[..start].strip_suffix('\n').map_or(start, str::len);
                span = Span::new(self.text[..before].strip_suffix('\r').map_or(before, str::len), line_end);
            }
            changes.push(Change { span, text: String::new() });
        }
        Ok(())
    }

    /// Whole lines that go, with the blank lines behind them where others stand before them, or nothing; at the end of the text with
    /// those before them.
    fn without_doubled_blank_lines(&self, lines: Span) -> Span {
        let head = if self.text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
        let blank = |line: usize| self.text[line..lines::end(self.text, line)].trim().is_empty();
        let above = |line: usize| lines::above(self.text, line);
        if lines.start() <= head || above(lines.start()).is_some_and(blank) {
            let (below, _) = lines::skip_blank(self.text, lines.end());
            if below < self.text.len() {
                return Span::new(lines.start(), below);
            }
            let mut start = lines.start();
            while let Some(line) = above(start).filter(|&line| line > head && blank(line)) {
                start = line;
            }
            return Span::new(start, below);
        }
        lines
    }

    fn has_own_comment(&self, span: Span) -> bool {
        self.comments.iter().any(|comment| comment.own_line && span.contains(comment.span))
    }

    /// The block scalar that will stand above the place of a removed child.
    fn block_scalar_above(&self, id: NodeId, index: usize, removed: &std::collections::BTreeSet<usize>) -> Option<&Node> {
        let first = (0..=index).rev().take_while(|index| removed.contains(index)).last()?;
        let start = match &self.tree.node(id).kind {
            NodeKind::Mapping { entries, .. } => entries[first].0,
            NodeKind::Sequence { items, .. } => items[first],
            _ => return None,
        };
        let above = NodeId(start.0.checked_sub(1)?);
        Some(self.tree.node(above)).filter(|node| is_block_scalar(node))
    }

    /// An empty collection between brackets where there is room for lines becomes one of lines.
    pub(super) fn blocks_fit(&self, id: NodeId) -> bool {
        let parent = self.tree.ancestors(id).last().map(|&(parent, _)| parent);
        parent.is_some_and(|parent| is_block(self.tree, parent)) && self.place_of_value(id).is_some()
    }

    /// The comma behind a place, past blanks and comments.
    pub(super) fn comma(&self, from: usize) -> Option<usize> {
        find_indicator(self.text, from, b",", b"")
    }
}

fn is_block_scalar(node: &Node) -> bool {
    matches!(node.kind, NodeKind::Scalar { style: ScalarStyle::Literal | ScalarStyle::Folded, .. })
}
