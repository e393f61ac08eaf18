//! Checklists that a team keeps in Markdown: `- [ ]` items, and the marks that tie them to controls and rules.
//!
//! A mark is a comment at the end of an item: `- [ ] Change default passwords <!-- shipworthy: no-default-credentials -->`. Nothing but marks and the
//! letter in the box is ever written; every other byte of the file stays.

mod propose;
mod tick;

use std::ops::Range;

use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};

pub use propose::{Proposal, propose};
pub use tick::{Ticked, UnknownName, tick};

/// How a mark begins, without the blanks.
const BEGIN: &str = "<!--";
const END: &str = "-->";
const NAME: &str = "shipworthy:";

/// An item with a box.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Task {
    /// The letter in the box: a blank or an `x`.
    pub letter: Range<usize>,
    pub ticked: bool,
    /// The words of the item itself, without those of items below it.
    pub text: String,
    /// Where its words end: a mark goes here.
    pub end: usize,
    pub mark: Option<Mark>,
}

/// A mark that ties an item to what decides it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mark {
    pub span: Range<usize>,
    /// Controls or rules, each with its place.
    pub names: Vec<(String, Range<usize>)>,
}

/// The items with boxes of a text, in their order; those in code are none.
pub fn tasks(text: &str) -> Vec<Task> {
    let mut tasks: Vec<Task> = Vec::new();
    // Of each item that is open, the place of its task; nothing is added to it once an item below it has begun.
    let mut open: Vec<Option<usize>> = Vec::new();
    let mut closed: Vec<bool> = Vec::new();
    for (event, range) in Parser::new_ext(text, Options::ENABLE_TASKLISTS | Options::ENABLE_TABLES).into_offset_iter() {
        match event {
            Event::Start(Tag::Item) => {
                if let Some(last) = closed.last_mut() {
                    *last = true;
                }
                open.push(None);
                closed.push(false);
            }
            Event::End(TagEnd::Item) => {
                open.pop();
                closed.pop();
            }
            Event::TaskListMarker(ticked) => {
                let Some(letter) = letter(text, &range) else { continue };
                if let Some(item) = open.last_mut() {
                    *item = Some(tasks.len());
                    tasks.push(Task { end: letter.end + 1, letter, ticked, text: String::new(), mark: None });
                }
            }
            event => {
                let (Some(Some(task)), Some(false)) = (open.last(), closed.last()) else { continue };
                add(text, &mut tasks[*task], &event, range);
            }
        }
    }
    tasks
}

/// Takes a part of an item.
fn add(text: &str, task: &mut Task, event: &Event<'_>, range: Range<usize>) {
    match event {
        Event::Text(words) | Event::Code(words) => {
            task.text.push_str(words);
            task.end = task.end.max(trimmed_end(text, &range));
        }
        Event::SoftBreak | Event::HardBreak => task.text.push(' '),
        Event::InlineHtml(_) | Event::Html(_) => match mark(text, &range) {
            Some(mark) if task.mark.is_none() => task.mark = Some(mark),
            Some(_) => {}
            None => task.end = task.end.max(trimmed_end(text, &range)),
        },
        Event::End(TagEnd::Emphasis | TagEnd::Strong | TagEnd::Link | TagEnd::Image | TagEnd::Strikethrough) => {
            task.end = task.end.max(range.end);
        }
        _ => {}
    }
}

/// The letter between the brackets of a box.
fn letter(text: &str, range: &Range<usize>) -> Option<Range<usize>> {
    let open = range.start + text.get(range.clone())?.find('[')?;
    let close = open + text.get(open..)?.find(']')?;
    (close == open + 2).then_some(open + 1..close)
}

/// A comment as a mark, where it is one.
fn mark(text: &str, range: &Range<usize>) -> Option<Mark> {
    let comment = text.get(range.clone())?;
    let start = comment.find(BEGIN)?;
    let length = comment[start..].find(END)? + END.len();
    let whole = range.start + start..range.start + start + length;
    let inside = &comment[start + BEGIN.len()..start + length - END.len()];
    let names = inside.trim_start().strip_prefix(NAME)?;
    let mut at = whole.end - END.len() - names.len();
    let mut found = Vec::new();
    for part in names.split(',') {
        let name = part.trim();
        let from = at + (part.len() - part.trim_start().len());
        if !name.is_empty() {
            found.push((name.to_owned(), from..from + name.len()));
        }
        at += part.len() + 1;
    }
    Some(Mark { span: whole, names: found })
}

fn trimmed_end(text: &str, range: &Range<usize>) -> usize {
    range.start + text.get(range.clone()).unwrap_or_default().trim_end().len()
}

/// The text with other words in some places, which are sorted and do not overlap.
fn replaced(text: &str, edits: &[(Range<usize>, String)]) -> String {
    let mut after = String::with_capacity(text.len() + edits.len() * 64);
    let mut at = 0;
    for (range, words) in edits {
        after.push_str(&text[at..range.start]);
        after.push_str(words);
        at = range.end;
    }
    after.push_str(&text[at..]);
    after
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> Vec<String> {
        let mark = |task: &Task| {
            task.mark.as_ref().map_or(String::new(), |mark| {
                let names: Vec<&str> = mark.names.iter().map(|(name, _)| name.as_str()).collect();
                format!(" = {}", names.join("+"))
            })
        };
        tasks(text)
            .iter()
            .map(|task| format!("{}{}{}", if task.ticked { "x " } else { "" }, task.text.trim(), mark(task)))
            .collect()
    }

    #[test]
    fn items_with_boxes_are_read_wherever_they_stand() {
        let text = "# List\n\n- [ ] one\n  - [x] below *one*\n    more\n- [X] two <!-- shipworthy: a/b, c -->\n* no box\n1. [ ] three `code`\n\n> - [ ] quoted\n\n```\n- [ ] code\n```\n\n    - [ ] code too\n";
        assert_eq!(shown(text), ["one", "x below one more", "x two = a/b+c", "three code", "quoted"]);
        for task in tasks(text) {
            assert!(matches!(&text[task.letter.clone()], " " | "x" | "X"), "{task:?}");
            assert!(text.is_char_boundary(task.end), "{task:?}");
        }
    }

    #[test]
    fn marks_know_their_places() {
        let text = "- [ ] Ünï **bold** <!--shipworthy:x/y ,  z-->\r\n- [ ] other <!-- a comment -->\r\n";
        let tasks = tasks(text);
        let mark = tasks[0].mark.as_ref().unwrap();
        assert_eq!(&text[mark.span.clone()], "<!--shipworthy:x/y ,  z-->");
        assert_eq!(mark.names.iter().map(|(_, place)| &text[place.clone()]).collect::<Vec<_>>(), ["x/y", "z"]);
        assert_eq!(&text[..tasks[0].end], "- [ ] Ünï **bold**");
        assert!(tasks[1].mark.is_none());
        assert!(text[..tasks[1].end].ends_with("-->"), "a mark goes behind other comments");
    }

    #[test]
    fn no_text_makes_it_panic() {
        for text in [
            "- [ ]",
            "- [ ] ",
            "- [x]a",
            "- [ ] <!-- shipworthy:",
            "- [ ] <!-- shipworthy: -->",
            "[ ] a",
            "- [ ]\u{a0}b",
            "-\t[ ]\tc\r",
        ] {
            for task in tasks(text) {
                assert!(task.end <= text.len() && task.letter.end <= text.len(), "{text:?}");
            }
        }
        let deep: String = (0..300).map(|depth| format!("{}- [ ] a\n", "  ".repeat(depth))).collect();
        assert!(!tasks(&deep).is_empty());
    }
}
