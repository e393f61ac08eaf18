//! A loaded project.

use std::sync::Arc;

use serde_json::Value;

use super::node::{Node, Origin};
use super::problem::Problem;
use super::service::Service;
use super::site::{Sites, VariableUse};
use crate::json_pointer::Token;
use crate::kept::Kept;
use crate::source::{FileId, Location};

/// What `docker compose` would run, with the place of every value.
#[derive(Debug)]
pub struct ComposeProject {
    /// The file that the project is named after: the base, or a file that stands alone.
    pub root: FileId,
    /// The files that compose is given, each overriding those before it.
    pub config_files: Vec<FileId>,
    /// Every file that was read, the config files first, each once: included and extended ones, env files.
    pub files: Vec<FileId>,
    /// The `.env` of the project.
    pub env_file: Option<FileId>,
    /// Where relative paths start, from the current directory.
    pub directory: String,
    pub name: String,
    /// The canonical project, as `docker compose config` prints it.
    pub tree: Node,
    /// What [`Origin`]s point to.
    pub sites: Sites,
    /// Why compose refuses it, by place. Some lie in env files.
    pub problems: Vec<Problem>,
    /// What it names and nothing can be known of: remote includes, absolute paths.
    pub unresolved: Vec<Unresolved>,
    /// See [`Self::facts`].
    pub(super) facts: Kept<Value>,
}

/// A file that a project names and that was not looked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unresolved {
    pub location: Location,
    pub path: String,
}

impl ComposeProject {
    /// What rules see of it, made when the first one asks.
    pub fn facts(&self) -> Arc<Value> {
        self.facts.get_or_make(|| super::facts::facts(self))
    }

    /// Gives back the memory of the facts.
    pub fn give_back(&self) {
        self.facts.give_back();
    }

    /// Every service, in the order of the files.
    pub fn services(&self) -> impl Iterator<Item = Service<'_>> {
        self.tree.get("services").into_iter().flat_map(Node::entries).map(|(name, node)| Service { name, node })
    }

    /// The service of a name.
    pub fn service(&self, name: &str) -> Option<Service<'_>> {
        let (_, name, node) = self.tree.get("services")?.as_map()?.get_full(name)?;
        Some(Service { name, node })
    }

    /// Top-level things by name: `networks`, `volumes`, `secrets`, `configs`, `models`.
    pub fn resources(&self, kind: &str) -> impl Iterator<Item = (&str, &Node)> {
        self.tree.get(kind).into_iter().flat_map(Node::entries)
    }

    /// Where the value of a JSON Pointer came from.
    pub fn origin(&self, pointer: &str) -> Option<Origin> {
        self.tree.pointer(pointer).map(|node| node.origin)
    }

    /// Where the value of a JSON Pointer came from, or its nearest ancestor; and whether it is the value itself.
    pub fn nearest_origin(&self, pointer: &str) -> (Origin, bool) {
        let (node, exact) = self.tree.pointer_nearest(pointer);
        (node.origin, exact)
    }

    /// The pointers of all values that are not known, in the order of the tree; none below another one.
    pub fn unknown(&self) -> Vec<String> {
        let mut found = Vec::new();
        // Nearly everything is known: a pointer is written only where it is asked for.
        let mut path: Vec<Token<'_>> = Vec::new();
        let mut waiting: Vec<(usize, Option<Token<'_>>, &Node)> = vec![(0, None, &self.tree)];
        while let Some((depth, token, node)) = waiting.pop() {
            path.truncate(depth);
            path.extend(token);
            if node.origin.is_unknown() {
                found.push(path.iter().map(|token| format!("/{token}")).collect());
                continue;
            }
            let depth = path.len();
            match &node.value {
                super::Value::List(items) => {
                    let items = items.iter().enumerate().rev();
                    waiting.extend(items.map(|(index, item)| (depth, Some(Token::Index(index)), item)));
                }
                super::Value::Map(map) => {
                    waiting.extend(map.iter().rev().map(|(key, value)| (depth, Some(Token::Key(key)), value)));
                }
                _ => {}
            }
        }
        found
    }

    /// Every place that names a variable which is set nowhere and has no default.
    pub fn missing_variables(&self) -> impl Iterator<Item = &VariableUse> {
        self.sites.uses().filter(|used| used.is_missing())
    }

    /// Whether compose loads it.
    pub fn is_loadable(&self) -> bool {
        self.problems.is_empty()
    }
}
