//! The lists of a run, with the rules that they name.

use std::path::Path;

use super::document::{self, Control, List};
use crate::catalog::matrix;
use crate::config::{Config, ConfigError};
use crate::finding::{Alias, Finding};
use crate::rules::{Registry, Rule, Selector, UnknownSelector};

/// What holds where the configuration names no list.
const USUAL: &str = "pre-production";

/// The lists that hold.
#[derive(Debug, Default)]
pub struct Lists {
    pub lists: Vec<Ready>,
}

/// A list whose names are known to be right.
#[derive(Debug)]
pub struct Ready {
    pub list: List,
    /// The rules of each control, in its order.
    pub(super) rules: Vec<(Vec<Named>, Vec<Named>)>,
}

/// Rules, or findings of them, that a control names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Named {
    Selector(Selector),
    /// `container/engine-*`
    Start(String),
}

impl Named {
    /// Whether some findings of a rule are meant.
    pub fn selects(&self, rule: &Rule) -> bool {
        match self {
            Self::Selector(selector) => selector.names(rule),
            Self::Start(start) => rule.id.starts_with(start.as_str()),
        }
    }

    /// Whether a finding is meant.
    pub fn names(&self, finding: &Finding) -> bool {
        match self {
            Self::Selector(Selector::Rule(id)) => finding.rule == *id,
            Self::Selector(Selector::Family(family)) => finding.rule.split('/').next() == Some(family),
            Self::Selector(Selector::Alias { family, id }) => finding.aliases.contains(&Alias { family, id }),
            Self::Selector(Selector::All) => true,
            Self::Start(start) => finding.rule.starts_with(start.as_str()),
        }
    }
}

impl Lists {
    /// Every control with the id of its list.
    pub fn controls(&self) -> impl Iterator<Item = (&str, &Control)> {
        self.lists.iter().flat_map(|ready| ready.list.controls.iter().map(|control| (ready.list.id.as_str(), control)))
    }

    /// The full name of a control, from that or from its part behind the `/` where only one list has it.
    pub fn full_name(&self, name: &str) -> Result<String, String> {
        let full: Vec<String> = self.controls().map(|(list, control)| format!("{list}/{}", control.id)).collect();
        if full.iter().any(|known| known == name) {
            return Ok(name.to_owned());
        }
        let meant: Vec<&String> = full.iter().filter(|known| known.split_once('/').is_some_and(|(_, id)| id == name)).collect();
        match meant.as_slice() {
            [one] => Ok((*one).clone()),
            [] => {
                let near = full.iter().map(|known| {
                    let id = known.split_once('/').map_or(known.as_str(), |(_, id)| id);
                    let score = strsim::jaro_winkler(known, name).max(strsim::jaro_winkler(id, name));
                    (score, known)
                });
                let near = near.max_by(|one, other| one.0.total_cmp(&other.0)).filter(|(score, _)| *score > 0.8);
                let help = near.map(|(_, known)| format!("; did you mean `{known}`?")).unwrap_or_default();
                Err(format!("there is no control `{name}` in the lists that hold{help}"))
            }
            several => {
                let names: Vec<String> = several.iter().map(|name| format!("`{name}`")).collect();
                Err(format!("several lists have a control `{name}`: write {}", names.join(" or ")))
            }
        }
    }
}

/// The lists that the command line names, else those of the configuration, else the usual one.
pub fn lists(config: &Config, given: &[String], registry: &Registry) -> Result<Lists, ConfigError> {
    let mut found = Lists::default();
    let add = |found: &mut Lists, ready: Result<Ready, ConfigError>| {
        let ready = ready?;
        if found.lists.iter().any(|known| known.list.id == ready.list.id) {
            return Err(ConfigError::usage(format!("there are two checklists of the id `{}`", ready.list.id)));
        }
        found.lists.push(ready);
        Ok(())
    };
    if !given.is_empty() {
        for name in given {
            let wrong = |message: String| ConfigError::usage(format!("`--list {name}`: {message}"));
            add(&mut found, named(name, Path::new(name), registry, &wrong))?;
        }
        return Ok(found);
    }
    let Some(configured) = &config.file.checklist.lists else {
        add(&mut found, named(USUAL, Path::new(USUAL), registry, &ConfigError::usage))?;
        return Ok(found);
    };
    for name in configured {
        let wrong = |message: String| config.error(name.span(), message);
        add(&mut found, named(name.get_ref(), &config.path_of(name.get_ref()), registry, &wrong))?;
    }
    Ok(found)
}

/// A list by its name in the binary or by its path.
fn named(name: &str, path: &Path, registry: &Registry, wrong: &dyn Fn(String) -> ConfigError) -> Result<Ready, ConfigError> {
    if let Some(list) = document::embedded(name) {
        return ready(list, "", "", registry);
    }
    let is_path = name.contains(['/', '\\']) || name.ends_with(".yaml") || name.ends_with(".yml");
    if !is_path {
        let known: Vec<&str> = document::embedded_names().collect();
        return Err(wrong(format!("there is no checklist `{name}`: write {}, or the path of one of your own", known.join(", "))));
    }
    if !path.is_file() {
        return Err(wrong(format!("there is no file {}", path.display())));
    }
    let list = document::load(path, name)?;
    let text = std::fs::read_to_string(path).unwrap_or_default();
    ready(list, name, &text, registry)
}

/// Looks up the names of a list; an unknown one is shown in its text.
pub(super) fn ready(list: List, shown: &str, text: &str, registry: &Registry) -> Result<Ready, ConfigError> {
    let mut rules = Vec::with_capacity(list.controls.len());
    for (index, control) in list.controls.iter().enumerate() {
        let of = |key: &str, names: &[String]| {
            let one = |(at, name): (usize, &String)| {
                selector(registry, name).map_err(|message| {
                    let place = document::place_of(text, &format!("/controls/{index}/{key}/{at}"));
                    ConfigError::at(shown, text, place, message)
                })
            };
            names.iter().enumerate().map(one).collect::<Result<Vec<_>, _>>()
        };
        rules.push((of("rules", &control.rules)?, of("live", &control.live)?));
    }
    debug_assert!(
        list.controls
            .iter()
            .flat_map(|control| &control.columns)
            .all(|column| { matrix::columns().iter().any(|known| known.id == *column) })
    );
    Ok(Ready { list, rules })
}

pub(super) fn selector(registry: &Registry, name: &str) -> Result<Named, String> {
    let start = name.strip_suffix('*').filter(|start| start.contains('/') && !start.ends_with('/'));
    if let Some(start) = start {
        return match registry.iter().any(|rule| rule.id.starts_with(start)) {
            true => Ok(Named::Start(start.to_owned())),
            false => Err(format!("no rule begins with `{start}`")),
        };
    }
    registry.selector(name).map(Named::Selector).map_err(|unknown| match unknown {
        UnknownSelector::Unknown { name, suggestion: Some(near) } => format!("there is no rule `{name}`; did you mean `{near}`?"),
        unknown => unknown.to_string(),
    })
}
