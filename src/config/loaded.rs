//! One configuration in use: the file, where it lies, and its globs ready to match.

use std::fs;
use std::path::{Component, Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use rustc_hash::FxHashMap;
use toml::Spanned;

use super::error::ConfigError;
use super::file::ConfigFile;
use super::globs::Globs;
use super::policy::PolicySource;
use super::read::read;
use crate::finding::Environment;
use crate::source::Span;

/// A `shipworthy.toml`, or the defaults where there is none.
#[derive(Debug, Default)]
pub struct Config {
    pub file: ConfigFile,
    origin: Option<Origin>,
    /// What the paths in the file are relative to.
    root: PathBuf,
    exclude: Globs,
    /// In the order of [`ConfigFile::check`]'s `per_file_ignores`.
    per_file: Vec<Globs>,
    /// In the order of [`ConfigFile::project`].
    projects: Vec<Globs>,
    /// Folders as given, by their path from `root`: a walk asks for each file, and a look at the disk costs more than a match.
    folders: Mutex<FxHashMap<PathBuf, String>>,
}

/// The file that a configuration was read from.
#[derive(Debug)]
struct Origin {
    /// As it is shown.
    path: String,
    text: String,
    location: Option<PathBuf>,
}

impl Config {
    /// Reads a file; the paths in it are relative to `root`.
    pub fn load(path: &Path, root: &Path) -> Result<Self, ConfigError> {
        let shown = shown(path);
        let bytes =
            fs::read(path).map_err(|error| ConfigError::file(&shown, format!("the configuration cannot be read: {error}")))?;
        let text = String::from_utf8(bytes).map_err(|error| {
            let line = error.as_bytes()[..error.utf8_error().valid_up_to()].iter().filter(|byte| **byte == b'\n').count() + 1;
            ConfigError::file(&shown, format!("line {line} is not UTF-8"))
        })?;
        let mut config = Self::parse(&shown, text, root)?;
        if let Some(origin) = &mut config.origin {
            origin.location = Some(std::path::absolute(path).unwrap_or_else(|_| path.to_owned()));
        }
        Ok(config)
    }

    /// Reads the text of a file that is shown as `path`.
    pub fn parse(path: &str, text: String, root: &Path) -> Result<Self, ConfigError> {
        let file = read(path, &text)?;
        let origin = Origin { path: path.to_owned(), text, location: None };
        let mut config = Self { file, origin: Some(origin), root: root.to_owned(), ..Self::default() };
        config.exclude = match &config.file.check.exclude {
            Some(patterns) => config.globs(patterns.get_ref())?,
            None => Globs::default(),
        };
        let ignores = config.file.check.per_file_ignores.keys();
        config.per_file = ignores.map(|glob| config.globs(std::slice::from_ref(glob))).collect::<Result<_, _>>()?;
        let projects = config.file.project.iter();
        config.projects = projects.map(|project| config.globs(&project.files)).collect::<Result<_, _>>()?;
        Ok(config)
    }

    /// The file, as it is shown; `None` for the defaults.
    pub fn path(&self) -> Option<&str> {
        self.origin.as_ref().map(|origin| origin.path.as_str())
    }

    /// The file with its text; `None` for the defaults.
    pub(super) fn source(&self) -> Option<Arc<PolicySource>> {
        let Origin { path, text, location } = self.origin.as_ref()?;
        let (path, text, location) = (path.clone(), text.clone(), location.clone());
        Some(Arc::new(PolicySource { path, location, text, root: self.root.clone() }))
    }

    /// The text of the file.
    pub fn text(&self) -> Option<&str> {
        self.origin.as_ref().map(|origin| origin.text.as_str())
    }

    /// The line, from 1, of a span of the file.
    pub fn line(&self, span: std::ops::Range<usize>) -> usize {
        let text = self.origin.as_ref().map_or("", |origin| origin.text.as_str());
        text.as_bytes()[..span.start.min(text.len())].iter().filter(|byte| **byte == b'\n').count() + 1
    }

    /// An error at a place in the file.
    pub fn error(&self, span: std::ops::Range<usize>, message: impl Into<String>) -> ConfigError {
        match &self.origin {
            Some(Origin { path, text, .. }) => ConfigError::at(path, text, Span::from(span), message),
            None => ConfigError::usage(message),
        }
    }

    /// Whether a file or folder is not to be read.
    pub fn excludes(&self, path: &Path) -> bool {
        !self.exclude.is_empty() && self.exclude.matches(&self.relative(path))
    }

    /// What a file is for, where the configuration says so; of several sections the last one counts.
    pub fn environment(&self, path: &Path) -> Option<Environment> {
        if self.projects.is_empty() {
            return None;
        }
        let path = self.relative(path);
        let index = self.projects.iter().rposition(|globs| globs.matches(&path))?;
        Some(self.file.project[index].environment)
    }

    /// What `per-file-ignores` says of a file, by the place of the glob in the table.
    pub fn ignores_of(&self, path: &Path) -> Vec<usize> {
        if self.per_file.is_empty() {
            return Vec::new();
        }
        let path = self.relative(path);
        (0..self.per_file.len()).filter(|index| self.per_file[*index].matches(&path)).collect()
    }

    /// The folders with rules of the user.
    pub fn rule_folders(&self) -> Vec<PathBuf> {
        let folders = self.file.check.rules.iter().flat_map(Spanned::get_ref);
        folders.map(|folder| self.root.join(folder.get_ref())).collect()
    }

    /// A path that the file names.
    pub fn path_of(&self, named: &str) -> PathBuf {
        self.root.join(named)
    }

    /// The folder that paths in the file are relative to; empty for the defaults.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// The baseline that the configuration names.
    pub fn baseline(&self) -> Option<PathBuf> {
        self.file.check.baseline.as_ref().map(|path| self.root.join(path.get_ref()))
    }

    fn globs(&self, patterns: &[Spanned<String>]) -> Result<Globs, ConfigError> {
        Globs::new(patterns.iter().map(|pattern| pattern.get_ref().as_str())).map_err(|(index, why)| {
            let pattern = &patterns[index];
            self.error(pattern.span(), format!("`{}` is no valid glob: {why}", pattern.get_ref()))
        })
    }

    /// The path from the folder of the configuration, with `/`; the absolute path of what lies elsewhere.
    fn relative(&self, path: &Path) -> String {
        let (Some(folder), Some(name)) = (path.parent(), path.file_name()) else {
            return self.below_root(&resolve_folder(path));
        };
        let name = name.to_string_lossy();
        let mut folders = self.folders.lock().unwrap_or_else(PoisonError::into_inner);
        let folder = match folders.get(folder) {
            Some(known) => known,
            None => {
                let given = if folder == Path::new("") { Path::new(".") } else { folder };
                let relative = self.below_root(&resolve_folder(given));
                folders.entry(folder.to_owned()).or_insert(relative)
            }
        };
        if folder.is_empty() { name.into_owned() } else { format!("{folder}/{name}") }
    }

    fn below_root(&self, path: &Path) -> String {
        let below = path.strip_prefix(&self.root).unwrap_or(path);
        let parts = below.components().filter(|part| !matches!(part, Component::RootDir | Component::Prefix(_)));
        parts.map(|part| part.as_os_str().to_string_lossy()).collect::<Vec<_>>().join("/")
    }
}

/// The absolute path of a folder with links followed; one that does not exist is resolved by its text.
pub(super) fn resolve_folder(folder: &Path) -> PathBuf {
    fs::canonicalize(folder).unwrap_or_else(|_| {
        let mut plain = PathBuf::new();
        for part in std::path::absolute(folder).unwrap_or_else(|_| folder.to_owned()).components() {
            match part {
                Component::ParentDir => {
                    plain.pop();
                }
                Component::CurDir => {}
                part => plain.push(part),
            }
        }
        plain
    })
}

/// The path from the current directory where it lies below it, with `/`.
fn shown(path: &Path) -> String {
    let below = std::env::current_dir().ok().and_then(|here| {
        let folder = path.parent().map_or_else(|| here.clone(), |folder| resolve_folder(&here.join(folder)));
        folder.join(path.file_name()?).strip_prefix(resolve_folder(&here)).ok().map(Path::to_owned)
    });
    let shown = below.as_deref().unwrap_or(path).to_string_lossy().into_owned();
    if cfg!(windows) { shown.replace('\\', "/") } else { shown }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn config(text: &str) -> Config {
        Config::parse("shipworthy.toml", text.to_owned(), Path::new("/repo")).unwrap()
    }

    #[test]
    fn paths_are_those_below_the_folder_of_the_file() {
        let config = config("[check]\nexclude = [\"old/web\", \"*.bak\"]\nrules = [\"lint/rules\"]\nbaseline = \"known.json\"\n");
        assert!(config.excludes(Path::new("/repo/old/web/Dockerfile")));
        assert!(config.excludes(Path::new("/repo/a/Dockerfile.bak")));
        assert!(!config.excludes(Path::new("/repo/web/Dockerfile")));
        assert!(config.excludes(Path::new("/repo/new/../old/web")));
        assert!(!config.excludes(Path::new("/elsewhere/repo/old/web")));
        assert_eq!(config.rule_folders(), [PathBuf::from("/repo/lint/rules")]);
        assert_eq!(config.baseline(), Some(PathBuf::from("/repo/known.json")));
    }

    #[test]
    fn the_last_project_that_names_a_file_says_what_it_is_for() {
        let config = config(
            "[[project]]\nfiles = [\"deploy\"]\nenvironment = \"staging\"\n\
             [[project]]\nfiles = [\"deploy/local/**\"]\nenvironment = \"development\"\n",
        );
        let environment = |path: &str| config.environment(Path::new(path)).map(Environment::name);
        assert_eq!(environment("/repo/deploy/compose.yml"), Some("staging"));
        assert_eq!(environment("/repo/deploy/local/compose.yml"), Some("development"));
        assert_eq!(environment("/repo/compose.yml"), None);
    }

    #[test]
    fn a_glob_that_is_none_is_shown_in_the_file() {
        for text in [
            "[check]\nexclude = [\"a\", \"b[\"]\n",
            "[check.per-file-ignores]\n\"b[\" = [\"all\"]\n",
            "[[project]]\nfiles = [\"b[\"]\nenvironment = \"staging\"\n",
        ] {
            let error = Config::parse("x.toml", text.to_owned(), Path::new("/")).unwrap_err();
            assert!(error.to_string().contains("`b[` is no valid glob"), "{error}");
            assert_eq!(error.span.unwrap().slice(text), "\"b[\"");
        }
    }

    #[test]
    fn a_file_that_cannot_be_read_is_an_error() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("shipworthy.toml");
        assert!(Config::load(&path, folder.path()).unwrap_err().to_string().contains("cannot be read"));
        fs::write(&path, b"a = 1\n\xff").unwrap();
        assert!(Config::load(&path, folder.path()).unwrap_err().to_string().contains("line 2 is not UTF-8"));
    }
}
