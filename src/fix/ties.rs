//! Files that stand or fall together.

use rustc_hash::FxHashMap;

use crate::source::FileId;

/// Groups of files; a file that was never tied is a group of its own.
#[derive(Debug, Default)]
pub struct Ties {
    parents: FxHashMap<FileId, FileId>,
}

impl Ties {
    /// The file that stands for the group.
    pub fn group(&self, file: FileId) -> FileId {
        let mut root = file;
        while let Some(&parent) = self.parents.get(&root) {
            root = parent;
        }
        root
    }

    pub fn tie(&mut self, files: &[FileId]) {
        let Some((&first, others)) = files.split_first() else { return };
        let root = self.group(first);
        // Each member points at the root directly, so that chains stay short.
        for &file in others {
            let other = self.group(file);
            if other != root {
                self.parents.insert(other, root);
            }
            if file != root {
                self.parents.insert(file, root);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups_merge() {
        let mut ties = Ties::default();
        ties.tie(&[FileId(1), FileId(2)]);
        ties.tie(&[FileId(3), FileId(4)]);
        assert_ne!(ties.group(FileId(2)), ties.group(FileId(4)));
        ties.tie(&[FileId(4), FileId(2), FileId(4)]);
        assert_eq!(ties.group(FileId(1)), ties.group(FileId(3)));
        assert_eq!(ties.group(FileId(9)), FileId(9));
    }
}
