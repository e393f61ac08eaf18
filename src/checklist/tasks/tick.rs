//! Boxes as they should be: ticked where what decides the item holds, and not where it does not.

use std::ops::Range;

use super::{Task, replaced, tasks};
use crate::checklist::State;

/// A text with its boxes as they should be.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Ticked {
    pub text: String,
    pub ticked: usize,
    pub unticked: usize,
    /// The items that were left as they are, with the line of each and why.
    pub left: Vec<(usize, String)>,
}

/// A mark that names nothing that there is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnknownName {
    pub line: usize,
    pub message: String,
}

/// Sets the boxes of marked items by what their names say. What was not looked at, and what does not apply, says nothing: the box stays.
pub fn tick(text: &str, state: impl Fn(&str) -> Result<State, String>) -> Result<Ticked, Vec<UnknownName>> {
    let mut edits: Vec<(Range<usize>, String)> = Vec::new();
    let mut ticked = Ticked::default();
    let mut unknown = Vec::new();
    for task in tasks(text) {
        let Some(mark) = &task.mark else { continue };
        let line = line(text, task.letter.start);
        let mut states = Vec::new();
        for (name, _) in &mark.names {
            match state(name) {
                Ok(state) => states.push(state),
                Err(message) => unknown.push(UnknownName { line, message }),
            }
        }
        match (together(&states), task.ticked) {
            (Ok(true), false) => {
                ticked.ticked += 1;
                edits.push((task.letter.clone(), "x".to_owned()));
            }
            (Ok(false), true) => {
                ticked.unticked += 1;
                edits.push((task.letter.clone(), " ".to_owned()));
            }
            (Ok(_), _) => {}
            (Err(why), _) => ticked.left.push((line, format!("{}: {why}", short(&task)))),
        }
    }
    if !unknown.is_empty() {
        return Err(unknown);
    }
    ticked.text = replaced(text, &edits);
    Ok(ticked)
}

/// Whether all of them hold; an error where that cannot be said.
fn together(states: &[State]) -> Result<bool, &'static str> {
    let any = |wanted: &[State]| states.iter().any(|state| wanted.contains(state));
    match () {
        () if any(&[State::Fail, State::ManualOpen]) => Ok(false),
        () if any(&[State::NotCollected]) => Err("it was not looked at"),
        () if any(&[State::Pass, State::ManualSigned, State::Waived]) => Ok(true),
        () if states.is_empty() => Err("its mark names nothing"),
        () => Err("it does not apply here"),
    }
}

fn line(text: &str, offset: usize) -> usize {
    text.as_bytes()[..offset.min(text.len())].iter().filter(|byte| **byte == b'\n').count() + 1
}

fn short(task: &Task) -> String {
    let words: Vec<&str> = task.text.split_whitespace().take(8).collect();
    words.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn state(name: &str) -> Result<State, String> {
        Ok(match name {
            "good" => State::Pass,
            "signed" => State::ManualSigned,
            "bad" => State::Fail,
            "open" => State::ManualOpen,
            "unseen" => State::NotCollected,
            "none" => State::NotApplicable,
            other => return Err(format!("there is no `{other}`")),
        })
    }

    #[test]
    fn only_the_letters_in_boxes_change() {
        let text = "# A\r\n\r\n- [ ] a <!-- shipworthy: good -->\r\n* [x] b   <!-- shipworthy: bad -->\r\n- [X] c <!-- shipworthy: signed, good -->\r\n- [x] d\r\n  - [ ] e <!-- shipworthy: good, open -->\r\n\ttrailing";
        let ticked = tick(text, state).unwrap();
        let expected = text.replace("- [ ] a", "- [x] a").replace("* [x] b", "* [ ] b");
        assert_eq!(ticked.text, expected);
        assert_eq!((ticked.ticked, ticked.unticked, ticked.left.len()), (1, 1, 0));
        assert_eq!(tick(&ticked.text, state).unwrap().text, ticked.text, "again changes nothing");
    }

    #[test]
    fn what_says_nothing_leaves_the_box() {
        let text = "- [x] a <!-- shipworthy: unseen -->\n- [ ] b <!-- shipworthy: none -->\n- [x] c <!-- shipworthy: unseen, bad -->\n- [ ] d <!-- shipworthy: -->\n";
        let ticked = tick(text, state).unwrap();
        assert_eq!(ticked.text, text.replace("[x] c", "[ ] c"));
        assert_eq!(ticked.left.iter().map(|(line, _)| *line).collect::<Vec<_>>(), [1, 2, 4]);
    }

    #[test]
    fn an_unknown_name_changes_nothing() {
        let text = "- [ ] a <!-- shipworthy: good -->\n- [ ] b <!-- shipworthy: goood -->\n";
        let unknown = tick(text, state).unwrap_err();
        assert_eq!((unknown[0].line, unknown[0].message.as_str()), (2, "there is no `goood`"));
    }
}
