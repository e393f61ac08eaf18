//! What a run goes by: configuration and command line put together, every name resolved.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use jiff::civil::Date;
use toml::Spanned;

use super::selection::{Layer, Selection, names_finding, specificity};
use crate::config::{Config, ConfigError, ConfigSet, FailOn, Overrides, Policy};
use crate::finding::{Confidence, Finding, Severity};
use crate::project::Project;
use crate::rules::{Registry, Rule, Selector, UnknownSelector};
use crate::source::FileId;

/// The settings that hold for the files of one configuration.
#[derive(Debug, Clone)]
pub struct FileSettings {
    pub selection: Selection,
    /// Severities of the user, the less specific names first: the last that names a finding counts.
    severities: Vec<(Selector, Severity)>,
    /// What is ignored, in the order of the globs of the configuration.
    per_file_ignores: Vec<Vec<Selector>>,
    config: Arc<Config>,
    pub min_severity: Severity,
    pub min_confidence: Confidence,
    pub fail_on: FailOn,
    /// Suppression comments do not count.
    pub no_ignores: bool,
    pub foreign_suppressions: bool,
    pub require_reason: bool,
    pub baseline: Option<PathBuf>,
    pub policy: Arc<Policy>,
}

impl FileSettings {
    /// Puts configuration and command line together. A name that stands for no rule is an error at its place.
    pub fn resolve(config: &Arc<Config>, overrides: &Overrides, registry: &Registry) -> Result<Self, ConfigError> {
        let check = &config.file.check;
        let names = Names { registry, config };
        let written = Layer {
            profile: check.profile.as_ref().map(|profile| *profile.get_ref()),
            select: check.select.as_ref().map(|list| names.of_config(list.get_ref())).transpose()?,
            extend_select: names.of_list(check.extend_select.as_ref())?,
            ignore: names.of_list(check.ignore.as_ref())?,
        };
        let given = Layer {
            profile: overrides.profile,
            select: (!overrides.select.is_empty()).then(|| names.of_flag("--select", &overrides.select)).transpose()?,
            extend_select: names.of_flag("--extend-select", &overrides.extend_select)?,
            ignore: names.of_flag("--ignore", &overrides.ignore)?,
        };
        let ignores = check.per_file_ignores.values().map(|list| names.of_config(list));
        let severities = config.file.severity.iter();
        let mut severities: Vec<_> = severities
            .map(|(name, severity)| Ok((names.of_config(std::slice::from_ref(name))?.remove(0), *severity)))
            .collect::<Result<_, ConfigError>>()?;
        // Of several aliases of one finding the graver counts; an alias says more than a rule.
        severities.sort_by_key(|(name, severity)| (specificity(name), matches!(name, Selector::Alias { .. }), *severity));
        let value = |set: &Option<Spanned<bool>>, default| set.as_ref().map_or(default, |value| *value.get_ref());
        Ok(Self {
            selection: Selection::new(registry, &[written, given]),
            severities,
            per_file_ignores: ignores.collect::<Result<_, _>>()?,
            config: Arc::clone(config),
            min_severity: overrides.min_severity.or(check.min_severity.as_ref().map(|v| *v.get_ref())).unwrap_or(Severity::Info),
            min_confidence: overrides
                .min_confidence
                .or(check.min_confidence.as_ref().map(|v| *v.get_ref()))
                .unwrap_or(Confidence::Low),
            fail_on: overrides.fail_on.or(check.fail_on.as_ref().map(|v| *v.get_ref())).unwrap_or_default(),
            no_ignores: overrides.no_ignores,
            foreign_suppressions: value(&check.foreign_suppressions, true),
            require_reason: value(&check.require_reason, false),
            baseline: overrides.baseline.clone().or_else(|| config.baseline()),
            policy: Arc::new(Policy::of(config, overrides)?),
        })
    }

    /// Whether a finding counts, going by the rules that are selected.
    pub fn keeps(&self, finding: &Finding) -> bool {
        self.selection.keeps(finding)
    }

    /// The severity that the user gives a finding.
    pub fn severity(&self, finding: &Finding) -> Severity {
        let named = self.severities.iter().rev().find(|(selector, _)| names_finding(selector, finding));
        named.map_or(finding.severity, |(_, severity)| *severity)
    }

    /// Whether a finding is shown, going by its severity and confidence.
    pub fn shows(&self, finding: &Finding) -> bool {
        finding.severity >= self.min_severity && finding.confidence >= self.min_confidence
    }

    /// What `per-file-ignores` says of a file.
    pub(super) fn ignored_in(&self, path: &Path) -> Vec<&Selector> {
        let globs = self.config.ignores_of(path);
        globs.into_iter().flat_map(|glob| &self.per_file_ignores[glob]).collect()
    }
}

/// Which settings hold for which file of a run.
#[derive(Debug, Clone)]
pub struct Settings {
    all: Vec<FileSettings>,
    /// Indexes into `all` by file; files beyond the end have the first.
    by_file: Vec<usize>,
    /// The rules that tell what an engine refuses: nothing silences or hides them.
    pub(super) mandatory: Vec<&'static str>,
    /// The day that expiry dates are compared with.
    pub today: Date,
    /// Whether somebody will ask for the fingerprints of findings; without it they are empty.
    pub fingerprints: bool,
}

impl Settings {
    /// The same settings for every file.
    pub fn resolve(config: &Arc<Config>, overrides: &Overrides, registry: &Registry, today: Date) -> Result<Self, ConfigError> {
        let all = vec![FileSettings::resolve(config, overrides, registry)?];
        Ok(Self { all, by_file: Vec::new(), mandatory: mandatory(registry), today, fingerprints: true })
    }

    /// Every rule runs and nothing is hidden, as the tests of the documents need it. The day is fixed, so that dates in
    /// examples do not age.
    pub fn everything() -> Self {
        let settings = FileSettings {
            selection: Selection::default(),
            severities: Vec::new(),
            per_file_ignores: Vec::new(),
            config: Arc::default(),
            min_severity: Severity::Info,
            min_confidence: Confidence::Low,
            fail_on: FailOn::default(),
            no_ignores: false,
            foreign_suppressions: true,
            require_reason: true,
            baseline: None,
            policy: Arc::default(),
        };
        let mandatory = mandatory(&Registry::embedded());
        Self { all: vec![settings], by_file: Vec::new(), mandatory, today: Date::constant(2026, 1, 1), fingerprints: true }
    }

    /// The settings of each file of a project, by its configuration.
    pub fn of_project(
        project: &Project,
        configs: &ConfigSet,
        overrides: &Overrides,
        registry: &Registry,
        today: Date,
    ) -> Result<Self, ConfigError> {
        let mut known: Vec<Arc<Config>> = Vec::new();
        let by_file = Vec::with_capacity(project.documents.len());
        let mut run = Self { all: Vec::new(), by_file, mandatory: mandatory(registry), today, fingerprints: true };
        for document in &project.documents {
            let path = document.source.location.as_deref().unwrap_or(Path::new(&document.source.path));
            let config = configs.of(path)?;
            let index = known.iter().position(|seen| Arc::ptr_eq(seen, &config));
            run.by_file.push(index.unwrap_or(known.len()));
            if index.is_none() {
                run.all.push(FileSettings::resolve(&config, overrides, registry)?);
                known.push(config);
            }
        }
        if run.all.is_empty() {
            run.all.push(FileSettings::resolve(&configs.of(Path::new("."))?, overrides, registry)?);
        }
        Ok(run)
    }

    /// Takes in files that were read after the others, each by the policy that it is judged by.
    pub fn adopt(&mut self, project: &Project) {
        for document in &project.documents[self.by_file.len().min(project.documents.len())..] {
            let index = self.all.iter().position(|settings| Arc::ptr_eq(&settings.policy, &document.policy));
            self.by_file.push(index.unwrap_or_default());
        }
    }

    pub fn of(&self, file: FileId) -> &FileSettings {
        &self.all[self.by_file.get(file.index()).copied().unwrap_or_default()]
    }

    /// The configurations in use, each once.
    pub fn configurations(&self) -> impl Iterator<Item = &Config> + '_ {
        self.all.iter().map(|settings| settings.config.as_ref())
    }

    /// The baseline that the configuration names.
    pub fn baseline(&self) -> Option<PathBuf> {
        self.all.iter().find_map(|settings| settings.baseline.clone())
    }

    /// Whether a rule tells what an engine refuses.
    pub fn is_mandatory(&self, rule: &str) -> bool {
        self.mandatory.contains(&rule)
    }

    /// The gate; the strictest where files differ.
    pub fn fail_on(&self) -> FailOn {
        let strictness = |gate: &FailOn| match gate {
            FailOn::At(severity) => *severity as usize,
            FailOn::Never => usize::MAX,
        };
        self.all.iter().map(|settings| settings.fail_on).min_by_key(strictness).unwrap_or_default()
    }

    /// The rules that have to run for at least one file.
    pub fn rules(&self, registry: &Registry) -> Vec<&'static Rule> {
        registry.iter().filter(|rule| self.all.iter().any(|settings| settings.selection.runs(rule))).collect()
    }
}

fn mandatory(registry: &Registry) -> Vec<&'static str> {
    registry.iter().filter(|rule| rule.mandatory).map(|rule| rule.id).collect()
}

/// Names of rules, resolved with an error at their place.
struct Names<'a> {
    registry: &'a Registry,
    config: &'a Config,
}

impl Names<'_> {
    fn of_config(&self, names: &[Spanned<String>]) -> Result<Vec<Selector>, ConfigError> {
        let one = |name: &Spanned<String>| {
            self.registry.selector(name.get_ref()).map_err(|unknown| {
                let (message, help) = words(&unknown);
                let error = self.config.error(name.span(), message);
                match help {
                    Some(help) => error.with_help(help),
                    None => error,
                }
            })
        };
        names.iter().map(one).collect()
    }

    fn of_list(&self, names: Option<&Spanned<Vec<Spanned<String>>>>) -> Result<Vec<Selector>, ConfigError> {
        names.map_or(Ok(Vec::new()), |names| self.of_config(names.get_ref()))
    }

    /// Names on the command line, which may be lists with commas.
    fn of_flag(&self, flag: &str, names: &[String]) -> Result<Vec<Selector>, ConfigError> {
        let mut selectors = Vec::new();
        for names in names {
            // Some identifiers of peers have a comma in them.
            if let Ok(selector) = self.registry.selector(names.trim()) {
                selectors.push(selector);
                continue;
            }
            for name in names.split(',').map(str::trim).filter(|name| !name.is_empty()) {
                selectors.push(self.registry.selector(name).map_err(|unknown| {
                    let (message, help) = words(&unknown);
                    let error = ConfigError::usage(format!("`{flag} {name}`: {message}"));
                    match help {
                        Some(help) => error.with_help(help),
                        None => error,
                    }
                })?);
            }
        }
        Ok(selectors)
    }
}

/// What is wrong with a name, and what would be right.
fn words(unknown: &UnknownSelector) -> (String, Option<String>) {
    match unknown {
        UnknownSelector::Unknown { name, suggestion } => {
            let help = suggestion.as_ref().map(|near| format!("did you mean `{near}`?"));
            let list = || "`shipworthy rules` lists them".to_owned();
            (format!("there is no rule `{name}`"), Some(help.unwrap_or_else(list)))
        }
        UnknownSelector::Ambiguous { name, choices } => {
            (format!("`{name}` is an identifier of several peers"), Some(format!("write {}", choices.join(" or "))))
        }
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::triage::testing::{finding, registry, with_alias};

    fn config(text: &str) -> Arc<Config> {
        Arc::new(Config::parse("shipworthy.toml", text.to_owned(), Path::new("/repo")).unwrap())
    }

    fn settings(text: &str, overrides: &Overrides) -> Result<FileSettings, ConfigError> {
        FileSettings::resolve(&config(text), overrides, &registry())
    }

    #[test]
    fn unknown_names_are_shown_where_they_stand() {
        for text in [
            "[check]\nselect = [\"all\", \"dockerfile/image-latst\"]\n",
            "[check]\nignore = [\"dockerfile/image-latst\"]\n",
            "[check]\nextend-select = [\"dockerfile/image-latst\"]\n",
            "[check.per-file-ignores]\n\"a\" = [\"dockerfile/image-latst\"]\n",
            "[severity]\n\"dockerfile/image-latst\" = \"low\"\n",
        ] {
            let error = settings(text, &Overrides::default()).unwrap_err();
            assert_eq!(error.span.unwrap().slice(text), "\"dockerfile/image-latst\"");
            let shown = error.to_string();
            assert!(shown.contains("did you mean `dockerfile/image-latest`?") && shown.contains("shipworthy.toml:2:"), "{shown}");
        }
        let overrides = Overrides { ignore: vec!["DL3008,DL9999".into()], ..Overrides::default() };
        let shown = settings("", &overrides).unwrap_err().to_string();
        assert!(shown.starts_with("error: `--ignore DL9999`: there is no rule `DL9999`"), "{shown}");
    }

    #[test]
    fn the_command_line_beats_the_file() {
        let text = "[check]\nmin-severity = \"low\"\nmin-confidence = \"high\"\nfail-on = \"high\"\nignore = [\"compose\"]\n";
        let written = settings(text, &Overrides::default()).unwrap();
        assert_eq!((written.min_severity, written.min_confidence), (Severity::Low, Confidence::High));
        assert_eq!(written.fail_on, FailOn::At(Severity::High));
        assert!(!written.selection.keeps(&finding("compose/privileged")));
        let overrides = Overrides {
            min_severity: Some(Severity::High),
            fail_on: Some(FailOn::Never),
            extend_select: vec!["compose/privileged".into()],
            ..Overrides::default()
        };
        let given = settings(text, &overrides).unwrap();
        assert_eq!((given.min_severity, given.fail_on), (Severity::High, FailOn::Never));
        assert!(given.selection.keeps(&finding("compose/privileged")));
        let lists = Overrides { select: vec!["compose, DL3007".into(), "strict-thing".into()], ..Overrides::default() };
        assert!(settings("", &lists).unwrap_err().to_string().contains("dockerfile/strict-thing"));
        let lists = Overrides { select: vec!["compose, DL3007".into()], ..Overrides::default() };
        assert!(settings("", &lists).unwrap().selection.keeps(&finding("compose/privileged")));
    }

    #[test]
    fn the_most_specific_severity_counts() {
        let text = "[severity]\nall = \"info\"\ndockerfile = \"low\"\n\"dockerfile/package-unpinned\" = \"critical\"\n\
                    DL3008 = \"high\"\nDL3013 = \"medium\"\n";
        let settings = settings(text, &Overrides::default()).unwrap();
        let unpinned = finding("dockerfile/package-unpinned");
        assert_eq!(settings.severity(&finding("compose/privileged")), Severity::Info);
        assert_eq!(settings.severity(&finding("dockerfile/image-latest")), Severity::Low);
        assert_eq!(settings.severity(&unpinned), Severity::Critical);
        let apt = with_alias(unpinned, "hadolint", "DL3008");
        assert_eq!(settings.severity(&apt), Severity::High);
        assert_eq!(settings.severity(&with_alias(apt, "hadolint", "DL3013")), Severity::High);
    }

    #[test]
    fn files_of_several_configurations_have_their_own_settings() {
        use crate::project::{Content, Document};
        use crate::source::{Kind, SourceFile};

        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir_all(folder.path().join("a/.git")).unwrap();
        std::fs::create_dir_all(folder.path().join("b/.git")).unwrap();
        std::fs::write(folder.path().join("b/shipworthy.toml"), "[check]\nprofile = \"pedantic\"\n").unwrap();
        let mut project = Project::default();
        for (index, name) in ["a/Dockerfile", "b/Dockerfile", "a/Dockerfile.two"].into_iter().enumerate() {
            let mut source = SourceFile::new(name, Kind::Dockerfile, Vec::new());
            source.location = Some(folder.path().join(name));
            let document = Document::of_parts(FileId(index as u32), source, Content::Unread, Vec::new());
            project.documents.push(Arc::new(document));
        }
        let registry = registry();
        let configs = ConfigSet::nearest();
        let run = Settings::of_project(&project, &configs, &Overrides::default(), &registry, date(2026, 11, 20)).unwrap();
        let pedantic = finding("dockerfile/pedantic-thing");
        assert_eq!([0, 1, 2].map(|file| run.of(FileId(file)).selection.keeps(&pedantic)), [false, true, false]);
        assert!(run.rules(&registry).iter().any(|rule| rule.id == pedantic.rule));
    }
}
