//! What holds in a block: directives of its own, else those of the blocks around it.

use super::configuration::{Argument, Directive, Kind};

/// Directives of one name that hold in a block.
#[derive(Debug, Clone)]
pub struct Effective<'c> {
    /// Of the innermost level that has any; several for `add_header` and its like.
    pub directives: Vec<Directive<'c>>,
    /// The block that they stand in; `None` for the top.
    pub level: Option<Directive<'c>>,
    /// Nothing that was not read can change it: no include that is not known stands on the way.
    pub is_certain: bool,
}

impl<'c> Effective<'c> {
    /// No level has one.
    pub fn is_unset(&self) -> bool {
        self.directives.is_empty()
    }

    /// No level has one, and nothing that was not read may have.
    pub fn is_surely_unset(&self) -> bool {
        self.directives.is_empty() && self.is_certain
    }

    /// The last of them: of a directive that may stand once, it.
    pub fn last(&self) -> Option<Directive<'c>> {
        self.directives.last().copied()
    }

    /// The first argument of the last of them; empty where there is none.
    pub fn text(&self) -> &'c str {
        self.last().map_or("", |directive| directive.text(0))
    }

    /// All arguments of all of them.
    pub fn arguments(&self) -> impl Iterator<Item = Argument<'c>> {
        self.directives.iter().flat_map(|directive| directive.arguments())
    }
}

impl<'c> Directive<'c> {
    /// What holds in this block for a directive. nginx takes those of the innermost level that has one, and none of the levels
    /// around it.
    pub fn effective(self, name: &str) -> Effective<'c> {
        self.effective_of(&[name])
    }

    /// As [`Self::effective`], for directives of several names that are one to nginx.
    pub fn effective_of(self, names: &[&str]) -> Effective<'c> {
        self.effective_by(|level| {
            let children = |name: &&str| self.configuration().children_of(level.map(Directive::id), name);
            let mut found: Vec<_> = names.iter().flat_map(children).collect();
            found.sort_by_key(|child| child.id());
            found
        })
    }

    /// As [`Self::effective`], for whatever a test takes.
    pub fn effective_where(self, test: impl Fn(Directive<'c>) -> bool) -> Effective<'c> {
        self.effective_by(|level| self.configuration().inside(level.map(Directive::id)).filter(|child| test(*child)).collect())
    }

    fn effective_by(self, children: impl Fn(Option<Self>) -> Vec<Self>) -> Effective<'c> {
        let mut is_certain = self.configuration().is_readable();
        for level in self.levels() {
            let children = children(level);
            is_certain &= !self.configuration().has_unknown_include(level.map(Directive::id));
            if !children.is_empty() {
                return Effective { directives: children, level, is_certain };
            }
        }
        is_certain &= self.configuration().kind == Kind::Main;
        Effective { directives: Vec::new(), level: None, is_certain }
    }

    /// The block, those around it, and the top.
    pub fn levels(self) -> impl Iterator<Item = Option<Directive<'c>>> {
        std::iter::once(Some(self)).chain(self.ancestors().map(Some)).chain(std::iter::once(None))
    }

    /// What holds for a directive in the block that this one stands in.
    pub fn effective_here(self, name: &str) -> Effective<'c> {
        match self.parent() {
            Some(parent) => parent.effective(name),
            None => {
                let configuration = self.configuration();
                let directives = configuration.children_of(None, name);
                let is_certain = configuration.kind == Kind::Main && configuration.is_complete();
                Effective { directives, level: None, is_certain }
            }
        }
    }

    /// What the block would have for a directive if it had none of its own.
    pub fn inherited(self, name: &str) -> Effective<'c> {
        match self.parent() {
            Some(parent) => parent.effective(name),
            None => {
                let configuration = self.configuration();
                let mut directives = configuration.children_of(None, name);
                directives.retain(|child| *child != self);
                let is_certain = configuration.kind == Kind::Main && configuration.is_complete();
                Effective { directives, level: None, is_certain }
            }
        }
    }
}

#[cfg(test)]
mod tests;
