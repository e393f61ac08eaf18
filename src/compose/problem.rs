//! What compose would refuse, with its place.

use crate::source::Location;

/// One reason why `docker compose config` refuses the project.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Problem {
    pub location: Location,
    /// What is wrong, and what to write.
    pub message: String,
    /// The other place that it hangs on: what this stands against, or repeats.
    pub other: Option<Location>,
    /// The name that nothing declares, where that is what is wrong: its section and itself.
    pub undeclared: Option<(&'static str, String)>,
}

impl Problem {
    pub fn new(location: Location, message: impl Into<String>) -> Self {
        Self { location, message: message.into(), other: None, undeclared: None }
    }

    #[must_use]
    pub fn against(self, other: Location) -> Self {
        Self { other: Some(other), ..self }
    }

    #[must_use]
    pub(super) fn undeclared(self, section: &'static str, name: &str) -> Self {
        Self { undeclared: Some((section, name.to_owned())), ..self }
    }
}

/// Problems as they are found; each once.
#[derive(Debug, Default)]
pub(super) struct Problems {
    list: Vec<Problem>,
}

impl Problems {
    pub fn push(&mut self, problem: Problem) {
        self.list.push(problem);
    }

    /// All of them, by place.
    pub fn finish(mut self) -> Vec<Problem> {
        self.list.sort();
        self.list.dedup();
        self.list
    }
}

impl Problems {
    /// Drops those that say that something is declared nowhere.
    pub fn forget_undeclared(&mut self) {
        self.list.retain(|problem| problem.undeclared.is_none());
    }

    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }
}
