//! Who else gets to see an env file: whoever has an account on the machine, whoever has a clone of the repository.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use rustc_hash::FxHashMap;

use crate::source::{Kind, SourceFile, git_index};

/// How far above a file its repository is looked for.
const MOST_FOLDERS_ABOVE: usize = 40;

/// The top of a work tree, and the index of its repository.
type Repository = (PathBuf, PathBuf);

/// A file by its path from the top of the work tree.
type Asked<'s> = (Vec<u8>, &'s mut SourceFile);

/// Looks after the env files among those that were read.
pub(super) fn look_after<'s>(files: impl Iterator<Item = &'s mut SourceFile>) {
    let mut repositories: FxHashMap<PathBuf, Option<Repository>> = FxHashMap::default();
    let mut asked: BTreeMap<Repository, Vec<Asked<'s>>> = BTreeMap::new();
    for file in files.filter(|file| file.kind == Kind::Env) {
        let Some(location) = file.location.as_deref().and_then(|location| std::path::absolute(location).ok()) else { continue };
        file.custody.others_read = others_read(&location);
        let folder = location.parent().unwrap_or(&location);
        let Some((top, index)) = repository(folder, &mut repositories) else { continue };
        if let Some(path) = location.strip_prefix(&top).ok().and_then(Path::to_str) {
            asked.entry((top, index)).or_default().push((path.replace('\\', "/").into_bytes(), file));
        }
    }
    for ((_, index), files) in asked {
        let mut files: FxHashMap<Vec<u8>, &mut SourceFile> = files.into_iter().collect();
        let Some(bytes) = read(&index) else { continue };
        let mut kept = |path: &[u8]| {
            if let Some(file) = files.get_mut(path) {
                file.custody.in_git = true;
            }
        };
        let _ = git_index::each_path(&bytes, &mut kept);
    }
}

#[cfg(unix)]
fn others_read(location: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt;
    fs::metadata(location).is_ok_and(|metadata| metadata.permissions().mode() & 0o004 != 0)
}

#[cfg(not(unix))]
fn others_read(_: &Path) -> bool {
    false
}

/// The top of the work tree that a folder is in, and the index of its repository. `known` is what was found for the folders before it, and for
/// those above them.
fn repository(folder: &Path, known: &mut FxHashMap<PathBuf, Option<Repository>>) -> Option<Repository> {
    let mut passed = Vec::new();
    let mut found = None;
    for top in folder.ancestors().take(MOST_FOLDERS_ABOVE) {
        if let Some(known) = known.get(top) {
            found.clone_from(known);
            break;
        }
        passed.push(top.to_owned());
        if let Some(index) = index(top) {
            found = index.map(|index| (top.to_owned(), index));
            break;
        }
    }
    known.extend(passed.into_iter().map(|folder| (folder, found.clone())));
    found
}

/// Where the index of a work tree lies; `Some(None)` for one that does not say so, and `None` for a folder that is no top of one.
fn index(top: &Path) -> Option<Option<PathBuf>> {
    let git = top.join(".git");
    let metadata = fs::metadata(&git).ok()?;
    if metadata.is_dir() {
        return Some(Some(git.join("index")));
    }
    // Of a linked work tree it is a file that says where.
    let text = fs::read_to_string(&git).ok().filter(|_| metadata.len() < 4096);
    let named = text.as_deref().and_then(|text| text.strip_prefix("gitdir:")).map(str::trim);
    Some(named.map(|named| top.join(named).join("index")))
}

fn read(index: &Path) -> Option<Vec<u8>> {
    let metadata = fs::metadata(index).ok()?;
    if metadata.is_file() && metadata.len() <= git_index::MAX_BYTES { fs::read(index).ok() } else { None }
}
