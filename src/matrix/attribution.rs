//! Which findings speak of which row: those on bytes that the row is made of.

use crate::finding::Finding;
use crate::source::{FileId, Location, Span};
use crate::triage::Outcome;

use super::subjects::{RowSubject, Subject};

/// A finding of a row; what silenced it, where something did.
pub(super) struct Own<'o> {
    pub finding: &'o Finding,
    pub fingerprint: &'o str,
    pub waived: Option<String>,
}

/// The findings on what a row is made of: its part of the compose files with what it takes from anchors, `extends` and env files; the stages
/// of its Dockerfile up to the one that runs; its containers and their images.
pub(super) fn findings_of<'o>(outcome: &'o Outcome, row: &RowSubject<'_>) -> Vec<Own<'o>> {
    let places = places(row);
    let is_own = |finding: &Finding| {
        let at = finding.primary;
        places.iter().any(|place| place.file == at.file && touches(place.span, at.span))
    };
    let open = outcome.findings.iter().filter(|judged| is_own(&judged.finding)).map(|judged| Own {
        finding: &judged.finding,
        fingerprint: &judged.fingerprint,
        waived: None,
    });
    let silenced = outcome.suppressed.iter().filter(|suppressed| is_own(&suppressed.finding));
    open.chain(silenced.map(|suppressed| Own {
        finding: &suppressed.finding,
        fingerprint: &suppressed.fingerprint,
        waived: Some(why(suppressed)),
    }))
    .collect()
}

/// What silenced a finding, in words.
pub fn why(suppressed: &crate::triage::Suppressed) -> String {
    use crate::triage::SuppressedBy;
    let by = match suppressed.by {
        SuppressedBy::Comment => "by a comment",
        SuppressedBy::Configuration => "by the configuration",
        SuppressedBy::Baseline => "by the baseline",
        SuppressedBy::Waiver => "by a waiver",
    };
    suppressed.reason.as_ref().map_or_else(|| by.to_owned(), |reason| format!("{by}: {reason}"))
}

fn touches(place: Span, finding: Span) -> bool {
    place.start() <= finding.start() && finding.start() < place.end().max(place.start() + 1)
}

/// The bytes that a row is made of.
fn places(row: &RowSubject<'_>) -> Vec<Location> {
    let mut places: Vec<Location> = vec![row.place];
    if let Subject::Service(service) = &row.subject {
        let mut add = |location: Location| {
            if !places.contains(&location) {
                places.push(location);
            }
        };
        service.service.node.each(&mut |node| {
            if !node.origin.ways.has(crate::compose::Ways::IMPLIED) {
                add(node.origin.location());
                add(node.origin.key_location());
            }
        });
    }
    if let Some((file, dockerfile, stage)) = row.built() {
        // Earlier stages too: what they are built on and what they hold gets into the image or its build.
        let stage = &dockerfile.stages[stage];
        let last = stage.instructions.end.max(stage.from + 1) - 1;
        places.push(Location { file, span: Span::new(0, dockerfile.instruction(last).span.end()) });
    }
    places.extend(governed(row));
    for seen in &row.containers {
        let mut whole = |pointer: &str| {
            let span = seen.document.whole(pointer);
            places.push(Location { file: seen.file, span });
        };
        whole(&seen.container.pointer);
        if let Some(image) = seen.engine.image_of(seen.container) {
            whole(&image.pointer);
        }
    }
    places
}

/// What states the releases of a row, and what its entry in the table of services says.
fn governed(row: &RowSubject<'_>) -> Vec<Location> {
    let Some((scope, service)) = &row.governed else { return Vec::new() };
    let mut places: Vec<Location> = service.versions.iter().map(|stated| stated.place).collect();
    places.extend(service.written_probes());
    if let Some(entry) = service.entry {
        let texts = [Some(&entry.name), entry.reason.as_ref(), entry.health.as_ref()];
        let releases = entry.runtimes.iter().map(|(_, release)| release.span());
        let spans = texts.into_iter().flatten().map(toml::Spanned::span).chain(releases).map(Span::from);
        let others = [entry.because_span, entry.port_span, entry.until.map(|(_, span)| span)];
        places.extend(spans.chain(others.into_iter().flatten()).map(|span| scope.in_config(span)));
    }
    places
}

/// Files that a row is made of.
pub(super) fn files(row: &RowSubject<'_>) -> Vec<FileId> {
    let mut files: Vec<FileId> = places(row).into_iter().map(|place| place.file).collect();
    files.sort_by_key(|file| file.index());
    files.dedup();
    files
}
