//! What variables stand for while a project is loaded: what the caller gives, then the `.env` of the project.

use std::collections::BTreeMap;

use rustc_hash::FxHashMap;

use super::interpolate::Lookup;
use super::problem::{Problem, Problems};
use super::site::SetBy;
use crate::env;
use crate::source::{FileId, Location};

/// The value of a variable.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Setting {
    pub value: String,
    pub unknown: bool,
    pub by: SetBy,
}

impl Setting {
    pub fn lookup(&self) -> Lookup {
        Lookup::Set { value: self.value.clone(), unknown: self.unknown }
    }
}

/// The variables of a project, or of a part of it that is included.
#[derive(Debug, Clone, Default)]
pub(super) struct Environment {
    settings: FxHashMap<String, Setting>,
}

impl Environment {
    pub fn given(given: &BTreeMap<String, String>) -> Self {
        let setting = |(name, value): (&String, &String)| {
            (name.clone(), Setting { value: value.clone(), unknown: false, by: SetBy::Given })
        };
        Self { settings: given.iter().map(setting).collect() }
    }

    pub fn get(&self, name: &str) -> Option<&Setting> {
        self.settings.get(name)
    }

    /// Sets what is not set yet.
    pub fn set(&mut self, name: &str, value: &str) {
        let setting = || Setting { value: value.to_owned(), unknown: false, by: SetBy::Given };
        self.settings.entry(name.to_owned()).or_insert_with(setting);
    }

    /// Adds the variables of an env file that are not set yet; of two with one name the last.
    pub fn add_file(&mut self, id: FileId, file: &env::EnvFile, problems: &mut Problems) {
        for problem in &file.problems {
            problems.push(Problem::new(Location { file: id, span: problem.span }, problem.message.clone()));
        }
        let outside = |name: &str| self.get(name).map_or(Lookup::Unset, Setting::lookup);
        let mut added: FxHashMap<String, Setting> = FxHashMap::default();
        for variable in env::resolve(file, &outside) {
            let location = Location { file: id, span: variable.entry.value_span() };
            if let Some(error) = &variable.error {
                problems.push(Problem::new(location, error.to_string()));
            }
            if let Some(value) = variable.value {
                let setting = Setting { value, unknown: variable.unknown, by: SetBy::File(location) };
                added.insert(variable.entry.key.clone(), setting);
            }
        }
        for (name, setting) in added {
            self.settings.entry(name).or_insert(setting);
        }
    }
}
