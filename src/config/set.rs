//! Which configuration holds for which file.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use rustc_hash::FxHashMap;

use super::error::ConfigError;
use super::loaded::{Config, resolve_folder};

/// The names of the file.
pub const NAMES: [&str; 2] = ["shipworthy.toml", ".shipworthy.toml"];

/// The configurations of a run. By default each file has the nearest one: from its folder upwards, to the first folder
/// that holds a `.git`, or to the root of the file system where there is none. It is not merged with those above it.
#[derive(Debug)]
pub struct ConfigSet {
    /// The one for every file, when the command line says so.
    fixed: Option<Arc<Config>>,
    defaults: Arc<Config>,
    /// By folder, as given and resolved.
    folders: Mutex<FxHashMap<PathBuf, Arc<Config>>>,
}

impl ConfigSet {
    /// The nearest configuration of each file.
    pub fn nearest() -> Self {
        Self { fixed: None, defaults: Arc::default(), folders: Mutex::default() }
    }

    /// `--config FILE`: one file for all. The paths in it are relative to the current directory, since the file may lie
    /// outside the tree.
    pub fn file(path: &Path) -> Result<Self, ConfigError> {
        let config = Config::load(path, &resolve_folder(Path::new(".")))?;
        Ok(Self { fixed: Some(Arc::new(config)), ..Self::nearest() })
    }

    /// `--isolated`: the defaults for all.
    pub fn isolated() -> Self {
        let nearest = Self::nearest();
        Self { fixed: Some(Arc::clone(&nearest.defaults)), ..nearest }
    }

    /// The configuration of a file, which need not exist.
    pub fn of(&self, path: &Path) -> Result<Arc<Config>, ConfigError> {
        if let Some(fixed) = &self.fixed {
            return Ok(Arc::clone(fixed));
        }
        match path.parent() {
            Some(folder) if folder != Path::new("") => self.of_folder(folder),
            _ => self.of_folder(Path::new(".")),
        }
    }

    /// The configuration of the files in a folder.
    pub fn of_folder(&self, folder: &Path) -> Result<Arc<Config>, ConfigError> {
        if let Some(fixed) = &self.fixed {
            return Ok(Arc::clone(fixed));
        }
        let mut known = self.folders.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(config) = known.get(folder) {
            return Ok(Arc::clone(config));
        }
        let resolved = resolve_folder(folder);
        let mut passed = vec![folder.to_owned()];
        let mut config = Arc::clone(&self.defaults);
        for above in resolved.ancestors() {
            if let Some(found) = known.get(above) {
                config = Arc::clone(found);
                break;
            }
            passed.push(above.to_owned());
            if let Some(found) = in_folder(above)? {
                config = Arc::new(found);
                break;
            }
            if above.join(".git").exists() {
                break;
            }
        }
        known.extend(passed.into_iter().map(|folder| (folder, Arc::clone(&config))));
        Ok(config)
    }

    /// Whether the configuration of a file or folder says that it is not to be read.
    pub fn excludes(&self, path: &Path) -> Result<bool, ConfigError> {
        Ok(self.of(path)?.excludes(path))
    }
}

fn in_folder(folder: &Path) -> Result<Option<Config>, ConfigError> {
    let mut found = NAMES.map(|name| folder.join(name)).into_iter().filter(|path| path.is_file());
    let Some(path) = found.next() else { return Ok(None) };
    let config = Config::load(&path, folder)?;
    match found.next() {
        Some(_) => {
            let message = format!("lies beside a {}: only one of them can count", NAMES[1]);
            Err(ConfigError::file(config.path().unwrap_or_default(), message).with_help("remove one of the two"))
        }
        None => Ok(Some(config)),
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    /// A tree of files; `""` as content makes a folder.
    fn tree(files: &[(&str, &str)]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        for (path, content) in files {
            let path = folder.path().join(path);
            fs::create_dir_all(if content.is_empty() { &path } else { path.parent().unwrap() }).unwrap();
            if !content.is_empty() {
                fs::write(path, content).unwrap();
            }
        }
        folder
    }

    fn profile(set: &ConfigSet, path: &Path) -> Option<&'static str> {
        let config = set.of(path).unwrap();
        config.file.check.profile.as_ref().map(|profile| profile.get_ref().name())
    }

    const STRICT: &str = "[check]\nprofile = \"strict\"\n";
    const PEDANTIC: &str = "[check]\nprofile = \"pedantic\"\n";

    #[test]
    fn the_nearest_file_counts_alone() {
        let tree =
            tree(&[(".git", ""), ("shipworthy.toml", STRICT), ("a/b/.shipworthy.toml", PEDANTIC), ("a/b/c", ""), ("d", "")]);
        let set = ConfigSet::nearest();
        assert_eq!(profile(&set, &tree.path().join("a/b/c/Dockerfile")), Some("pedantic"));
        assert_eq!(profile(&set, &tree.path().join("a/Dockerfile")), Some("strict"));
        assert_eq!(profile(&set, &tree.path().join("d/../a/b/Dockerfile")), Some("pedantic"));
        assert_eq!(profile(&set, &tree.path().join("a/b/../Dockerfile")), Some("strict"));
        assert_eq!(profile(&set, &tree.path().join("not/there/Dockerfile")), Some("strict"));
        let one = set.of(&tree.path().join("Dockerfile")).unwrap();
        assert!(Arc::ptr_eq(&one, &set.of(&tree.path().join("d/Dockerfile")).unwrap()), "one file is read once");
    }

    #[test]
    fn the_search_ends_at_the_root_of_the_repository() {
        let tree = tree(&[
            ("shipworthy.toml", STRICT),
            ("repo/.git", ""),
            ("repo/a", ""),
            ("worktree/.git", "gitdir: x\n"),
            ("free", ""),
        ]);
        let set = ConfigSet::nearest();
        assert_eq!(profile(&set, &tree.path().join("repo/a/Dockerfile")), None);
        assert_eq!(profile(&set, &tree.path().join("worktree/Dockerfile")), None);
        assert_eq!(profile(&set, &tree.path().join("free/Dockerfile")), Some("strict"));
    }

    #[test]
    fn globs_are_matched_from_the_folder_of_each_file() {
        let text = "[check]\nexclude = [\"old/Dockerfile\"]\n";
        let tree = tree(&[(".git", ""), ("a/shipworthy.toml", text), ("a/old", ""), ("old", "")]);
        let set = ConfigSet::nearest();
        assert!(set.excludes(&tree.path().join("a/old/Dockerfile")).unwrap());
        assert!(!set.excludes(&tree.path().join("old/Dockerfile")).unwrap());
    }

    #[test]
    fn two_files_in_one_folder_are_refused() {
        let tree = tree(&[("shipworthy.toml", STRICT), (".shipworthy.toml", PEDANTIC)]);
        let error = ConfigSet::nearest().of(&tree.path().join("Dockerfile")).unwrap_err().to_string();
        assert!(error.contains("lies beside a .shipworthy.toml"), "{error}");
    }

    #[test]
    fn the_command_line_beats_the_search() {
        let tree = tree(&[("shipworthy.toml", "broken"), ("ci/other.toml", STRICT)]);
        let path = tree.path().join("Dockerfile");
        assert!(ConfigSet::nearest().of(&path).is_err());
        assert_eq!(profile(&ConfigSet::isolated(), &path), None);
        let given = ConfigSet::file(&tree.path().join("ci/other.toml")).unwrap();
        assert_eq!(profile(&given, &path), Some("strict"));
        assert!(ConfigSet::file(&tree.path().join("none.toml")).is_err());
    }
}
