//! Entries and items between brackets.

use serde_json::Value;

use super::refusal::{Reason, Refusal};
use super::write::{self, Style};
use super::{Change, Editor, Inserted, Plan, Position, lines};
use crate::source::Span;
use crate::yaml::tree::{NodeId, NodeKind};

impl Editor<'_> {
    pub(super) fn flow_changes(&self, id: NodeId, plan: &Plan, changes: &mut Vec<Change>) -> Result<(), Refusal> {
        let node = self.tree.node(id);
        if !node.span.slice(self.text).ends_with([']', '}']) {
            // `[a: 1]` holds a mapping without brackets of its own.
            return Err(self.refusal(Reason::Shape, id));
        }
        let spans = self.child_spans(id);
        if plan.removed.len() == spans.len() && !self.has_comment(node.span) {
            return self.refill(id, plan, changes);
        }
        let last = (0..spans.len()).rev().find(|index| !plan.removed.contains(index));
        for inserted in &plan.inserted {
            self.insert_between(id, &spans, plan, last, inserted, changes)?;
        }
        let adds = plan.inserted.iter().any(|new| new.position == Position::End);
        let tail = last.map_or(spans.len(), |last| last + 1);
        let whole_tail = self.remove_tail(&spans, tail, adds, changes);
        for &index in plan.removed.iter().filter(|&&index| !whole_tail || index < tail) {
            self.remove_between(&spans, index, changes);
        }
        Ok(())
    }

    /// Removes the children from `tail` on with the comma before them, or only that comma where comments or lines are to stay:
    /// then it is `false`.
    fn remove_tail(&self, spans: &[Span], tail: usize, adds: bool, changes: &mut Vec<Change>) -> bool {
        let (Some(before), Some(end)) = (tail.checked_sub(1), spans.last()) else { return false };
        let Some(comma) = self.comma(spans[before].end()).filter(|_| tail < spans.len()) else { return false };
        let span = match self.comma(end.end()) {
            Some(last) => Span::new(comma + 1, last + 1),
            None => Span::new(comma, end.end()),
        };
        let whole = !self.has_comment(span) && !lines::opens(self.text, spans[tail].start());
        if whole {
            changes.push(Change { span, text: String::new() });
        } else if span.start() == comma && !adds {
            changes.push(Change { span: Span::new(comma, comma + 1), text: String::new() });
        }
        whole
    }

    /// A collection of which nothing stays: `[]`, or only what is new.
    fn refill(&self, id: NodeId, plan: &Plan, changes: &mut Vec<Change>) -> Result<(), Refusal> {
        let mapping = matches!(self.tree.node(id).kind, NodeKind::Mapping { .. });
        let value = if mapping {
            let entries = plan.inserted.iter().filter_map(|new| Some((new.key.clone()?, new.value.clone())));
            Value::Object(entries.collect())
        } else {
            Value::Array(plan.inserted.iter().map(|new| new.value.clone()).collect())
        };
        if !plan.inserted.is_empty() && self.blocks_fit(id) && plan.removed.is_empty() {
            return self.set_changes(id, &value, changes);
        }
        let style = Style { flow: true, like: self.like_neighbours(id), ..self.style(id) };
        changes.push(Change { span: self.tree.node(id).span, text: write::block(&value, 0, style) });
        Ok(())
    }

    fn insert_between(
        &self,
        id: NodeId,
        spans: &[Span],
        plan: &Plan,
        last: Option<usize>,
        inserted: &Inserted,
        changes: &mut Vec<Change>,
    ) -> Result<(), Refusal> {
        let style = Style { flow: true, literal: false, like: self.like_neighbours(id), ..self.style(id) };
        let value = write::block(&inserted.value, 0, if inserted.key.is_some() { Style { like: None, ..style } } else { style });
        let text = match &inserted.key {
            Some(key) => format!("{}: {value}", write::key(key, style)),
            None => value,
        };
        let remaining = |index: &usize| !plan.removed.contains(index);
        let anchor = match inserted.position {
            Position::End => last,
            Position::After(index) => (0..=index).rev().filter(|index| *index < spans.len()).find(remaining),
            Position::Before(index) => (0..index.min(spans.len())).rev().find(remaining),
        };
        let Some(anchor) = anchor else {
            return match (0..spans.len()).find(remaining) {
                Some(first) => {
                    let text = format!("{text}, ");
                    changes.push(Change { span: Span::empty(spans[first].start()), text });
                    Ok(())
                }
                // Everything goes and comments stay between the brackets.
                None => {
                    let open = self.tree.node(id).span.start() + 1;
                    changes.push(Change { span: Span::empty(open), text: format!("{text},") });
                    Ok(())
                }
            };
        };
        let span = spans[anchor];
        let own_line = lines::opens(self.text, span.start());
        let comma = self.comma(span.end());
        let in_line = |comma: usize| lines::start(self.text, comma) == lines::start(self.text, span.end());
        let closes_line = |at: usize| {
            let rest = self.text[at..lines::end(self.text, at)].trim_start();
            rest.is_empty() || rest.starts_with('#')
        };
        // Each child in a line of its own.
        let behind = comma.filter(|&comma| in_line(comma)).map_or(span.end(), |comma| comma + 1);
        if own_line && closes_line(behind) {
            let is_last = (anchor + 1..spans.len()).all(|index| plan.removed.contains(&index));
            let indentation = &self.text[lines::start(self.text, span.start())..span.start()];
            let mut text = format!("\n{indentation}{text}");
            match comma {
                // The comma of the last child is there, the new one gets its own.
                Some(comma) if in_line(comma) && (is_last || anchor + 1 < spans.len()) => text.push(','),
                Some(_) => text.push(','),
                None => self.add_comma(span.end(), changes),
            }
            if comma.is_some_and(|comma| !in_line(comma)) {
                // A comma at the head of the next line.
                changes
                    .push(Change { span: Span::empty(span.end()), text: format!(", {}", text.trim_matches([',', '\n', ' '])) });
                return Ok(());
            }
            changes.push(Change { span: Span::empty(lines::end(self.text, behind)), text });
            return Ok(());
        }
        changes.push(Change { span: Span::empty(span.end()), text: format!(", {text}") });
        Ok(())
    }

    fn add_comma(&self, at: usize, changes: &mut Vec<Change>) {
        let comma = Change { span: Span::empty(at), text: ",".to_owned() };
        if !changes.contains(&comma) {
            changes.push(comma);
        }
    }

    fn remove_between(&self, spans: &[Span], index: usize, changes: &mut Vec<Change>) {
        let span = spans[index];
        let comma = self.comma(span.end());
        let end = comma.map_or(span.end(), |comma| comma + 1);
        let line_end = lines::end(self.text, end);
        let rest = self.text[end..line_end].trim_start();
        let own_line = lines::opens(self.text, span.start());
        if own_line && (rest.is_empty() || rest.starts_with('#')) && !self.has_comment(Span::new(span.start(), end)) {
            let start = lines::start(self.text, span.start());
            changes.push(Change { span: Span::new(start, lines::next(self.text, line_end)), text: String::new() });
            return;
        }
        // Up to the next child when only blanks lie between, else no further than the comma.
        let next = spans.get(index + 1).map(|next| next.start()).filter(|&next| {
            next >= end
                && self.text[end..next].bytes().all(|byte| matches!(byte, b' ' | b'\t'))
                && !self.has_comment(Span::new(span.end(), end))
        });
        if self.has_comment(Span::new(span.end(), end)) {
            changes.push(Change { span, text: String::new() });
            changes.push(Change { span: Span::new(end - 1, end), text: String::new() });
        } else {
            changes.push(Change { span: Span::new(span.start(), next.unwrap_or(end)), text: String::new() });
        }
    }

    pub(super) fn has_comment(&self, span: Span) -> bool {
        let from = self.comments.partition_point(|comment| comment.span.start() < span.start());
        self.comments.get(from).is_some_and(|comment| comment.span.start() < span.end())
    }
}
