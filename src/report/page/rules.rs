//! What became of each rule: a rule that nothing was there for is no pass.

use rustc_hash::FxHashMap;

use crate::finding::{Applicability, Severity};
use crate::report::record::Record;
use crate::report::summary::{Status, plural, status};
use crate::report::view::View;
use crate::rules::Rule;
use crate::source::Kind;

use super::slug;

/// What a run says of a rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::report) enum State {
    /// A finding of it fails the run.
    Fail,
    /// It could not look at everything that it is for.
    Incomplete,
    /// It has findings, and none of them fails the run.
    Noted,
    /// All that it found is silenced.
    Waived,
    Pass,
    /// Nothing that it is for was there.
    NotApplicable,
}

/// A rule and what it found.
pub(in crate::report) struct RuleRow {
    pub id: &'static str,
    pub title: &'static str,
    pub family: &'static str,
    pub url: String,
    pub state: State,
    pub severity: Severity,
    pub findings: usize,
    pub silenced: usize,
    /// The first finding.
    pub place: Option<String>,
    /// Where the findings are told.
    pub anchor: String,
    pub fix: &'static str,
    /// Identifiers in benchmarks and other tools, `cis-docker 5.5`.
    pub aliases: Vec<String>,
    /// The names of these.
    pub standards: Vec<&'static str>,
}

/// How many rules of each state.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(in crate::report) struct Coverage {
    pub fail: usize,
    pub noted: usize,
    pub waived: usize,
    pub pass: usize,
    pub incomplete: usize,
    pub not_applicable: usize,
}

impl State {
    pub const fn words(self) -> &'static str {
        match self {
            Self::Fail => "fails",
            Self::Incomplete => "not fully looked at",
            Self::Noted => "below the gate",
            Self::Waived => "waived",
            Self::Pass => "passes",
            Self::NotApplicable => "does not apply",
        }
    }

    pub const fn class(self) -> &'static str {
        match self {
            Self::Fail => "fail",
            Self::Incomplete => "open",
            Self::Noted => "noted",
            Self::Waived => "waived",
            Self::Pass => "pass",
            Self::NotApplicable => "none",
        }
    }

    /// Its place among the others, worst first.
    pub const fn rank(self) -> u8 {
        self as u8
    }

    pub const fn icon(self) -> &'static str {
        match self {
            Self::Fail => "✕",
            Self::Incomplete => "?",
            Self::Noted => "!",
            Self::Waived => "~",
            Self::Pass => "✓",
            Self::NotApplicable => "–",
        }
    }
}

impl Coverage {
    pub fn of(rows: &[RuleRow]) -> Self {
        let mut coverage = Self::default();
        for row in rows {
            *match row.state {
                State::Fail => &mut coverage.fail,
                State::Incomplete => &mut coverage.incomplete,
                State::Noted => &mut coverage.noted,
                State::Waived => &mut coverage.waived,
                State::Pass => &mut coverage.pass,
                State::NotApplicable => &mut coverage.not_applicable,
            } += 1;
        }
        coverage
    }

    /// How many rules had something to look at.
    pub const fn applicable(&self) -> usize {
        self.fail + self.noted + self.waived + self.pass + self.incomplete
    }

    /// How many of them looked at all of it.
    pub const fn checked(&self) -> usize {
        self.applicable() - self.incomplete
    }

    /// `210 of 212 rules that apply were checked: 190 pass, 15 fail, …`
    pub fn words(&self) -> String {
        let states = [
            (self.pass, "pass"),
            (self.fail, "fail"),
            (self.noted, "below the gate"),
            (self.waived, "waived"),
            (self.incomplete, "not fully looked at"),
        ];
        let states: Vec<String> =
            states.iter().filter(|(count, _)| *count > 0).map(|(count, words)| format!("{count} {words}")).collect();
        let colon = if states.is_empty() { "" } else { ": " };
        let apply = if self.applicable() == 1 { "applies" } else { "apply" };
        let checked = if self.checked() == 1 { "was" } else { "were" };
        format!(
            "{} of {} that {apply} {checked} checked{colon}{}",
            self.checked(),
            plural(self.applicable(), "rule"),
            states.join(", ")
        )
    }
}

/// The rules that ran, worst first.
pub(super) fn rows(view: &View<'_>) -> Vec<RuleRow> {
    let outcome = &view.run.outcome;
    let mut found: FxHashMap<&str, Found> = FxHashMap::default();
    for judged in &outcome.findings {
        let here = found.entry(judged.finding.rule).or_default();
        here.findings += 1;
        here.fails |= judged.fails;
        here.worst = here.worst.max(Some(judged.finding.severity));
        if here.place.is_none() {
            let place = view.place(judged.finding.primary);
            here.place = Some(format!("{}:{}", place.path, place.line));
        }
    }
    for suppressed in &outcome.suppressed {
        found.entry(suppressed.finding.rule).or_default().silenced += 1;
    }
    let none = Record::default();
    let mut rules = view.run.record.unwrap_or(&none).rules.clone();
    rules.extend(
        found.keys().filter(|id| !rules.iter().any(|rule| rule.id == **id)).filter_map(|id| view.rule(id)).collect::<Vec<_>>(),
    );
    let kinds = Kinds::of(view);
    let mut rows: Vec<RuleRow> = rules
        .into_iter()
        .map(|rule| {
            let mut found = found.remove(rule.id).unwrap_or_default();
            let place = found.place.take();
            RuleRow::new(rule, &found, place, &kinds)
        })
        .collect();
    rows.sort_by(|a, b| a.state.cmp(&b.state).then(b.severity.cmp(&a.severity)).then(a.id.cmp(b.id)));
    rows
}

#[derive(Default)]
struct Found {
    findings: usize,
    silenced: usize,
    fails: bool,
    worst: Option<Severity>,
    place: Option<String>,
}

/// The kinds of files that were judged, and those of which some were not.
struct Kinds {
    judged: Vec<Kind>,
    missing: Vec<Kind>,
}

impl Kinds {
    fn of(view: &View<'_>) -> Self {
        let mut kinds = Self { judged: Vec::new(), missing: Vec::new() };
        for document in &view.run.project.documents {
            match status(view, document) {
                Status::Judged => kinds.judged.push(document.kind()),
                Status::Error => kinds.missing.push(document.kind()),
                Status::NotJudged => {}
            }
        }
        // What an engine did not answer is an error of no file.
        if view.run.outcome.errors.iter().any(|error| error.file.is_none()) && kinds.judged.contains(&Kind::Snapshot) {
            kinds.missing.push(Kind::Snapshot);
        }
        kinds
    }
}

/// The kinds of files that a rule looks at; none: any.
fn kinds_of(rule: &Rule) -> &'static [Kind] {
    match rule.subject.split('.').next().unwrap_or_default() {
        "dockerfile" => &[Kind::Dockerfile],
        "compose" | "fleet" | "project" => &[Kind::Compose],
        "nginx" => &[Kind::Nginx],
        "env" => &[Kind::Env],
        "engine" | "container" | "image" => &[Kind::Snapshot],
        _ => &[],
    }
}

impl RuleRow {
    fn new(rule: &'static Rule, found: &Found, place: Option<String>, kinds: &Kinds) -> Self {
        let wanted = kinds_of(rule);
        let applies = if wanted.is_empty() {
            !kinds.judged.is_empty()
        } else {
            wanted.iter().any(|kind| kinds.judged.contains(kind) || kinds.missing.contains(kind))
        };
        let missed = kinds.missing.iter().any(|kind| wanted.is_empty() || wanted.contains(kind)) || !rule.is_available();
        let state = match () {
            () if found.fails => State::Fail,
            () if found.findings > 0 => State::Noted,
            () if applies && missed => State::Incomplete,
            () if found.silenced > 0 => State::Waived,
            () if applies => State::Pass,
            () => State::NotApplicable,
        };
        let aliases = rule.all_aliases();
        let mut standards: Vec<&'static str> = aliases.iter().map(|(family, _)| *family).collect();
        standards.sort_unstable();
        standards.dedup();
        Self {
            id: rule.id,
            title: rule.title,
            family: rule.family(),
            url: rule.url(),
            state,
            severity: found.worst.unwrap_or(rule.severity.default),
            findings: found.findings,
            silenced: found.silenced,
            place,
            anchor: format!("rule-{}", slug(rule.id)),
            fix: rule.fix_safety().map_or("", Applicability::name),
            aliases: aliases.iter().map(|(family, id)| format!("{family} {id}")).collect(),
            standards,
        }
    }
}
