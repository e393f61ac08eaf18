//! Files that mean something only together, and what they mean.

use crate::source::{FileId, Kind, Sources};

use super::Document;

/// A compose project with its overrides, includes and env files; an nginx configuration with all that it includes.
#[derive(Debug)]
pub struct Unit {
    /// The file that the others hang on; the unit is of its kind.
    pub root: FileId,
    /// Every file that was read for it, the root first, each once. What is said of one of them hangs on all.
    pub files: Vec<FileId>,
    pub content: UnitContent,
}

/// What the files of a unit mean together.
#[derive(Debug)]
pub enum UnitContent {}

impl Unit {
    /// The kind of its root.
    pub fn kind(&self) -> Kind {
        match self.content {}
    }
}

/// The files of a run that others hang on, each with its kind.
pub(super) fn roots(_documents: &[std::sync::Arc<Document>]) -> Vec<(FileId, Kind)> {
    Vec::new()
}

/// Reads the unit of a root.
pub(super) fn load(_root: FileId, _kind: Kind, _sources: &dyn Sources) -> Option<Unit> {
    None
}

/// For each file the number of the group that it is in: files that share a unit, directly or over others. Files of no unit are in
/// none.
pub fn groups(units: &[std::sync::Arc<Unit>], files: usize) -> Vec<Option<usize>> {
    let mut leader: Vec<usize> = (0..files).collect();
    for unit in units {
        let root = find(&mut leader, unit.root.index());
        for file in &unit.files {
            let other = find(&mut leader, file.index());
            leader[other] = root;
        }
    }
    let mut groups = vec![None; files];
    for file in units.iter().flat_map(|unit| &unit.files) {
        groups[file.index()] = Some(find(&mut leader, file.index()));
    }
    groups
}

/// The leader of a file's group; the way there is made shorter as it is walked.
fn find(leader: &mut [usize], mut at: usize) -> usize {
    while leader[at] != at {
        leader[at] = leader[leader[at]];
        at = leader[at];
    }
    at
}
