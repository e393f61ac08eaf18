//! Which files were read, and which were not judged.

use sha2::{Digest, Sha256};

use crate::report::summary::{Status, plural, status};
use crate::report::view::View;
use crate::source::FileId;

/// A file that was found.
pub(in crate::report) struct FileRow<'v> {
    pub path: &'v str,
    pub kind: &'static str,
    pub status: &'static str,
    /// For the colours of a page.
    pub class: &'static str,
    pub icon: &'static str,
    /// Why it was not judged.
    pub why: String,
    pub findings: usize,
    pub sha256: String,
}

pub(super) fn rows<'v>(view: &'v View<'_>) -> Vec<FileRow<'v>> {
    let mut counts = vec![0; view.run.project.documents.len()];
    for judged in &view.run.outcome.findings {
        counts[judged.finding.primary.file.index()] += 1;
    }
    let documents = view.run.project.documents.iter();
    let mut rows: Vec<FileRow<'v>> = documents
        .zip(counts)
        .map(|(document, findings)| {
            let (status, class, icon, why) = match status(view, document) {
                Status::Judged => ("judged", "pass", "✓", String::new()),
                Status::NotJudged => ("not judged", "open", "?", "no rule reads files of this kind".to_owned()),
                Status::Error => ("error", "fail", "✕", error_of(view, document.file)),
            };
            let digest = || Sha256::digest(document.source.bytes()).iter().map(|byte| format!("{byte:02x}")).collect::<String>();
            // Of what nobody judges the text was not kept.
            let sha256 = if document.kind().is_judged() { digest() } else { String::new() };
            FileRow { path: &document.source.path, kind: document.kind().name(), status, class, icon, why, findings, sha256 }
        })
        .collect();
    rows.sort_by(|a, b| a.path.cmp(b.path));
    rows
}

fn error_of(view: &View<'_>, file: FileId) -> String {
    let error = view.run.outcome.errors.iter().find(|error| error.file == Some(file));
    error.map(|error| error.message.clone()).unwrap_or_default()
}

/// What no run looks at, and what this one left out.
pub(super) fn unread(view: &View<'_>) -> Vec<String> {
    let mut words = Vec::new();
    let excluded = view.run.record.map_or(0, |record| record.excluded);
    if excluded > 0 {
        words
            .push(format!("{} named on the command line, left out by `exclude` of the configuration.", plural(excluded, "path")));
    }
    words.push("What `.gitignore` or `exclude` of the configuration leaves out, and `.git`.".to_owned());
    words.push("What lies only inside images or on a server.".to_owned());
    words
}
