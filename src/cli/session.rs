//! What every command that reads files begins with: configuration, discovery, rules, the project.

use std::collections::BTreeMap;
use std::io::Read;
use std::sync::Arc;

use jiff::civil::Date;

use super::Failure;
use super::arguments::InputArguments;
use crate::config::{ConfigSet, Overrides};
use crate::finding::BoxedFinding;
use crate::project::Project;
use crate::rules::{self, Afterwards, Registry, Rule};
use crate::source::{FileId, MAX_BYTES, SourceFile, discover};
use crate::threads::PARALLEL_FROM;
use crate::triage::prepare::{self, RulesError};
use crate::triage::{FileError, Settings};

/// Everything that was read, and what it is judged by.
pub struct Session {
    pub registry: Registry,
    pub project: Project,
    pub settings: Settings,
    /// Files that could not be read or judged.
    pub errors: Vec<FileError>,
    /// Something that was asked for by name could not be looked at, or failed: exit 2.
    pub incomplete: bool,
    /// Named paths that the configuration leaves out.
    pub excluded: usize,
}

impl Session {
    /// Reads the input and the configuration of each file.
    pub fn open(input: &InputArguments, overrides: &Overrides, today: Option<Date>) -> Result<Self, Failure> {
        Self::open_with(input, Vec::new(), overrides, today)
    }

    /// Judges these files instead of those that an input names.
    pub fn of_files(
        files: Vec<SourceFile>,
        input: &InputArguments,
        overrides: &Overrides,
        today: Option<Date>,
    ) -> Result<Self, Failure> {
        let configs = Arc::new(configs(input)?);
        let mut session = Self::empty();
        session.load(files, variables(&input.env), &configs, overrides, today)?;
        Ok(session)
    }

    /// Judges the files that an input names, and these beside them.
    pub fn open_with(
        input: &InputArguments,
        others: Vec<SourceFile>,
        overrides: &Overrides,
        today: Option<Date>,
    ) -> Result<Self, Failure> {
        let configs = Arc::new(configs(input)?);
        let mut session = Self::empty();
        let mut files = session.read(input, &configs)?;
        files.extend(others);
        session.load(files, variables(&input.env), &configs, overrides, today)?;
        let paths = if input.paths.is_empty() { &[std::path::PathBuf::from(".")][..] } else { &input.paths };
        session.project.looked_at = Some(paths.iter().filter_map(|path| path.canonicalize().ok()).collect());
        Ok(session)
    }

    fn empty() -> Self {
        Self {
            registry: Registry::embedded(),
            project: Project::default(),
            settings: Settings::everything(),
            errors: Vec::new(),
            incomplete: false,
            excluded: 0,
        }
    }

    fn load(
        &mut self,
        files: Vec<SourceFile>,
        variables: BTreeMap<String, String>,
        configs: &Arc<ConfigSet>,
        overrides: &Overrides,
        today: Option<Date>,
    ) -> Result<(), Failure> {
        prepare::load_rules(&mut self.registry, &files, configs).map_err(|error| match error {
            RulesError::Config(error) => error.into(),
            RulesError::Rules(errors) => Failure::from_rules(errors),
        })?;
        let today = today.unwrap_or_else(|| jiff::Zoned::now().date());
        if files.len() >= PARALLEL_FROM {
            // This thread is one of those that work: that spares one, and the memory that each keeps for itself.
            let _ = rayon::ThreadPoolBuilder::new().use_current_thread().build_global();
        }
        let prepared = prepare::prepare(files, variables, configs, overrides, &self.registry, today)?;
        self.project = prepared.project;
        self.settings = prepared.settings;
        for root in self.project.failed.clone() {
            self.fail(root, "the loader failed");
        }
        Ok(())
    }

    fn read(&mut self, input: &InputArguments, configs: &Arc<ConfigSet>) -> Result<Vec<SourceFile>, Failure> {
        let current_directory =
            std::env::current_dir().map_err(|error| Failure::new(format!("the current directory cannot be read: {error}")))?;
        let (stdin, paths): (Vec<_>, Vec<_>) = input.paths.iter().cloned().partition(|path| path.as_os_str() == "-");
        let mut files = Vec::new();
        if !stdin.is_empty() {
            files.extend(self.read_stdin(input)?);
        }
        if !paths.is_empty() || stdin.is_empty() {
            let excluding = Arc::clone(configs);
            let request = discover::Request {
                paths,
                // A configuration that cannot be read is an error when its files are: not here.
                exclude: Some(Arc::new(move |path| excluding.excludes(path).unwrap_or_default())),
                force_exclude: input.force_exclude,
                kind: input.kind.map(Into::into),
                current_directory,
            };
            let found = discover::discover(&request);
            self.excluded = found.excluded;
            for error in found.errors {
                self.incomplete |= error.named;
                self.errors.push(FileError { path: error.path, file: None, message: error.message });
            }
            files.extend(found.files);
        }
        Ok(files)
    }

    fn read_stdin(&mut self, input: &InputArguments) -> Result<Option<SourceFile>, Failure> {
        let mut bytes = Vec::new();
        super::terminal::say_what_is_awaited("a file on standard input; Ctrl-D ends it");
        std::io::stdin()
            .take(MAX_BYTES + 1)
            .read_to_end(&mut bytes)
            .map_err(|error| Failure::new(format!("standard input cannot be read: {error}")))?;
        match discover::read_stdin(bytes, input.stdin_filename.as_deref(), input.kind.map(Into::into)) {
            Ok(file) => Ok(Some(file)),
            Err(error) => {
                self.incomplete = true;
                self.errors.push(FileError { path: error.path, file: None, message: error.message });
                Ok(None)
            }
        }
    }

    /// Runs rules over the whole project; a rule or a parser that fails is an error of the file. What the files mean is read again where
    /// it is asked for afterwards.
    pub fn judge(&mut self, rules: &[&'static Rule]) -> Vec<BoxedFinding> {
        self.judge_for(rules, Afterwards::Anything)
    }

    /// As [`Self::judge`], where it is known what will be asked of the project afterwards.
    pub fn judge_for(&mut self, rules: &[&'static Rule], afterwards: Afterwards) -> Vec<BoxedFinding> {
        let judgement = rules::judge_once(&mut self.project, rules, afterwards);
        self.fail_unread();
        for failure in judgement.failures {
            self.fail(failure.file, &format!("the rule {} failed", failure.rule));
        }
        judgement.findings
    }

    /// Makes an error of every file that was read so far and on which the parser failed.
    pub fn fail_unread(&mut self) {
        let panicked = self.project.documents.iter().filter(|document| document.is_panicked()).map(|document| document.file);
        let untold = panicked.filter(|file| !self.errors.iter().any(|error| error.file == Some(*file)));
        for file in untold.collect::<Vec<_>>() {
            self.fail(file, "the parser failed");
        }
    }

    /// A fault of ours on one file: an error of that file, and the run is incomplete.
    pub fn fail(&mut self, file: FileId, what: &str) {
        let path = self.project.document(file).source.path.clone();
        let message = format!("{what} on this file: a bug of shipworthy, please report it");
        self.errors.push(FileError { path, file: Some(file), message });
        self.incomplete = true;
    }
}

/// What `--env` says: a name alone has the value of the caller's environment, where that has one.
pub fn variables(given: &[String]) -> BTreeMap<String, String> {
    let one = |word: &String| match word.split_once('=') {
        Some((name, value)) => Some((name.to_owned(), value.to_owned())),
        None => Some((word.clone(), std::env::var(word).ok()?)),
    };
    given.iter().filter_map(one).collect()
}

/// Where the configuration comes from.
pub fn configs(input: &InputArguments) -> Result<ConfigSet, Failure> {
    Ok(match &input.config {
        _ if input.isolated => ConfigSet::isolated(),
        Some(path) => ConfigSet::file(path)?,
        None => ConfigSet::nearest(),
    })
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::project::{Content, Document};
    use crate::source::Kind;

    #[test]
    fn a_parser_that_failed_is_an_error_of_its_file_and_told_once() {
        let mut session = Session::empty();
        for (index, content) in [Content::Dockerfile, Content::Panicked].into_iter().enumerate() {
            let source = SourceFile::new(format!("{index}/Dockerfile"), Kind::Dockerfile, b"FROM scratch\n".to_vec());
            let document = Document::of_parts(FileId(index as u32), source, content, Vec::new());
            session.project.documents.push(Arc::new(document));
        }
        session.fail_unread();
        session.fail_unread();
        let errors: Vec<_> = session.errors.iter().map(|error| (error.path.as_str(), error.file)).collect();
        assert_eq!(errors, [("1/Dockerfile", Some(FileId(1)))]);
        assert!(session.incomplete && session.errors[0].message.starts_with("the parser failed"));
    }
}
