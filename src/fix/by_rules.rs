//! The judge of real runs: the rules of the settings, with what is suppressed left out.

use rustc_hash::FxHashSet;

use super::prove::{Judge, Judgement};
use crate::finding::{Finding, Profile};
use crate::project::Project;
use crate::rules::{self, Registry, Rule};
use crate::source::FileId;
use crate::triage::{self, Settings};

/// Judges a project as `check` would, with files replaced.
pub struct ByRules<'a> {
    project: &'a Project,
    registry: &'a Registry,
    settings: &'a Settings,
    /// Those that are to be fixed and those of the default profile: both are judged in one pass.
    rules: Vec<&'static Rule>,
    selected: FxHashSet<&'static str>,
    default: FxHashSet<&'static str>,
}

impl<'a> ByRules<'a> {
    pub fn new(project: &'a Project, registry: &'a Registry, settings: &'a Settings) -> Self {
        let mut rules = settings.rules(registry);
        let selected: FxHashSet<_> = rules.iter().map(|rule| rule.id).collect();
        let default: Vec<_> = registry.iter().filter(|rule| rule.profile == Profile::Default || rule.mandatory).collect();
        rules.extend(default.iter().filter(|rule| !selected.contains(rule.id)));
        Self { project, registry, settings, rules, selected, default: default.iter().map(|rule| rule.id).collect() }
    }
}

impl Judge for ByRules<'_> {
    fn judge(&self, replaced: &[(FileId, Vec<u8>)]) -> Judgement {
        let project = self.project.replaced(replaced);
        let judged = rules::judge(&project, &self.rules);
        let failed = judged.failures.iter().map(|failure| failure.file).collect();
        let is_default = |finding: &&Finding| self.default.contains(finding.rule);
        let default_findings: Vec<Finding> = judged.findings.iter().filter(is_default).cloned().collect();
        let selected = judged.findings.into_iter().filter(|finding| self.selected.contains(finding.rule)).collect();
        let outcome = triage::triage(&project, self.registry, selected, self.settings);
        let findings = outcome.findings.into_iter().map(|judged| judged.finding).collect();
        Judgement { project, findings, default_findings, failed }
    }
}
