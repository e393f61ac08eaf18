//! The findings, rule by rule: what a rule is about is told once.

use std::collections::BTreeMap;

use crate::finding::{Applicability, Confidence, Severity};
use crate::report::full::evidence;
use crate::report::record::{Record, quoted};
use crate::report::view::View;
use crate::rules::Rule;
use crate::source::Kind;
use crate::triage::Judged;

use super::excerpt::{self, Excerpt};
use super::slug;

/// Findings that are told in full.
const MAX_FINDINGS: usize = 1500;
/// All their diffs and excerpts together; what comes after is told without.
const MAX_BYTES: usize = 6 << 20;

/// The findings of one rule.
pub(in crate::report) struct Group<'v> {
    pub id: &'v str,
    pub anchor: String,
    pub title: &'v str,
    pub url: Option<String>,
    /// Of the worst.
    pub severity: Severity,
    /// Markdown.
    pub why: &'v str,
    /// Markdown.
    pub instead: &'v str,
    pub references: &'v [&'v str],
    /// What mends all of them at once, as far as a command does.
    pub command: Option<String>,
    pub items: Vec<Item<'v>>,
}

/// A finding.
pub(in crate::report) struct Item<'v> {
    pub anchor: String,
    pub fingerprint: &'v str,
    pub severity: Severity,
    pub confidence: Option<&'static str>,
    pub message: &'v str,
    pub fails: bool,
    /// An earlier report does not have it.
    pub is_new: bool,
    pub place: String,
    pub kind: &'static str,
    pub excerpts: Vec<Excerpt>,
    /// Of what runs: whose fact it is, and the fact as the engine told it.
    pub evidence: Vec<String>,
    pub fix: Option<FixText<'v>>,
    pub diff: Vec<DiffLine<'v>>,
    pub aliases: Vec<String>,
    /// Their families.
    pub standards: Vec<&'static str>,
    /// Excerpts and diff are left out, because there are too many.
    pub is_short: bool,
}

/// What would mend a finding.
pub(in crate::report) struct FixText<'v> {
    pub title: &'v str,
    pub safety: &'static str,
    pub words: &'static str,
}

/// A line of a unified diff.
pub(in crate::report) struct DiffLine<'v> {
    pub class: &'static str,
    pub text: &'v str,
}

impl DiffLine<'_> {
    /// As a page may show it.
    pub fn shown(&self) -> String {
        excerpt::shown(self.text)
    }
}

/// The findings by rule, worst first, and how many of them are told.
pub(super) fn groups<'v>(view: &'v View<'_>) -> (Vec<Group<'v>>, usize) {
    let mut by_rule: BTreeMap<&str, Vec<&'v Judged>> = BTreeMap::new();
    for judged in &view.run.outcome.findings {
        by_rule.entry(judged.finding.rule).or_default().push(judged);
    }
    let mut ordered: Vec<(&str, Vec<&'v Judged>)> = by_rule.into_iter().collect();
    let rank = |findings: &[&Judged]| {
        let fails = findings.iter().any(|judged| judged.fails);
        (fails, findings.iter().map(|judged| judged.finding.severity).max())
    };
    // The sort keeps the ids of one rank in their order.
    ordered.sort_by_key(|(_, findings)| std::cmp::Reverse(rank(findings)));
    let mut room = Room { findings: MAX_FINDINGS, bytes: MAX_BYTES };
    let groups: Vec<Group<'v>> = ordered
        .into_iter()
        .map(|(id, findings)| Group::new(view, id, &findings, &mut room))
        .filter(|group| !group.items.is_empty())
        .collect();
    let shown = groups.iter().map(|group| group.items.len()).sum();
    (groups, shown)
}

/// What is left of the page.
struct Room {
    findings: usize,
    bytes: usize,
}

impl<'v> Group<'v> {
    fn new(view: &'v View<'_>, id: &'v str, findings: &[&'v Judged], room: &mut Room) -> Self {
        let rule = view.rule(id);
        let taken = findings.len().min(room.findings);
        room.findings -= taken;
        let items: Vec<Item<'v>> = findings[..taken].iter().map(|judged| Item::new(view, judged, room)).collect();
        Self {
            id,
            anchor: format!("rule-{}", slug(id)),
            title: rule.map_or(id, |rule| rule.title),
            url: rule.map(Rule::url),
            severity: findings.iter().map(|judged| judged.finding.severity).max().unwrap_or(Severity::Info),
            why: rule.map_or("", |rule| rule.why),
            instead: rule.map_or("", |rule| rule.instead),
            references: rule.map_or(&[], |rule| rule.references),
            command: command(view, id, findings),
            items,
        }
    }
}

/// `shipworthy fix --select compose/privileged --unsafe-fixes .`
fn command(view: &View<'_>, id: &str, findings: &[&Judged]) -> Option<String> {
    let mended = |applicability| {
        // `fix` judges files: what was seen in an engine it does not see.
        let in_files = findings.iter().filter(|judged| view.document(judged.finding.primary.file).kind() != Kind::Snapshot);
        let mut fixes = in_files.filter_map(|judged| judged.finding.fix.as_ref());
        fixes.any(|fix| fix.applicability == applicability)
    };
    let (safe, not_safe) = (mended(Applicability::Safe), mended(Applicability::Unsafe));
    if !safe && !not_safe {
        return None;
    }
    let none = Record::default();
    let record = view.run.record.unwrap_or(&none);
    let mut words = vec!["shipworthy".to_owned(), "fix".to_owned(), "--select".to_owned(), id.to_owned()];
    words.extend(not_safe.then(|| "--unsafe-fixes".to_owned()));
    words.extend(record.input_arguments.iter().chain(&record.targets).map(|word| quoted(word)));
    Some(words.join(" "))
}

impl<'v> Item<'v> {
    fn new(view: &'v View<'_>, judged: &'v Judged, room: &mut Room) -> Self {
        let finding = &judged.finding;
        let place = view.place(finding.primary);
        let document = view.document(finding.primary.file);
        let is_live = document.kind() == Kind::Snapshot;
        let mut excerpts = if room.bytes > 0 { excerpt::of(view, finding) } else { Vec::new() };
        let mut diff: Vec<DiffLine<'v>> = judged.diff.as_deref().unwrap_or_default().lines().map(diff_line).collect();
        let is_short = room.bytes == 0;
        let bytes = judged.diff.as_ref().map_or(0, String::len) + excerpts.iter().map(excerpt_bytes).sum::<usize>();
        room.bytes = room.bytes.saturating_sub(bytes);
        if is_short {
            excerpts.clear();
            diff.clear();
        }
        let mut standards: Vec<&'static str> = finding.aliases.iter().map(|alias| alias.family).collect();
        standards.sort_unstable();
        standards.dedup();
        Self {
            anchor: anchor(&judged.fingerprint),
            fingerprint: &judged.fingerprint,
            severity: finding.severity,
            confidence: (finding.confidence < Confidence::High).then(|| finding.confidence.name()),
            message: &finding.message,
            fails: judged.fails,
            is_new: view.run.comparison.is_some_and(|comparison| comparison.is_new(&judged.fingerprint)),
            place: format!("{}:{}:{}", place.path, place.line, place.column),
            kind: document.kind().name(),
            excerpts,
            evidence: if is_live { evidence(view, finding) } else { Vec::new() },
            fix: finding.fix.as_ref().map(|fix| FixText {
                title: &fix.title,
                safety: fix.applicability.name(),
                words: match fix.applicability {
                    Applicability::Safe => "keeps the meaning",
                    Applicability::Unsafe => "may change behaviour: look at it before it is applied",
                    Applicability::Manual => "never applied: somebody has to decide",
                },
            }),
            diff,
            aliases: finding.aliases.iter().map(|alias| format!("{} {}", alias.family, alias.id)).collect(),
            standards,
            is_short,
        }
    }
}

/// Where a finding is told.
pub(super) fn anchor(fingerprint: &str) -> String {
    format!("finding-{}", fingerprint.get(..16).unwrap_or(fingerprint))
}

fn diff_line(text: &str) -> DiffLine<'_> {
    let class = match text.as_bytes() {
        [b'+', b'+', b'+', ..] | [b'-', b'-', b'-', ..] => "file",
        [b'+', ..] => "added",
        [b'-', ..] => "removed",
        [b'@', ..] => "hunk",
        _ => "same",
    };
    DiffLine { class, text }
}

fn excerpt_bytes(excerpt: &Excerpt) -> usize {
    excerpt.lines.iter().flat_map(|line| &line.parts).map(|part| part.text.len()).sum()
}
