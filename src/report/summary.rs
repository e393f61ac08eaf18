//! Counts of a run and its verdict in words: what somebody reads before a release.

use std::fmt::Write;

use schemars::JsonSchema;
use serde::{Serialize, Serializer};

use crate::finding::{Applicability, Severity};
use crate::project::Document;
use crate::source::Kind;
use crate::triage::{FailOn, Judged, SuppressedBy};

use super::Run;
use super::view::View;

/// What the run amounts to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// Everything was judged, and nothing reaches the gate.
    Worthy,
    /// A finding reaches the gate, or a file does not parse.
    NotWorthy,
    /// Nothing reaches the gate, but not everything could be judged.
    Incomplete,
    /// There are findings, and no gate.
    NoGate,
    /// There was no file to judge.
    NothingChecked,
}

/// How many findings of each severity.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, JsonSchema)]
pub struct SeverityCounts {
    pub critical: usize,
    pub high: usize,
    pub medium: usize,
    pub low: usize,
    pub info: usize,
}

/// How many files of each kind; kinds without files are left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct KindCounts([usize; Kind::ALL.len()]);

/// How many findings can be fixed, by who does it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, JsonSchema)]
pub struct FixCounts {
    /// By `shipworthy fix`.
    pub safe: usize,
    /// By `shipworthy fix --unsafe-fixes` in addition.
    #[serde(rename = "unsafe")]
    pub not_safe: usize,
    /// By hand, as shown.
    pub manual: usize,
}

/// How many findings were silenced, by what.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, JsonSchema)]
pub struct SuppressedCounts {
    pub comment: usize,
    pub configuration: usize,
    pub baseline: usize,
    pub waiver: usize,
}

/// The counts of a run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Summary {
    pub verdict: Verdict,
    /// The least severity that fails the run; null: none does.
    pub fail_on: Option<Severity>,
    /// The findings that fail the run.
    pub failing: usize,
    pub findings: usize,
    pub by_severity: SeverityCounts,
    /// The files that were judged.
    #[schemars(with = "std::collections::BTreeMap<String, usize>")]
    pub checked: KindCounts,
    /// The files that were found but not judged: their kind is not read by this version.
    #[schemars(with = "std::collections::BTreeMap<String, usize>")]
    pub not_judged: KindCounts,
    pub suppressed: SuppressedCounts,
    /// Findings below `--min-severity` or `--min-confidence`.
    pub hidden: usize,
    pub fixable: FixCounts,
    /// Files that could not be read or judged.
    pub errors: usize,
    #[serde(skip)]
    failing_by_severity: SeverityCounts,
}

impl SeverityCounts {
    fn add(&mut self, severity: Severity) {
        *match severity {
            Severity::Critical => &mut self.critical,
            Severity::High => &mut self.high,
            Severity::Medium => &mut self.medium,
            Severity::Low => &mut self.low,
            Severity::Info => &mut self.info,
        } += 1;
    }

    /// Worst first.
    pub const fn entries(&self) -> [(Severity, usize); 5] {
        [
            (Severity::Critical, self.critical),
            (Severity::High, self.high),
            (Severity::Medium, self.medium),
            (Severity::Low, self.low),
            (Severity::Info, self.info),
        ]
    }

    fn words(&self) -> String {
        let present = self.entries().into_iter().filter(|(_, count)| *count > 0);
        present.map(|(severity, count)| format!("{count} {severity}")).collect::<Vec<_>>().join(", ")
    }
}

impl KindCounts {
    fn add(&mut self, kind: Kind) {
        if let Some(at) = Kind::ALL.iter().position(|other| *other == kind) {
            self.0[at] += 1;
        }
    }

    pub fn entries(&self) -> impl Iterator<Item = (Kind, usize)> + '_ {
        Kind::ALL.into_iter().zip(self.0).filter(|(_, count)| *count > 0)
    }

    pub fn total(&self) -> usize {
        self.0.iter().sum()
    }

    fn words(&self) -> String {
        self.entries().map(|(kind, count)| format!("{count} {}", noun(kind, count))).collect::<Vec<_>>().join(", ")
    }
}

impl Serialize for KindCounts {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.entries().map(|(kind, count)| (kind.name(), count)))
    }
}

impl SuppressedCounts {
    pub const fn total(&self) -> usize {
        self.comment + self.configuration + self.baseline + self.waiver
    }

    fn words(&self) -> String {
        let by = [
            (self.comment, "by comments"),
            (self.configuration, "by the configuration"),
            (self.baseline, "by the baseline"),
            (self.waiver, "by waivers"),
        ];
        by.iter().filter(|(count, _)| *count > 0).map(|(count, by)| format!("{count} {by}")).collect::<Vec<_>>().join(", ")
    }
}

impl Summary {
    pub fn of(run: &Run<'_>) -> Self {
        Self::from_view(&View::new(run))
    }

    pub(super) fn from_view(view: &View<'_>) -> Self {
        let run = view.run;
        let fail_on = match run.fail_on {
            FailOn::Never => None,
            FailOn::At(severity) => Some(severity),
        };
        let mut summary = Self {
            verdict: Verdict::Worthy,
            fail_on,
            failing: 0,
            findings: run.outcome.findings.len(),
            by_severity: SeverityCounts::default(),
            checked: KindCounts::default(),
            not_judged: KindCounts::default(),
            suppressed: SuppressedCounts::default(),
            hidden: run.outcome.hidden,
            fixable: FixCounts::default(),
            errors: run.outcome.errors.len(),
            failing_by_severity: SeverityCounts::default(),
        };
        for judged in &run.outcome.findings {
            summary.count(view, judged);
        }
        for suppressed in &run.outcome.suppressed {
            *match suppressed.by {
                SuppressedBy::Comment => &mut summary.suppressed.comment,
                SuppressedBy::Configuration => &mut summary.suppressed.configuration,
                SuppressedBy::Baseline => &mut summary.suppressed.baseline,
                SuppressedBy::Waiver => &mut summary.suppressed.waiver,
            } += 1;
        }
        // What stands beside the files of a run is read to judge these.
        for document in run.project.documents.iter().filter(|document| document.kind() != Kind::Neighbour) {
            match status(view, document) {
                Status::Judged => summary.checked.add(document.kind()),
                Status::NotJudged => summary.not_judged.add(document.kind()),
                Status::Error => {}
            }
        }
        summary.verdict = summary.judge();
        summary
    }

    fn count(&mut self, view: &View<'_>, judged: &Judged) {
        let finding = &judged.finding;
        self.by_severity.add(finding.severity);
        // `fix` judges files and asks no engine: the diff of what was seen in one is for a hand.
        let by_command = view.document(finding.primary.file).kind() != Kind::Snapshot;
        match finding.fix.as_ref().map(|fix| fix.applicability) {
            Some(_) if !by_command => self.fixable.manual += 1,
            Some(Applicability::Safe) => self.fixable.safe += 1,
            Some(Applicability::Unsafe) => self.fixable.not_safe += 1,
            Some(Applicability::Manual) => self.fixable.manual += 1,
            None => {}
        }
        if judged.fails {
            self.failing += 1;
            self.failing_by_severity.add(finding.severity);
        }
    }

    fn judge(&self) -> Verdict {
        if self.failing > 0 {
            Verdict::NotWorthy
        } else if self.checked.total() + self.not_judged.total() + self.errors == 0 {
            Verdict::NothingChecked
        } else if self.errors + self.unread() > 0 || self.checked.total() == 0 {
            Verdict::Incomplete
        } else if self.fail_on.is_none() && self.findings > 0 {
            Verdict::NoGate
        } else {
            Verdict::Worthy
        }
    }

    /// Files of kinds that are read, and were not all the same. Those of other kinds are listed, and nobody took them for judged.
    fn unread(&self) -> usize {
        self.not_judged.entries().filter(|(kind, _)| kind.is_judged()).map(|(_, count)| count).sum()
    }

    /// Engines were looked at, and errors are what they did not answer.
    fn is_audit(&self) -> bool {
        self.checked.entries().any(|(kind, _)| kind == Kind::Snapshot)
    }

    /// The verdict as one sentence.
    pub fn verdict_words(&self) -> String {
        let gate = self.fail_on.map_or("never", Severity::name);
        match self.verdict {
            Verdict::Worthy if self.findings == 0 => format!("Worthy of shipping: no findings in {}.", self.checked.words()),
            Verdict::Worthy => format!("Worthy of shipping: nothing reaches the gate (--fail-on {gate})."),
            Verdict::NotWorthy => {
                let verb = if self.failing == 1 { "fails" } else { "fail" };
                let (findings, counts) = (plural(self.failing, "finding"), self.failing_by_severity.words());
                format!("Not worthy of shipping: {findings} {verb} the gate (--fail-on {gate}): {counts}.")
            }
            Verdict::Incomplete if self.checked.total() == 0 => "Not judged: no file could be judged.".to_owned(),
            Verdict::Incomplete => {
                let missing = self.unread() + self.errors;
                let were = if missing == 1 { "was" } else { "were" };
                let (what, done) = if self.is_audit() { ("question", "answered") } else { ("file", "judged") };
                let missing = plural(missing, what);
                format!("Not fully judged: nothing reaches the gate (--fail-on {gate}), but {missing} {were} not {done}.")
            }
            Verdict::NoGate => format!("No verdict: {}, and nothing fails (--fail-on never).", plural(self.findings, "finding")),
            Verdict::NothingChecked => "Nothing to check: no Dockerfile, compose, nginx or env file was found.".to_owned(),
        }
    }

    /// `3 by comments, 1 by waivers`
    pub(super) fn suppressed_words(&self) -> String {
        self.suppressed.words()
    }

    /// The facts behind the verdict, as pairs of heading and words; nothing that is zero.
    pub fn details(&self) -> Vec<(&'static str, String)> {
        let mut details = Vec::new();
        // The verdict names them already when all of them fail.
        if self.findings > self.failing {
            details.push(("findings", self.by_severity.words()));
        }
        let fixable = self.fixable_words();
        if !fixable.is_empty() {
            details.push(("fixable", fixable));
        }
        let quiet = self.findings == 0 && self.verdict == Verdict::Worthy;
        if self.checked.total() > 0 && !quiet {
            details.push(("checked", self.checked.words()));
        }
        if self.not_judged.total() > 0 {
            details.push(("not judged", format!("{}, found but not read", self.not_judged.words())));
        }
        if self.errors > 0 {
            let words = if self.is_audit() {
                format!("{} that no engine answered", plural(self.errors, "question"))
            } else {
                format!("{} that could not be read or judged", plural(self.errors, "file"))
            };
            details.push(("errors", words));
        }
        if self.suppressed.total() > 0 {
            details.push(("suppressed", self.suppressed.words()));
        }
        if self.hidden > 0 {
            details.push(("hidden", format!("{} below --min-severity or --min-confidence", self.hidden)));
        }
        details
    }

    fn fixable_words(&self) -> String {
        let mut words = String::new();
        let FixCounts { safe, not_safe, manual } = self.fixable;
        if safe > 0 {
            let _ = write!(words, "{safe} with `shipworthy fix`");
        }
        if not_safe > 0 {
            let (comma, more) = if safe > 0 { (", ", " more") } else { ("", "") };
            let command = if safe > 0 { "`--unsafe-fixes`" } else { "`shipworthy fix --unsafe-fixes`" };
            let _ = write!(words, "{comma}{not_safe}{more} with {command}");
        }
        if manual > 0 {
            let comma = if words.is_empty() { "" } else { ", " };
            let _ = write!(words, "{comma}{manual} by hand");
        }
        words
    }

    /// Everything in one line.
    pub fn line(&self) -> String {
        let mut line = self.verdict_words();
        let details = self.details();
        if !details.is_empty() {
            let details: Vec<_> = details.iter().map(|(heading, words)| format!("{heading}: {words}")).collect();
            let _ = write!(line, " {}", details.join("; "));
        }
        line
    }
}

/// What became of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Status {
    Judged,
    /// Found, but of a kind that this version does not read.
    NotJudged,
    /// See `errors`.
    Error,
}

pub(super) fn status(view: &View<'_>, document: &Document) -> Status {
    if view.run.outcome.errors.iter().any(|error| error.file == Some(document.file)) {
        Status::Error
    } else if document.is_unread() {
        Status::NotJudged
    } else {
        Status::Judged
    }
}

pub(super) fn plural(count: usize, noun: &str) -> String {
    format!("{count} {noun}{}", if count == 1 { "" } else { "s" })
}

const fn noun(kind: Kind, count: usize) -> &'static str {
    match (kind, count) {
        (Kind::Dockerfile, 1) => "Dockerfile",
        (Kind::Dockerfile, _) => "Dockerfiles",
        (Kind::Compose, 1) => "compose file",
        (Kind::Compose, _) => "compose files",
        (Kind::Nginx, 1) => "nginx file",
        (Kind::Nginx, _) => "nginx files",
        (Kind::Env, 1) => "env file",
        (Kind::Env, _) => "env files",
        (Kind::Kubernetes, 1) => "Kubernetes file",
        (Kind::Kubernetes, _) => "Kubernetes files",
        (Kind::Terraform, 1) => "Terraform file",
        (Kind::Terraform, _) => "Terraform files",
        (Kind::Snapshot, 1) => "engine",
        (Kind::Snapshot, _) => "engines",
        (Kind::Neighbour, 1) => "file beside them",
        (Kind::Neighbour, _) => "files beside them",
    }
}
