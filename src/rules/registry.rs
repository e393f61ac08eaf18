//! All rules of a run, and how they are named on the command line and in comments.

use super::rule::Rule;

/// The embedded rules and, after them, those of the user; sorted by id within each.
#[derive(Debug, Clone, Default)]
pub struct Registry {
    rules: Vec<&'static Rule>,
}

/// What a name on the command line, in the configuration or in a comment stands for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Selector {
    /// One rule, by id.
    Rule(&'static str),
    /// Every rule of a family.
    Family(&'static str),
    /// The findings that carry this alias.
    Alias { family: &'static str, id: &'static str },
    /// `all`
    All,
}

/// A name that stands for no rule, or for several things.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum UnknownSelector {
    #[error("there is no rule `{name}`{}", suggestion.as_ref().map(|near| format!("; did you mean `{near}`?")).unwrap_or_default())]
    Unknown { name: String, suggestion: Option<String> },
    #[error("`{name}` is an alias in several families: write {}", choices.join(" or "))]
    Ambiguous { name: String, choices: Vec<String> },
}

impl Selector {
    /// Whether it names the rule, or at least some findings of it.
    pub fn names(&self, rule: &Rule) -> bool {
        match self {
            Self::Rule(id) => rule.id == *id,
            Self::Family(family) => rule.family() == *family,
            Self::Alias { family, id } => rule.all_aliases().contains(&(family, id)),
            Self::All => true,
        }
    }
}

impl Registry {
    /// The rules in the binary.
    pub fn embedded() -> Self {
        Self { rules: super::EMBEDDED.iter().collect() }
    }

    /// Adds rules of a user.
    pub fn extend(&mut self, rules: impl IntoIterator<Item = &'static Rule>) {
        self.rules.extend(rules);
    }

    /// All rules, sorted by id.
    pub fn iter(&self) -> impl Iterator<Item = &'static Rule> + '_ {
        self.rules.iter().copied()
    }

    /// The rule of an id.
    pub fn get(&self, id: &str) -> Option<&'static Rule> {
        self.iter().find(|rule| rule.id == id)
    }

    /// Reads a rule id, a family (`dockerfile` or `dockerfile/*`), an alias (`DL3007`), a qualified alias
    /// (`hadolint:DL3007`) or `all`.
    pub fn selector(&self, name: &str) -> Result<Selector, UnknownSelector> {
        if name.eq_ignore_ascii_case("all") {
            return Ok(Selector::All);
        }
        if let Some(rule) = self.get(name) {
            return Ok(Selector::Rule(rule.id));
        }
        let family = name.strip_suffix("/*").unwrap_or(name);
        if let Some(rule) = self.iter().find(|rule| rule.family() == family) {
            return Ok(Selector::Family(rule.family()));
        }
        let (wanted_family, wanted_id) = match name.split_once(':') {
            Some((family, id)) => (Some(family), id),
            None => (None, name),
        };
        let mut found: Vec<(&'static str, &'static str)> = Vec::new();
        for alias in self.iter().flat_map(Rule::all_aliases) {
            let named = alias.1.eq_ignore_ascii_case(wanted_id) && wanted_family.is_none_or(|family| family == alias.0);
            if named && !found.contains(&alias) {
                found.push(alias);
            }
        }
        match found.as_slice() {
            [(family, id)] => Ok(Selector::Alias { family, id }),
            [] => Err(UnknownSelector::Unknown { name: name.to_owned(), suggestion: self.nearest(name) }),
            several => {
                let choices = several.iter().map(|(family, id)| format!("`{family}:{id}`")).collect();
                Err(UnknownSelector::Ambiguous { name: name.to_owned(), choices })
            }
        }
    }

    fn nearest(&self, name: &str) -> Option<String> {
        let ids = self.iter().flat_map(|rule| {
            let short = rule.id.split_once('/').map_or(rule.id, |(_, short)| short);
            let aliases = rule.all_aliases().into_iter().map(|(_, id)| (id, id));
            [(rule.id, rule.id), (short, rule.id)].into_iter().chain(aliases).collect::<Vec<_>>()
        });
        let name = name.to_lowercase();
        // The same beginning alone is no likeness: most letters must be there.
        let alike = |text: &str| 2 * strsim::osa_distance(text, &name) <= text.chars().count().max(name.chars().count());
        let near = ids.map(|(text, id)| (text.to_lowercase(), id)).filter(|(text, _)| alike(text));
        let scored = near.map(|(text, id)| (strsim::jaro_winkler(&text, &name), id));
        let best = scored.max_by(|a, b| a.0.total_cmp(&b.0))?;
        (best.0 > 0.8).then(|| best.1.to_owned())
    }
}
