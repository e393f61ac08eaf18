//! What a sign-off speaks of, as a digest: it lapses when that changes.

use sha2::{Digest, Sha256};

use super::document::{Bound, Control};
use crate::project::Project;
use crate::source::{Kind, masked};

/// The digest of what a sign-off of a control speaks of: the words of the control, and the files that it binds, or those that the
/// signer named instead. Secrets are covered first, so that nobody can find one out by trying. `None` where it binds images, and none were seen.
pub fn of_control(project: &Project, control: &Control, named: &[String]) -> Option<String> {
    let mut hash = Sha256::new();
    part(&mut hash, &control.title);
    part(&mut hash, control.manual.as_deref().unwrap_or_default());
    let bound = |kind: Kind| {
        control.binds.iter().any(|bound| match bound {
            Bound::Dockerfile => kind == Kind::Dockerfile,
            Bound::Compose => kind == Kind::Compose,
            Bound::Nginx => kind == Kind::Nginx,
            Bound::Env => kind == Kind::Env,
            Bound::Images => false,
        })
    };
    let mut documents: Vec<_> = project
        .documents
        .iter()
        .filter(|document| match named {
            [] => bound(document.kind()),
            named => named.contains(&document.source.path),
        })
        .collect();
    documents.sort_by(|one, other| one.source.path.cmp(&other.source.path));
    for document in &documents {
        part(&mut hash, &document.source.path);
        part(&mut hash, &masked(document.source.text(), document.secrets()));
    }
    if named.is_empty() && control.binds.contains(&Bound::Images) {
        let snapshots = project.documents.iter().filter_map(|document| document.snapshot());
        let engines = snapshots.flat_map(|snapshot| &snapshot.snapshot.engines);
        let mut images: Vec<&str> =
            engines.flat_map(|engine| &engine.containers).map(|container| container.image_id.as_str()).collect();
        if images.is_empty() {
            return None;
        }
        images.sort_unstable();
        images.dedup();
        images.iter().for_each(|image| part(&mut hash, image));
    }
    // Files that were named and are gone are a change.
    part(&mut hash, &documents.len().to_string());
    Some(format!("sha256:{}", hexadecimal(&hash.finalize(), 64)))
}

/// A short name for something that has no fingerprint of its own.
pub(super) fn short(parts: &[&str]) -> String {
    let mut hash = Sha256::new();
    parts.iter().for_each(|text| part(&mut hash, text));
    hexadecimal(&hash.finalize(), 12)
}

/// The length before the bytes, so that two parts are never read as two others.
fn part(hash: &mut Sha256, text: &str) {
    hash.update((text.len() as u64).to_le_bytes());
    hash.update(text.as_bytes());
}

fn hexadecimal(bytes: &[u8], digits: usize) -> String {
    let mut text: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    text.truncate(digits);
    text
}
