//! A checklist written down: for the terminal, as JSON, Markdown and JUnit XML.

pub(super) mod json;
mod junit;
mod markdown;
mod terminal;

use std::io::{self, Write};

use super::{Format, Run, Style, counted};
use crate::checklist::{Audit, State};
use crate::triage::FileError;

pub use json::schema;

/// What is written down.
#[derive(Debug, Clone, Copy)]
pub struct Checklist<'a> {
    pub audit: &'a Audit,
    /// Files that could not be read or judged, and what was not seen.
    pub errors: &'a [FileError],
    /// Something that was asked for could not be looked at.
    pub incomplete: bool,
    /// What every answer rests on, also of those that pass.
    pub verbose: bool,
    pub style: Style,
    /// The findings behind it, for the page.
    pub run: Option<Run<'a>>,
}

/// How a checklist is written down.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, clap::ValueEnum)]
#[value(rename_all = "lower")]
pub enum ChecklistFormat {
    /// The verdict, the service matrix, and each control with what decided it
    #[default]
    Full,
    /// One JSON document with everything
    Json,
    /// For a ticket, a wiki or the summary of a CI step
    Markdown,
    /// JUnit XML: a suite for each list, a case for each control
    Junit,
    /// One page with services, controls and findings, to be kept, printed and signed
    Html,
}

/// Writes a checklist.
pub fn write(format: ChecklistFormat, checklist: &Checklist<'_>, out: &mut dyn Write) -> io::Result<()> {
    let text = match format {
        ChecklistFormat::Full => terminal::text(checklist),
        ChecklistFormat::Json => json::text(checklist),
        ChecklistFormat::Markdown => markdown::text(checklist),
        ChecklistFormat::Junit => junit::text(checklist)?,
        ChecklistFormat::Html => {
            let page = checklist.run.map(|run| Run { checklist: Some(checklist), ..run });
            return page.map_or(Ok(()), |run| super::write(Format::Html, &run, out));
        }
    };
    out.write_all(text.as_bytes())
}

impl Checklist<'_> {
    /// May this go to production? In one sentence.
    pub(super) fn verdict(&self) -> String {
        let summary = &self.audit.summary;
        let part = |count: usize, one: &str, several: &str| match count {
            0 => None,
            1 => Some(format!("1 {one}")),
            count => Some(format!("{count} {several}")),
        };
        let open = [
            part(summary.fail, "control fails", "controls fail"),
            part(summary.manual_open, "waits for a person", "wait for a person"),
            part(summary.not_collected, "was not looked at", "were not looked at"),
        ];
        let open: Vec<String> = open.into_iter().flatten().collect();
        let open = if open.is_empty() { String::new() } else { format!(": {}", open.join(", ")) };
        match () {
            () if self.incomplete => format!("Incomplete{open}"),
            () if self.audit.stops() => format!("Not worthy of shipping{open}"),
            () if open.is_empty() => "Worthy of shipping".to_owned(),
            () => format!("Worthy of shipping by the gate that is configured{open}"),
        }
    }

    /// What became of the controls, as counts.
    pub(super) fn counts(&self) -> String {
        let summary = &self.audit.summary;
        let rest = [
            (summary.pass, "pass"),
            (summary.manual_signed, "signed"),
            (summary.waived, "waived"),
            (summary.not_applicable, "not applicable"),
        ];
        let rest: Vec<String> =
            rest.iter().filter(|(count, _)| *count > 0).map(|(count, word)| format!("{count} {word}")).collect();
        let all = counted(self.audit.controls().count(), "control");
        if rest.is_empty() { all } else { format!("{all}; {}", rest.join(", ")) }
    }
}

/// The state in a table: what stops a release stands out without any colour.
const fn word(state: State) -> &'static str {
    match state {
        State::Pass => "pass",
        State::Fail => "FAIL",
        State::Waived => "waived",
        State::ManualOpen => "OPEN",
        State::ManualSigned => "signed",
        State::NotApplicable => "n/a",
        State::NotCollected => "UNSEEN",
    }
}
