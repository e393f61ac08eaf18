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
        let folder = location.parent().unwrap_or(&location).to_owned();
        let repository = repositories.entry(folder).or_insert_with_key(|folder| repository(folder)).clone();
        let Some((top, index)) = repository else { continue };
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

/// The top of the work tree that a folder is in, and the index of its repository.
fn repository(folder: &Path) -> Option<Repository> {
    for top in folder.ancestors().take(MOST_FOLDERS_ABOVE) {
        let git = top.join(".git");
        let Ok(metadata) = fs::metadata(&git) else { continue };
        if metadata.is_dir() {
            return Some((top.to_owned(), git.join("index")));
        }
        // Of a linked work tree it is a file that says where.
        let text = fs::read_to_string(&git).ok().filter(|_| metadata.len() < 4096)?;
        let named = text.strip_prefix("gitdir:")?.trim();
        return Some((top.to_owned(), top.join(named).join("index")));
    }
    None
}

fn read(index: &Path) -> Option<Vec<u8>> {
    let metadata = fs::metadata(index).ok()?;
    if metadata.is_file() && metadata.len() <= git_index::MAX_BYTES { fs::read(index).ok() } else { None }
}
