//! Names of findings that hold when lines move, for baselines and for services that follow a fault from run to run.

use std::borrow::Cow;

use rustc_hash::FxHashMap;
use siphasher::sip128::SipHasher13;

use crate::finding::Finding;
use crate::project::Project;
use crate::source::masked;

/// The fingerprint of each finding, in their order: 32 hexadecimal digits from its rule, the path, the masked and trimmed
/// text of its line, and which of several such it is, counted down the file. The same on every platform and in every
/// version: baselines hold these.
pub fn assign(project: &Project, findings: &[Finding]) -> Vec<String> {
    let mut texts: FxHashMap<u32, Cow<'_, str>> = FxHashMap::default();
    let mut lines: FxHashMap<(u32, usize), u128> = FxHashMap::default();
    let kinds: Vec<u128> = findings
        .iter()
        .map(|finding| {
            let file = finding.primary.file;
            let document = project.document(file);
            let line = document.source.line(finding.primary.span.start().min(document.source.text().len()));
            let line = *lines.entry((file.0, line)).or_insert_with(|| {
                let text = texts.entry(file.0).or_insert_with(|| masked(document.source.text(), &document.secrets));
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
