//! Names of findings that hold when lines move, for baselines and for services that follow a fault from run to run.

use std::borrow::{Borrow, Cow};

use rustc_hash::FxHashMap;
use siphasher::sip128::SipHasher13;

use crate::finding::Finding;
use crate::project::Project;
use crate::source::{Span, masked};

/// The fingerprint of each finding, in their order: 32 hexadecimal digits from its rule, the path, the masked and trimmed
/// text of its line, and which of several such it is, counted down the file. The same on every platform and in every
/// version: baselines hold these.
pub fn assign<F: Borrow<Finding>>(project: &Project, findings: &[F]) -> Vec<String> {
    let mut texts: FxHashMap<u32, Cow<'_, str>> = FxHashMap::default();
    let mut lines: FxHashMap<(u32, usize), u128> = FxHashMap::default();
    let findings: Vec<&Finding> = findings.iter().map(Borrow::borrow).collect();
    let kinds: Vec<u128> = findings
        .iter()
        .map(|finding| {
            let file = finding.primary.file;
            let document = project.document(file);
            let line = document.source.line(finding.primary.span.start().min(document.source.text().len()));
            let line = *lines.entry((file.0, line)).or_insert_with(|| {
                let text = texts.entry(file.0).or_insert_with(|| masked(document.source.text(), document.secrets()));
                hash(&[document.source.line_span(line).slice(text).trim().as_bytes()])
            });
            hash(&[finding.rule.as_bytes(), document.source.path.as_bytes(), &line.to_le_bytes()])
        })
        .collect();

    let mut order: Vec<usize> = (0..findings.len()).collect();
    order.sort_by_key(|index| (findings[*index].primary, &findings[*index].message));
    let mut seen: FxHashMap<u128, u64> = FxHashMap::default();
    let mut fingerprints = vec![String::new(); findings.len()];
    for index in order {
        let occurrence = seen.entry(kinds[index]).or_default();
        fingerprints[index] = format!("{:032x}", hash(&[&kinds[index].to_le_bytes(), &occurrence.to_le_bytes()]));
        *occurrence += 1;
    }
    fingerprints
}

/// The masked and trimmed text of the line of a finding, as a hash: 16 hexadecimal digits.
pub fn of_line(project: &Project, finding: &Finding) -> String {
    let document = project.document(finding.primary.file);
    let source = &document.source;
    let span = source.line_span(source.line(finding.primary.span.start().min(source.text().len())));
    let here = document.secrets().iter().filter(|secret| secret.start() < span.end() && span.start() < secret.end());
    let within = here.map(|secret| {
        let (start, end) = (secret.start().max(span.start()), secret.end().min(span.end()));
        Span::new(start - span.start(), end - span.start())
    });
    let line = masked(span.slice(source.text()), &within.collect::<Vec<_>>()).trim().to_owned();
    format!("{:016x}", hash(&[line.as_bytes()]) as u64)
}

/// Hashes the parts with their lengths, so that no two lists of parts are the same bytes.
fn hash(parts: &[&[u8]]) -> u128 {
    let mut bytes = Vec::with_capacity(parts.iter().map(|part| part.len() + 8).sum());
    for part in parts {
        bytes.extend_from_slice(&(part.len() as u64).to_le_bytes());
        bytes.extend_from_slice(part);
    }
    let hash = SipHasher13::new().hash(&bytes);
    // Not `as_u128`, which swaps the halves' bytes on big-endian machines.
    u128::from(hash.h2) << 64 | u128::from(hash.h1)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::finding::{Confidence, Location, Severity};
    use crate::project::{Content, Document};
    use crate::source::{FileId, Kind, SourceFile, Span};

    fn fingerprints(text: &str, rule: &'static str, words: &[(&str, usize)]) -> Vec<String> {
        let secrets = text.match_indices("secret").map(|(at, word)| Span::new(at, at + word.len())).collect();
        let source = SourceFile::new("a/Dockerfile", Kind::Dockerfile, text.as_bytes().to_vec());
        let document = Document::of_parts(FileId(0), source, Content::Unread, secrets);
        let findings: Vec<Finding> = words
            .iter()
            .map(|(word, nth)| {
                let at = text.match_indices(word).nth(*nth).unwrap().0;
                let primary = Location { file: FileId(0), span: Span::new(at, at + word.len()) };
                Finding {
                    among: None,
                    rule,
                    severity: Severity::Low,
                    confidence: Confidence::High,
                    message: String::new(),
                    primary,
                    related: Vec::new(),
                    aliases: Vec::new(),
                    fix: None,
                }
            })
            .collect();
        assign(&Project { documents: vec![Arc::new(document)], ..Project::default() }, &findings)
    }

    #[test]
    fn they_hold_when_lines_move_and_only_then() {
        let before = fingerprints("RUN a\nRUN b\nRUN a\n", "x/y", &[("RUN", 0), ("RUN", 1), ("RUN", 2)]);
        // Written in baselines: this text never changes.
        assert_eq!(before[0], "7580c850ed41139d8a778e32703f4106");
        assert!(before[0] != before[1] && before[0] != before[2] && before[1] != before[2]);
        let after = fingerprints("FROM c\n  RUN a\r\nRUN b\nRUN a", "x/y", &[("RUN", 2), ("RUN", 1), ("RUN", 0)]);
        assert_eq!(after.iter().rev().collect::<Vec<_>>(), before.iter().collect::<Vec<_>>());
        assert_ne!(fingerprints("RUN a", "x/z", &[("RUN", 0)])[0], before[0]);
    }

    #[test]
    fn they_know_nothing_of_secrets() {
        let one = fingerprints("ENV A=secret", "x/y", &[("A", 0)]);
        let same_width = fingerprints("ENV A=******", "x/y", &[("A", 0)]);
        assert_eq!(one, same_width);
    }
}
