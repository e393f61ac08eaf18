//! A rule as the program sees it. Its words come from a document in `rules/`; see DESIGN section 2.

use crate::finding::{Applicability, Confidence, Environment, Profile, Severity};

use super::check::Check;

/// A rule: what it judges, what it says, how it is fixed. Embedded ones are static data made by `build.rs`; those of a
/// user are leaked once when they are loaded, so that both can be passed around as `&'static Rule`.
#[derive(Debug)]
pub struct Rule {
    /// `family/name`
    pub id: &'static str,
    pub title: &'static str,
    pub severity: SeverityLevels,
    pub confidence: Confidence,
    pub profile: Profile,
    /// The fact document that it judges: `dockerfile`, `dockerfile.stage`, `compose.service`, …
    pub subject: &'static str,
    /// JSON Schema, as JSON text: only subjects that satisfy it are judged.
    pub when: Option<&'static str>,
    /// JSON Pointer, its last part may be `*`: one finding for each element there.
    pub each: Option<&'static str>,
    /// JSON Schema, as JSON text, that a subject must satisfy. Without it `check` decides.
    pub assert: Option<&'static str>,
    /// JSON Pointer of the place to show.
    pub at: Option<&'static str>,
    /// With `{name}` for values of the finding.
    pub message: &'static str,
    /// The message when several subjects of one project are at fault, with `{names}` and `{count}`; then they are one finding.
    pub together: Option<&'static str>,
    pub labels: &'static [(&'static str, &'static str)],
    pub fix: Option<FixWords>,
    pub variants: &'static [Variant],
    /// Markdown.
    pub why: &'static str,
    /// Markdown.
    pub instead: &'static str,
    /// Markdown: when it is right as it is. Empty where the document does not say.
    pub ignore_when: &'static str,
    pub examples: &'static [Example],
    pub aliases: AliasTable,
    pub references: &'static [&'static str],
    pub since: &'static str,
    /// Runs whatever is selected, and cannot be silenced: parse errors and what an engine would refuse.
    pub mandatory: bool,
    /// The cargo feature without which it finds nothing, or less.
    pub needs: Option<&'static str>,
    pub check: Option<Check>,
}

/// The identifiers of peers by family.
pub type AliasTable = &'static [(&'static str, &'static [&'static str])];

/// A severity, which may depend on what the project is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SeverityLevels {
    pub default: Severity,
    pub staging: Option<Severity>,
    pub development: Option<Severity>,
}

impl SeverityLevels {
    /// The severity in an environment.
    pub const fn of(&self, environment: Environment) -> Severity {
        let special = match environment {
            Environment::Production => None,
            Environment::Staging => self.staging,
            Environment::Development => self.development,
        };
        match special {
            Some(severity) => severity,
            None => self.default,
        }
    }
}

/// How the fix of a rule is announced, and for schema rules what it does.
#[derive(Debug, Clone, Copy)]
pub struct FixWords {
    pub safety: Applicability,
    /// In the imperative, with `{name}` for values of the finding.
    pub title: &'static str,
    /// JSON Pointers of entries to remove.
    pub remove: &'static [&'static str],
    /// JSON Merge Patch (RFC 7396), as JSON text.
    pub ensure: Option<&'static str>,
    /// JSON object from pointer to the items to append, as JSON text.
    pub append: Option<&'static str>,
}

/// One of several cases of a rule: what it leaves out is as the rule has it.
#[derive(Debug)]
pub struct Variant {
    pub name: &'static str,
    pub message: Option<&'static str>,
    pub severity: Option<Severity>,
    pub confidence: Option<Confidence>,
    pub fix: Option<FixWords>,
    /// In addition to those of the rule.
    pub aliases: AliasTable,
}

/// Snippets that the documentation shows and the tests run.
#[derive(Debug)]
pub struct Example {
    /// The name of the snippet's file; by default that of the family.
    pub path: Option<&'static str>,
    /// Files beside it, path and content.
    pub files: &'static [(&'static str, &'static str)],
    pub bad: Option<&'static str>,
    /// The lines of `bad` that the rule must name.
    pub lines: &'static [usize],
    pub fixed: Option<&'static str>,
    pub good: Option<&'static str>,
}

impl Rule {
    /// The part of the id before the `/`.
    pub fn family(&self) -> &'static str {
        self.id.split_once('/').map_or(self.id, |(family, _)| family)
    }

    /// Whether this build has all that the rule needs.
    pub fn is_available(&self) -> bool {
        self.needs.is_none_or(|feature| feature == "shellcheck" && crate::shell::lint::AVAILABLE)
    }

    /// The variant of a name.
    pub fn variant(&self, name: &str) -> Option<&'static Variant> {
        self.variants.iter().find(|variant| variant.name == name)
    }

    /// The words for a related place.
    pub fn label(&self, key: &str) -> Option<&'static str> {
        self.labels.iter().find(|(name, _)| *name == key).map(|(_, text)| *text)
    }

    /// All aliases, those of variants included, each once, in the order of the document.
    pub fn all_aliases(&self) -> Vec<(&'static str, &'static str)> {
        let mut all = Vec::new();
        let tables = std::iter::once(self.aliases).chain(self.variants.iter().map(|variant| variant.aliases));
        for (family, ids) in tables.flatten() {
            for id in *ids {
                if !all.contains(&(*family, *id)) {
                    all.push((*family, *id));
                }
            }
        }
        all
    }

    /// The safest fix that any finding of the rule may carry.
    pub fn fix_safety(&self) -> Option<Applicability> {
        let variants = self.variants.iter().filter_map(|variant| variant.fix);
        self.fix.into_iter().chain(variants).map(|fix| fix.safety).max()
    }

    /// The page of the rule.
    pub fn url(&self) -> String {
        format!("{}/blob/main/docs/rules/{}.md", env!("CARGO_PKG_REPOSITORY"), self.id)
    }
}
