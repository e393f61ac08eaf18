//! From files to what can be judged: the rules of the user, the project, the settings of each file.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use jiff::civil::Date;

use super::Settings;
use crate::config::{ConfigError, ConfigSet, Overrides};
use crate::finding::Environment;
use crate::project::{Project, environment};
use crate::rules::Registry;
use crate::rules::load::{self, RuleError};
use crate::source::SourceFile;

/// A project with what each of its files is judged by.
#[derive(Debug)]
pub struct Prepared {
    pub project: Project,
    pub settings: Settings,
}

/// Why the rules of the user cannot be used.
#[derive(Debug)]
pub enum RulesError {
    Config(ConfigError),
    Rules(Vec<RuleError>),
}

/// Adds the rules of the user from the folders that the configurations of these files name, each folder once.
pub fn load_rules(registry: &mut Registry, files: &[SourceFile], configs: &ConfigSet) -> Result<(), RulesError> {
    let mut folders: Vec<PathBuf> = Vec::new();
    for file in files {
        for folder in configs.of(place(file)).map_err(RulesError::Config)?.rule_folders() {
            if !folders.contains(&folder) {
                folders.push(folder);
            }
        }
    }
    load::load_folders(registry, &folders).map_err(RulesError::Rules)
}

/// Reads the project of these files, and resolves what each of them is judged by. `variables` are those that compose may see.
pub fn prepare(
    files: Vec<SourceFile>,
    variables: BTreeMap<String, String>,
    configs: &ConfigSet,
    overrides: &Overrides,
    registry: &Registry,
    today: Date,
) -> Result<Prepared, ConfigError> {
    let of_file = |source: &SourceFile| -> Environment {
        let path = place(source);
        let configured = configs.of(path).ok().and_then(|config| config.environment(path));
        configured.or_else(|| environment::guess(&source.path)).unwrap_or(Environment::Production)
    };
    let mut project = Project::load_with(files, &of_file, variables);
    project.today = today;
    let mut settings = Settings::of_project(&project, configs, overrides, registry, today)?;
    project.set_policies(&|file| Arc::clone(&settings.of(file).policy));
    settings.adopt(&project);
    Ok(Prepared { project, settings })
}

/// Where a file lies, for the globs of the configuration.
fn place(source: &SourceFile) -> &Path {
    source.location.as_deref().unwrap_or(Path::new(&source.path))
}
