//! What a report that is kept holds, whatever it is written in: `html` and `markdown` are drawn from this. Every text is masked, none is escaped.

mod controls;
mod excerpt;
mod files;
mod findings;
mod head;
mod rules;
mod services;

use rustc_hash::FxHashSet;

use crate::checklist::Note;
use crate::finding::Severity;
use crate::live::Engine;
use crate::matrix::Matrix;
use crate::triage::{FileError, SuppressedBy};

pub(super) use controls::ControlList;
pub(super) use files::FileRow;
pub(super) use findings::Group;
pub(super) use head::Fact;
pub(super) use rules::{Coverage, RuleRow, State};
pub(super) use services::ServiceRow;

use super::checklist::Checklist;
use super::comparison::{Comparison, Past};
use super::summary::{SeverityCounts, Summary, Verdict, plural};
use super::view::View;

/// Everything that is told, in the order in which it is told.
pub(super) struct Page<'v> {
    pub name: String,
    pub verdict: Outcome,
    /// The verdict as one sentence.
    pub sentence: String,
    pub facts: Vec<Fact>,
    pub counts: SeverityCounts,
    pub summary: Summary,
    /// The counts behind the verdict, heading and words.
    pub details: Vec<(&'static str, String)>,
    pub coverage: Coverage,
    pub errors: &'v [FileError],
    pub comparison: Option<&'v Comparison>,
    pub engines: Vec<&'v Engine>,
    pub matrix: Option<&'v Matrix>,
    pub services: Vec<ServiceRow<'v>>,
    pub controls: Vec<ControlList<'v>>,
    /// What is to be said of sign-offs and waivers.
    pub notes: &'v [Note],
    pub groups: Vec<Group<'v>>,
    /// Findings that are told in full, of all of them.
    pub shown: usize,
    pub total: usize,
    pub silenced: Vec<Silenced<'v>>,
    /// What the baseline lists and nobody finds any more.
    pub baseline_gone: Option<usize>,
    pub rules: Vec<RuleRow>,
    pub files: Vec<FileRow<'v>>,
    /// What was read by nobody, in words.
    pub unread: Vec<String>,
    /// What stands at the foot of each printed page.
    pub running: String,
}

/// The verdict as one word, with what goes by its side.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Outcome {
    pub word: &'static str,
    /// For the colours of a page.
    pub class: &'static str,
    pub icon: &'static str,
}

/// A finding that is not shown among the others, and why.
pub(super) struct Silenced<'v> {
    pub rule: &'v str,
    pub url: Option<String>,
    pub severity: Severity,
    pub message: &'v str,
    pub place: String,
    pub by: &'static str,
    pub reason: Option<&'v str>,
}

impl<'v> Page<'v> {
    /// `in_full`: with the findings themselves, and what leads to them.
    pub fn new(view: &'v View<'_>, in_full: bool) -> Self {
        let run = view.run;
        let summary = Summary::from_view(view);
        let rules = rules::rows(view);
        let (groups, shown) = if in_full { findings::groups(view) } else { (Vec::new(), 0) };
        let snapshots = run.project.documents.iter().filter_map(|document| document.snapshot());
        let facts = head::facts(view, &summary);
        let told: FxHashSet<&str> = groups.iter().flat_map(|group| &group.items).map(|item| item.fingerprint).collect();
        let audit = run.checklist.map(|checklist| checklist.audit);
        let matrix = audit.map(|audit| &audit.matrix).filter(|matrix| !matrix.rows.is_empty());
        let (verdict, sentence) = match run.checklist {
            Some(checklist) => (Outcome::of_checklist(checklist), format!("{}. {}.", checklist.verdict(), checklist.counts())),
            None => (Outcome::of(summary.verdict), summary.verdict_words()),
        };
        Self {
            name: head::name(view),
            verdict,
            sentence,
            running: head::running(view),
            facts,
            counts: summary.by_severity,
            details: summary.details(),
            coverage: Coverage::of(&rules),
            errors: &run.outcome.errors,
            comparison: run.comparison,
            engines: snapshots.flat_map(|snapshot| &snapshot.snapshot.engines).collect(),
            matrix,
            services: matrix.map(|matrix| services::rows(matrix, &told)).unwrap_or_default(),
            controls: audit.map(|audit| controls::lists(audit, &told)).unwrap_or_default(),
            notes: audit.map_or(&[], |audit| &audit.notes),
            groups,
            shown,
            total: run.outcome.findings.len(),
            silenced: run.outcome.suppressed.iter().map(|suppressed| Silenced::new(view, suppressed)).collect(),
            baseline_gone: run.outcome.baseline.map(|baseline| baseline.gone),
            rules,
            files: files::rows(view),
            unread: files::unread(view),
            summary,
        }
    }

    /// The findings of an earlier report that are gone, then those that are silenced, each with what became of it.
    pub fn past(&self) -> Vec<(&'static str, &'v Past)> {
        let Some(comparison) = self.comparison else { return Vec::new() };
        let gone = comparison.gone.iter().map(|past| ("gone", past));
        gone.chain(comparison.silenced.iter().map(|past| ("silenced", past))).collect()
    }

    /// How many controls wait for a person.
    pub fn open_controls(&self) -> usize {
        self.controls.iter().flat_map(|list| &list.controls).filter(|row| row.is_open()).count()
    }

    /// `first 1000 of 2345 findings`, where not all are told in full.
    pub fn cut(&self) -> Option<String> {
        (self.shown < self.total).then(|| {
            let all = plural(self.total, "finding");
            format!("The first {} of {all} are told here; the report in JSON has them all (`shipworthy -f json`).", self.shown)
        })
    }
}

impl Outcome {
    /// The verdict of a checklist: what nobody has looked at yet is no failure, and no pass either.
    fn of_checklist(checklist: &Checklist<'_>) -> Self {
        let summary = &checklist.audit.summary;
        Self::of(match () {
            () if checklist.audit.stops() && summary.fail > 0 => Verdict::NotWorthy,
            () if checklist.audit.stops() || checklist.incomplete => Verdict::Incomplete,
            () => Verdict::Worthy,
        })
    }

    const fn of(verdict: Verdict) -> Self {
        let (word, class, icon) = match verdict {
            Verdict::Worthy => ("Pass", "pass", "✓"),
            Verdict::NotWorthy => ("Fail", "fail", "✕"),
            Verdict::Incomplete => ("Incomplete", "open", "?"),
            Verdict::NoGate => ("No gate", "open", "–"),
            Verdict::NothingChecked => ("Nothing checked", "open", "?"),
        };
        Self { word, class, icon }
    }
}

impl<'v> Silenced<'v> {
    fn new(view: &View<'_>, suppressed: &'v crate::triage::Suppressed) -> Self {
        let finding = &suppressed.finding;
        let place = view.place(finding.primary);
        Self {
            rule: finding.rule,
            url: view.rule(finding.rule).map(|rule| rule.url()),
            severity: finding.severity,
            message: &finding.message,
            place: format!("{}:{}", place.path, place.line),
            by: match suppressed.by {
                SuppressedBy::Comment => "comment",
                SuppressedBy::Configuration => "configuration",
                SuppressedBy::Baseline => "baseline",
                SuppressedBy::Waiver => "waiver",
            },
            reason: suppressed.reason.as_deref(),
        }
    }
}

/// A text as part of an anchor: what is no letter or digit becomes `-`.
pub(super) fn slug(text: &str) -> String {
    text.chars().map(|char| if char.is_ascii_alphanumeric() { char } else { '-' }).collect()
}
