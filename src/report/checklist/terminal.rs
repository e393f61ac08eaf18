//! The checklist in a terminal: the verdict first, then the matrix, then each control that somebody has to look at.

use std::fmt::Write as _;

use anstyle::Style as Ansi;

use super::{Checklist, word};
use crate::checklist::{ControlResult, State};
use crate::report::style::{BOLD, DIM, ERROR, GOOD, HINT};
use crate::report::{matrix, visible, wrap};

/// Of much evidence this much is shown.
const MOST_EVIDENCE: usize = 4;

pub(super) fn text(checklist: &Checklist<'_>) -> String {
    let style = checklist.style;
    let audit = checklist.audit;
    let mut text = String::new();
    for error in checklist.errors {
        let _ = writeln!(text, "{} {}: {}", style.paint(ERROR, "error"), visible(&error.path), visible(&error.message));
    }
    let table = matrix::table(&audit.matrix, style);
    if !table.is_empty() {
        let _ = writeln!(text, "{table}");
    }
    if checklist.verbose {
        let details = matrix::details(&audit.matrix, style, true);
        if !details.is_empty() {
            let _ = writeln!(text, "{details}");
        }
    }
    for list in &audit.lists {
        let _ = writeln!(text, "{}", style.paint(BOLD, visible(&list.title)));
        for state in State::ALL {
            let mut controls: Vec<&ControlResult> = list.controls.iter().filter(|control| control.state == state).collect();
            controls.sort_by_key(|control| std::cmp::Reverse(control.severity));
            if is_brief(state) && !checklist.verbose {
                brief(&mut text, checklist, state, &controls);
            } else {
                controls.iter().for_each(|control| full(&mut text, checklist, control));
            }
        }
        text.push('\n');
    }
    for note in &audit.notes {
        let kind = if note.lapsed { style.paint(ERROR, "lapsed") } else { style.paint(HINT, "note") };
        let _ = writeln!(text, "{kind} {}:{}: {}", visible(&note.path), note.line, visible(&note.message));
    }
    if !audit.notes.is_empty() {
        text.push('\n');
    }
    let good = !audit.stops() && !checklist.incomplete;
    let _ = writeln!(text, "{}", style.paint(if good { GOOD } else { ERROR }, checklist.verdict()));
    let _ = writeln!(text, "  {}", checklist.counts());
    if audit.summary.manual_open > 0 {
        let command = "shipworthy checklist sign CONTROL --by NAME --statement TEXT --until DATE";
        let _ = writeln!(text, "  {}: {command}", style.paint(HINT, "sign"));
    }
    if audit.summary.fail + audit.summary.not_collected > 0 {
        let command = "shipworthy checklist waive CONTROL --by NAME --reason TEXT --until DATE";
        let _ = writeln!(text, "  {}: {command}", style.paint(HINT, "waive"));
    }
    text
}

/// What nobody has to look at is named and no more.
const fn is_brief(state: State) -> bool {
    matches!(state, State::Pass | State::NotApplicable)
}

fn brief(text: &mut String, checklist: &Checklist<'_>, state: State, controls: &[&ControlResult]) {
    if controls.is_empty() {
        return;
    }
    let names: Vec<&str> = controls.iter().map(|control| own_name(control)).collect();
    let style = checklist.style;
    let lines = wrap(&names.join(", "), style.width.saturating_sub(8));
    for (index, line) in lines.iter().enumerate() {
        let head = if index == 0 { format!("{:6}", word(state)) } else { " ".repeat(6) };
        let _ = writeln!(text, "{} {line}", style.paint(paint(state), head));
    }
}

fn full(text: &mut String, checklist: &Checklist<'_>, control: &ControlResult) {
    let style = checklist.style;
    let state = style.paint(paint(control.state), format!("{:6}", word(control.state)));
    let name = style.paint(BOLD, visible(own_name(control)));
    let _ =
        writeln!(text, "{state} {name} {} {}", visible(&control.title), style.paint(DIM, format_args!("({})", control.severity)));
    for line in wrap(&visible(&control.reason), style.width.saturating_sub(7)) {
        let _ = writeln!(text, "       {line}");
    }
    let most = if checklist.verbose { usize::MAX } else { MOST_EVIDENCE };
    let placed: Vec<_> = control.evidence.iter().filter(|evidence| evidence.path.is_some()).collect();
    for evidence in placed.iter().take(most) {
        let rule = evidence.rule.map(|rule| format!(" {rule}")).unwrap_or_default();
        let place = visible(&evidence.place()).into_owned();
        let words = visible(&evidence.text).into_owned();
        let words = if control.reason.starts_with(&evidence.text) { String::new() } else { format!(" {words}") };
        let words = cut(&words, style.width.saturating_sub(9 + place.len() + rule.len()), style.ellipsis());
        let _ = writeln!(text, "         {}{}{words}", style.paint(HINT, place), style.paint(DIM, rule));
    }
    if placed.len() > most {
        let _ = writeln!(text, "         {}", style.paint(DIM, format_args!("and {} more: --verbose", placed.len() - most)));
    }
}

/// The name behind the list's; a name alone finds it.
fn own_name(control: &ControlResult) -> &str {
    control.id.split_once('/').map_or(&control.id, |(_, own)| own)
}

/// As many characters as fit.
fn cut(text: &str, limit: usize, ellipsis: &str) -> String {
    if text.chars().count() <= limit.max(20) {
        return text.to_owned();
    }
    let kept: String = text.chars().take(limit.max(20).saturating_sub(ellipsis.len())).collect();
    format!("{kept}{ellipsis}")
}

const fn paint(state: State) -> Ansi {
    match state {
        State::Pass | State::ManualSigned => GOOD,
        State::Fail | State::ManualOpen | State::NotCollected => ERROR,
        State::Waived => HINT,
        State::NotApplicable => DIM,
    }
}
