//! What becomes of each finding, and of the run.

use std::borrow::Borrow;
use std::cmp::Ordering;
use std::path::Path;

use rayon::prelude::*;

use super::selection::names_finding;
use super::suppression::Suppressions;
use super::{Judged, Outcome, Settings, Suppressed, SuppressedBy, fingerprint};
use crate::finding::{BoxedFinding, Finding, Location};
use crate::project::{Document, Project};
use crate::rules::Registry;

/// Fewer findings than this are sorted and put together on the calling thread.
pub(super) const PARALLEL_FROM: usize = 1024;

/// Decides what becomes of every finding.
pub fn triage<F>(project: &Project, registry: &Registry, findings: Vec<F>, settings: &Settings) -> Outcome
where
    F: Into<BoxedFinding>,
{
    let order = Order::of(project);
    let mut findings: Vec<BoxedFinding> = order.sorted(findings.into_iter().map(Into::into).collect());
    let mut suppressions = Suppressions::collect(project, registry, settings);
    let mandatory = &settings.mandatory;
    let mut silenced: Vec<_> = findings.iter().map(|finding| suppressions.silence(project, finding)).collect();
    let broken = |document: &Document| {
        let mut here = findings.iter().filter(|finding| finding.primary.file == document.file);
        here.any(|finding| mandatory.contains(&finding.rule))
    };
    let complaints = suppressions.report(project, registry, settings, broken);
    let complaints: Vec<BoxedFinding> = order.sorted(complaints.into_iter().map(Box::new).collect());
    if !complaints.is_empty() {
        silenced.extend(complaints.iter().map(|finding| suppressions.silence(project, finding)));
        findings.extend(complaints);
        let mut both: Vec<_> = findings.into_iter().zip(silenced).collect();
        both.sort_by(|a, b| order.compare(&a.0, &b.0));
        (findings, silenced) = both.into_iter().unzip();
    }
    let ignored: Vec<_> =
        project.documents.iter().map(|document| settings.of(document.file).ignored_in(place(document))).collect();
    // Over all that was found, so that hiding or silencing one of two like findings does not rename the other.
    let fingerprints = match settings.fingerprints {
        true => fingerprint::assign(project, &findings),
        false => vec![String::new(); findings.len()],
    };
    let mut outcome = Outcome { findings: Vec::with_capacity(findings.len()), ..Outcome::default() };
    for ((mut finding, silenced), fingerprint) in findings.into_iter().zip(silenced).zip(fingerprints) {
        let here = settings.of(finding.primary.file);
        if !here.selection.keeps(&finding) {
            continue;
        }
        finding.severity = here.severity(&finding);
        let mandatory = mandatory.contains(&finding.rule);
        let ignored = ignored.get(finding.primary.file.index()).into_iter().flatten();
        if let Some(reason) = silenced.filter(|_| !mandatory) {
            outcome.suppressed.push(Suppressed { finding: *finding, fingerprint, by: SuppressedBy::Comment, reason });
        } else if !mandatory && ignored.into_iter().any(|selector| names_finding(selector, &finding)) {
            outcome.suppressed.push(Suppressed { finding: *finding, fingerprint, by: SuppressedBy::Configuration, reason: None });
        } else if !mandatory && !here.shows(&finding) {
            outcome.hidden += 1;
        } else {
            let fails = mandatory || here.fail_on.includes(finding.severity);
            outcome.findings.push(Judged { finding, fingerprint, fails, diff: None });
        }
    }
    outcome
}

/// The order of findings: by path, place, rule, words and aliases.
struct Order {
    /// The place of each file among all paths: they are compared once for each file, not for each finding in it.
    ranks: Vec<usize>,
}

impl Order {
    fn of(project: &Project) -> Self {
        let mut files: Vec<&Document> = project.documents.iter().map(|document| &**document).collect();
        files.sort_by(|a, b| a.source.path.cmp(&b.source.path));
        let mut ranks = vec![0; files.len()];
        let mut rank = 0;
        for (index, document) in files.iter().enumerate() {
            rank += usize::from(index > 0 && files[index - 1].source.path != document.source.path);
            ranks[document.file.index()] = rank;
        }
        Self { ranks }
    }

    fn compare(&self, a: &Finding, b: &Finding) -> Ordering {
        let place = |finding: &Finding| {
            let Location { file, span } = finding.primary;
            (self.ranks[file.index()], span.start, file)
        };
        place(a).cmp(&place(b)).then_with(|| (a.rule, &a.message, &a.aliases).cmp(&(b.rule, &b.message, &b.aliases)))
    }

    /// Sorted, and each once: a file that several others include may have been judged several times.
    fn sorted<F: Borrow<Finding> + Send>(&self, mut findings: Vec<F>) -> Vec<F> {
        let compare = |a: &F, b: &F| self.compare(a.borrow(), b.borrow());
        if findings.len() < PARALLEL_FROM {
            findings.sort_by(compare);
        } else {
            findings.par_sort_by(compare);
        }
        findings.dedup_by(|a, b| compare(a, b) == Ordering::Equal);
        findings
    }
}

/// Where a document lies, for the globs of the configuration.
fn place(document: &Document) -> &Path {
    document.source.location.as_deref().unwrap_or(Path::new(&document.source.path))
}
