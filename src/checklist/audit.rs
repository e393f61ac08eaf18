//! The whole: what rules and people say of each control, and what that means for the release.

use std::path::Path;

use jiff::civil::Date;
use rustc_hash::FxHashSet;

use super::decide::{Answer, Seen, decide, short};
use super::document::Control;
use super::lists::Lists;
use super::records::{Record, RecordKind, Records};
use super::{Audit, ControlResult, ListResult, Note, RecordShown, State, Summary, applies, digest};
use crate::config::{Config, Globs, Stopping};
use crate::matrix::Matrix;
use crate::project::Project;
use crate::rules::Registry;
use crate::triage::{Outcome, Suppressed, SuppressedBy};

/// A waiver holds for as many days unless the configuration says otherwise.
const LONGEST_WAIVER_DAYS: u16 = 180;
const WARN_DAYS: u16 = 14;

/// What a checklist is made from.
pub struct Request<'a> {
    pub project: &'a Project,
    pub registry: &'a Registry,
    pub config: &'a Config,
    pub lists: &'a Lists,
    pub records: &'a Records,
    /// The folder in which commands of lists may be run; `None` where they may not.
    pub commands: Option<&'a Path>,
}

/// Decides every control. Waivers of rules are applied to the outcome first.
pub fn audit(request: &Request<'_>, outcome: &mut Outcome) -> Audit {
    let Request { project, registry, config, lists, records, commands } = *request;
    let settings = &config.file.checklist;
    let mut book = Book::new(project, config, records);
    book.waive_rules(project, registry, outcome);
    let matrix = Matrix::of(project, outcome);
    let seen = Seen { project, registry, outcome, matrix: &matrix, commands };
    let not_applicable = |id: &str| {
        let mut entries = settings.not_applicable.iter();
        entries.find(|(name, _)| name.get_ref() == id || id.split_once('/').is_some_and(|(_, own)| own == name.get_ref()))
    };
    let mut results = Vec::new();
    for ready in &lists.lists {
        let list = &ready.list;
        let mut controls = Vec::new();
        for (control, (rules, live)) in list.controls.iter().zip(&ready.rules) {
            let id = format!("{}/{}", list.id, control.id);
            let answer = match (not_applicable(&id), applies::reason(project, &control.applies)) {
                (Some((_, reason)), _) => plain(State::NotApplicable, reason.get_ref().clone()),
                (None, Some(reason)) => plain(State::NotApplicable, reason),
                (None, None) => decide(&seen, control, rules, live),
            };
            controls.push(book.decided(project, id, control, answer));
        }
        let (id, title, about) = (list.id.clone(), list.title.clone(), list.about.trim().to_owned());
        results.push(ListResult { id, title, about, controls });
    }
    book.look_at_the_rest(lists, registry);
    let gate: Vec<Stopping> = match &settings.gate {
        Some(gate) => gate.iter().map(|stopping| *stopping.get_ref()).collect(),
        None => Stopping::ALL.to_vec(),
    };
    let mut notes = book.notes;
    notes.sort_by_key(|note| note.line);
    let summary = summary(&results, gate);
    Audit { summary, matrix, lists: results, notes }
}

fn plain(state: State, reason: String) -> Answer {
    Answer { state, reason, evidence: Vec::new(), subjects: Vec::new() }
}

fn summary(lists: &[ListResult], gate: Vec<Stopping>) -> Summary {
    let states: Vec<State> = lists.iter().flat_map(|list| &list.controls).map(|control| control.state).collect();
    let count = |state: State| states.iter().filter(|other| **other == state).count();
    Summary {
        worthy: !states.iter().any(|state| state.stops(&gate)),
        pass: count(State::Pass),
        fail: count(State::Fail),
        waived: count(State::Waived),
        manual_open: count(State::ManualOpen),
        manual_signed: count(State::ManualSigned),
        not_applicable: count(State::NotApplicable),
        not_collected: count(State::NotCollected),
        gate,
    }
}

/// The sign-offs and waivers of a run, and what is to be said of them.
struct Book<'a> {
    records: &'a Records,
    today: Date,
    longest: u16,
    warn: u16,
    /// By their place in the file.
    used: FxHashSet<usize>,
    notes: Vec<Note>,
}

/// Takes out the findings that waivers of rules speak of, and says which of those waivers hold no longer.
pub fn apply_waivers(
    project: &Project,
    registry: &Registry,
    config: &Config,
    records: &Records,
    outcome: &mut Outcome,
) -> Vec<Note> {
    let mut book = Book::new(project, config, records);
    book.waive_rules(project, registry, outcome);
    book.notes
}

impl<'a> Book<'a> {
    fn new(project: &Project, config: &Config, records: &'a Records) -> Self {
        let settings = &config.file.checklist;
        Self {
            records,
            today: project.today,
            longest: settings.longest_waiver_days.as_ref().map_or(LONGEST_WAIVER_DAYS, |days| *days.get_ref()),
            warn: settings.warn_days.as_ref().map_or(WARN_DAYS, |days| *days.get_ref()),
            used: FxHashSet::default(),
            notes: Vec::new(),
        }
    }
}

impl Book<'_> {
    /// Takes out the findings that waivers of rules speak of.
    fn waive_rules(&mut self, project: &Project, registry: &Registry, outcome: &mut Outcome) {
        for (index, record) in self.records.records.iter().enumerate().filter(|(_, record)| record.is_rule) {
            let Ok(named) = super::lists::selector(registry, &record.target) else { continue };
            let globs = match Globs::new(record.files.iter().map(String::as_str)) {
                Ok(globs) => globs,
                Err((_, why)) => {
                    self.note(record, format!("speaks of files that are no globs: {why}"), true);
                    continue;
                }
            };
            let is_meant = |finding: &crate::finding::Finding, fingerprint: &str| {
                let path = &project.document(finding.primary.file).source.path;
                named.names(finding)
                    && (record.files.is_empty() || globs.matches(path))
                    && (record.findings.is_empty() || record.findings.iter().any(|known| fingerprint.starts_with(known.as_str())))
            };
            let found = outcome.findings.iter().any(|judged| is_meant(&judged.finding, &judged.fingerprint));
            if !found {
                continue;
            }
            self.used.insert(index);
            if !self.holds(record) {
                continue;
            }
            let (waived, kept): (Vec<_>, Vec<_>) = std::mem::take(&mut outcome.findings)
                .into_iter()
                .partition(|judged| is_meant(&judged.finding, &judged.fingerprint));
            outcome.findings = kept;
            outcome.suppressed.extend(waived.into_iter().map(|judged| Suppressed {
                finding: *judged.finding,
                fingerprint: judged.fingerprint,
                by: SuppressedBy::Waiver,
                reason: Some(words(record)),
            }));
        }
    }

    /// A control after sign-offs and waivers.
    fn decided(&mut self, project: &Project, id: String, control: &Control, answer: Answer) -> ControlResult {
        let Answer { mut state, mut reason, evidence, subjects } = answer;
        let mut record = None;
        let own = digest::of_control(project, control, &[]);
        if !state.holds() {
            for (index, known) in self.records.records.iter().enumerate() {
                if known.is_rule || known.target != id {
                    continue;
                }
                self.used.insert(index);
                if record.is_some() || !self.holds(known) {
                    continue;
                }
                let current = match known.files.as_slice() {
                    [] => own.clone(),
                    files => digest::of_control(project, control, files),
                };
                match known.kind {
                    RecordKind::SignOff if state == State::ManualOpen => match (&known.digest, current) {
                        (_, None) => {
                            state = State::NotCollected;
                            reason = format!("{} signed it for images that were not seen here: `--input FILE`", known.by);
                        }
                        (Some(signed), Some(current)) if *signed != current => {
                            self.note(known, format!("`{id}` has lapsed: what {} signed has changed since", known.by), true);
                            reason = format!("what {} signed on {} has changed since: {reason}", known.by, known.on);
                        }
                        (None, Some(_)) => {
                            let message =
                                format!("`{id}` says not what it was signed for: `shipworthy checklist sign` writes the digest");
                            self.note(known, message, true);
                        }
                        _ => {
                            state = State::ManualSigned;
                            reason = words(known);
                            record = Some(shown(known));
                        }
                    },
                    RecordKind::SignOff => {
                        let message = format!(
                            "`{id}` is not for a person to say: it is decided by what is seen, and it says {}",
                            state.name()
                        );
                        self.note(known, message, true);
                    }
                    RecordKind::Waiver => {
                        let new = subjects.iter().filter(|subject| !known.findings.iter().any(|known| known == *subject)).count();
                        let lapsed = match subjects.is_empty() {
                            true => known.digest.is_some() && known.digest != current,
                            false => new > 0,
                        };
                        if lapsed {
                            let what = if new > 0 {
                                format!("{new} of {} are not what was waived", subjects.len())
                            } else {
                                "what it speaks of has changed".into()
                            };
                            self.note(known, format!("`{id}` has lapsed: {what}"), true);
                            reason = format!("{reason} (the waiver of {} has lapsed: {what})", known.by);
                        } else {
                            reason = format!("{}; {reason}", words(known));
                            state = State::Waived;
                            record = Some(shown(known));
                        }
                    }
                }
            }
        }
        let named = |names: &[String]| names.to_vec();
        let mut decided_by = [named(&control.columns), named(&control.rules), named(&control.live)].concat();
        decided_by.extend(control.command.as_ref().map(|command| format!("command: {}", command.run.join(" "))));
        decided_by.extend(control.manual.as_ref().map(|_| "manual".to_owned()));
        ControlResult {
            id,
            title: control.title.clone(),
            group: control.group.clone(),
            why: control.why.clone(),
            severity: control.severity,
            owner: control.owner.clone(),
            state,
            reason,
            evidence,
            decided_by,
            statement: control.manual.clone(),
            record,
            subjects,
            digest: own,
        }
    }

    /// Whether a record holds today; what is not right about it is told.
    fn holds(&mut self, record: &Record) -> bool {
        let kind = record.kind.name();
        if record.on > self.today {
            self.note(record, format!("the {kind} of `{}` is from {}, which is still to come", record.target, record.on), true);
            return false;
        }
        let longest = (record.kind == RecordKind::Waiver)
            .then(|| record.on.saturating_add(jiff::Span::new().days(i64::from(self.longest))));
        let end = match (record.until, longest) {
            (Some(until), Some(longest)) => Some(until.min(longest)),
            (until, longest) => until.or(longest),
        };
        let Some(end) = end else { return true };
        if end < self.today {
            let why = if record.until == Some(end) {
                String::new()
            } else {
                format!(": no waiver holds for more than {} days", self.longest)
            };
            self.note(record, format!("the {kind} of `{}` expired on {end}{why}", record.target), true);
            return false;
        }
        let days = (end - self.today).get_days();
        if days <= i32::from(self.warn) {
            self.note(record, format!("the {kind} of `{}` expires on {end}", record.target), false);
        }
        true
    }

    /// Records that speak of nothing that there is, or of what needs none.
    fn look_at_the_rest(&mut self, lists: &Lists, registry: &Registry) {
        for (index, record) in self.records.records.iter().enumerate() {
            if self.used.contains(&index) {
                continue;
            }
            let kind = record.kind.name();
            let embedded = || super::embedded_names().filter_map(super::embedded);
            let elsewhere = |target: &str| {
                embedded().any(|list| list.controls.iter().any(|control| format!("{}/{}", list.id, control.id) == target))
            };
            let known = match record.is_rule {
                true => super::lists::selector(registry, &record.target).is_ok(),
                false => lists.full_name(&record.target).is_ok_and(|full| full == record.target) || elsewhere(&record.target),
            };
            let listed = record.is_rule || lists.full_name(&record.target).is_ok();
            if !known {
                let what = if record.is_rule { "rule" } else { "control" };
                self.note(record, format!("the {kind} speaks of a {what} `{}` that there is not", record.target), true);
            } else if listed {
                self.note(record, format!("the {kind} of `{}` is not needed: take it out", record.target), false);
            }
        }
    }

    fn note(&mut self, record: &Record, message: String, lapsed: bool) {
        self.notes.push(Note { path: self.records.shown.clone(), line: record.line, message, lapsed });
    }
}

/// Who says what, and until when.
fn words(record: &Record) -> String {
    let until = record.until.map(|until| format!(", until {until}")).unwrap_or_default();
    let ticket = record.ticket.as_ref().map(|ticket| format!(", {ticket}")).unwrap_or_default();
    format!("{} ({}, {}{until}{ticket})", record.words, record.by, record.on)
}

fn shown(record: &Record) -> RecordShown {
    RecordShown {
        kind: record.kind,
        by: record.by.clone(),
        on: record.on,
        words: record.words.clone(),
        until: record.until,
        ticket: record.ticket.clone(),
        evidence: record.evidence.clone(),
    }
}

/// The names by which a waiver of a rule knows findings.
pub fn subjects_of_rule(
    project: &Project,
    registry: &Registry,
    outcome: &Outcome,
    rule: &str,
    files: &[String],
) -> Result<Vec<String>, String> {
    let named = super::lists::selector(registry, rule)?;
    let globs = Globs::new(files.iter().map(String::as_str)).map_err(|(_, why)| why)?;
    let meant = outcome.findings.iter().filter(|judged| {
        let path = &project.document(judged.finding.primary.file).source.path;
        named.names(&judged.finding) && (files.is_empty() || globs.matches(path))
    });
    Ok(meant.map(|judged| short(&judged.fingerprint)).collect())
}
