//! Snapshots from files: what `audit --save` wrote, on this machine or another.

use std::fs;
use std::io::Read;
use std::path::Path;

use super::{Snapshot, SnapshotDocument, SnapshotError};

/// Larger files are refused unread: a snapshot of a thousand containers has a tenth of it.
pub const MAX_BYTES: u64 = 100 << 20;

/// Why a file could not be used.
#[derive(Debug, thiserror::Error)]
pub enum InputError {
    #[error("cannot be read: {0}")]
    Read(#[from] std::io::Error),
    #[error("is larger than 100 MB")]
    TooLarge,
    #[error("is not UTF-8")]
    Encoding,
    #[error(transparent)]
    Snapshot(#[from] SnapshotError),
}

/// The snapshot in a file, and the text that findings show: that of the file where nothing in it had to be left out.
pub fn read(path: &Path) -> Result<(Snapshot, String), InputError> {
    let mut bytes = Vec::new();
    fs::File::open(path)?.take(MAX_BYTES + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > MAX_BYTES {
        return Err(InputError::TooLarge);
    }
    let text = String::from_utf8(bytes).map_err(|_| InputError::Encoding)?;
    let read = SnapshotDocument::read(&text)?.snapshot;
    let mut snapshot = read.clone();
    snapshot.redact();
    let text = if snapshot == read { text } else { snapshot.text() };
    Ok((snapshot, text))
}
