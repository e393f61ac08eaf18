//! Which rules run, and which of their findings count.

use rustc_hash::FxHashMap;

use crate::finding::{Finding, Profile};
use crate::rules::{Registry, Rule, Selector};

/// What one source of settings, such as a file or the command line, says about rules.
#[derive(Debug, Clone, Default)]
pub struct Layer {
    /// Takes the place of the profile, or the `select`, of earlier layers.
    pub profile: Option<Profile>,
    /// Takes the place of everything that earlier layers say, and of the profile.
    pub select: Option<Vec<Selector>>,
    pub extend_select: Vec<Selector>,
    pub ignore: Vec<Selector>,
}

/// The rules of a run. Later layers beat earlier ones; in a layer a more specific name beats a less specific one (a rule or
/// an alias, then a family, then `all`, then the profile), and of equals `ignore` beats `select`. By default, and for rules
/// that it does not know, everything counts.
#[derive(Debug, Clone, Default)]
pub struct Selection {
    rules: FxHashMap<&'static str, Verdict>,
}

/// What is said of the findings of one rule.
#[derive(Debug, Clone)]
struct Verdict {
    keep: bool,
    /// Aliases, and whether findings that carry one count; of several the last.
    exceptions: Vec<((&'static str, &'static str), bool)>,
}

impl Selection {
    pub fn new(registry: &Registry, layers: &[Layer]) -> Self {
        let steps = steps(layers);
        Self { rules: registry.iter().map(|rule| (rule.id, Verdict::new(&steps, rule))).collect() }
    }

    /// Whether a rule has to run: some of its findings may count.
    pub fn runs(&self, rule: &Rule) -> bool {
        self.rules.get(rule.id).is_none_or(|verdict| verdict.keep || verdict.exceptions.iter().any(|(_, keep)| *keep))
    }

    /// Whether a finding counts.
    pub fn keeps(&self, finding: &Finding) -> bool {
        let Some(verdict) = self.rules.get(finding.rule) else { return true };
        let exception = verdict.exceptions.iter().rev().find(|(alias, _)| carries(finding, *alias));
        exception.map_or(verdict.keep, |(_, keep)| *keep)
    }
}

impl Verdict {
    fn new(steps: &[Step<'_>], rule: &Rule) -> Self {
        let mut verdict = Self { keep: rule.mandatory, exceptions: Vec::new() };
        if rule.mandatory {
            return verdict;
        }
        for step in steps {
            match step.target {
                Target::Selector(Selector::Alias { family, id }) => {
                    if rule.all_aliases().contains(&(family, id)) {
                        verdict.exceptions.push(((family, id), step.selects));
                    }
                }
                target => {
                    if target.names(rule) {
                        verdict = Self { keep: step.selects, exceptions: Vec::new() };
                    }
                }
            }
        }
        verdict
    }
}

#[derive(Debug, Clone, Copy)]
struct Step<'l> {
    selects: bool,
    target: Target<'l>,
}

#[derive(Debug, Clone, Copy)]
enum Target<'l> {
    Profile(Profile),
    Selector(&'l Selector),
}

impl Target<'_> {
    fn names(self, rule: &Rule) -> bool {
        match self {
            Self::Profile(profile) => rule.profile <= profile,
            Self::Selector(selector) => names_rule(selector, rule),
        }
    }
}

/// The layers as one list, in which the last step that concerns a finding decides.
fn steps(layers: &[Layer]) -> Vec<Step<'_>> {
    let first = layers.iter().rposition(|layer| layer.select.is_some());
    let layers = &layers[first.unwrap_or_default()..];
    let profile = layers.iter().enumerate().rev().find_map(|(index, layer)| layer.profile.map(|profile| (index, profile)));
    // A `select` counts unless a later layer names a profile instead.
    let base = match profile {
        Some((index, profile)) if first.is_none() || index > 0 => Some(profile),
        None if first.is_none() => Some(Profile::Default),
        _ => None,
    };
    let mut steps: Vec<_> = base.map(|profile| Step { selects: true, target: Target::Profile(profile) }).into_iter().collect();
    for layer in layers {
        let select = layer.select.iter().flatten().filter(|_| base.is_none());
        let selects = select.chain(&layer.extend_select).map(|selector| (true, selector));
        let ignores = layer.ignore.iter().map(|selector| (false, selector));
        let mut said: Vec<_> = selects.chain(ignores).collect();
        // Stable: of equals what selects stays before what ignores.
        said.sort_by_key(|(_, selector)| specificity(selector));
        steps.extend(said.into_iter().map(|(selects, selector)| Step { selects, target: Target::Selector(selector) }));
    }
    steps
}

/// How narrow a name is, least first.
pub(super) fn specificity(selector: &Selector) -> u8 {
    match selector {
        Selector::All => 0,
        Selector::Family(_) => 1,
        Selector::Rule(_) | Selector::Alias { .. } => 2,
    }
}

/// Whether a selector names every finding of a rule.
fn names_rule(selector: &Selector, rule: &Rule) -> bool {
    match selector {
        Selector::Rule(id) => rule.id == *id,
        Selector::Family(family) => rule.family() == *family,
        Selector::Alias { .. } => false,
        Selector::All => true,
    }
}

/// Whether a selector names a finding.
pub fn names_finding(selector: &Selector, finding: &Finding) -> bool {
    match selector {
        Selector::Rule(id) => finding.rule == *id,
        Selector::Family(family) => finding.rule.split('/').next() == Some(family),
        Selector::Alias { family, id } => carries(finding, (family, id)),
        Selector::All => true,
    }
}

fn carries(finding: &Finding, (family, id): (&str, &str)) -> bool {
    finding.aliases.iter().any(|alias| alias.family == family && alias.id == id)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::triage::testing::{finding, registry, with_alias};

    struct Case {
        registry: Registry,
        layers: Vec<Layer>,
    }

    /// A layer from words: `profile strict`, `select A,B`, `extend A`, `ignore A`.
    fn case(layers: &[&[&str]]) -> Case {
        let registry = registry();
        let read = |words: &&[&str]| {
            let mut layer = Layer::default();
            for (key, names) in words.iter().map(|words| words.split_once(' ').unwrap()) {
                let selectors = || names.split(',').map(|name| registry.selector(name).unwrap()).collect();
                match key {
                    "profile" => layer.profile = Some(names.parse().unwrap()),
                    "select" => layer.select = Some(selectors()),
                    "extend" => layer.extend_select = selectors(),
                    "ignore" => layer.ignore = selectors(),
                    _ => unreachable!(),
                }
            }
            layer
        };
        let layers = layers.iter().map(read).collect();
        Case { registry, layers }
    }

    impl Case {
        fn selection(&self) -> Selection {
            Selection::new(&self.registry, &self.layers)
        }

        /// The rules that run, mandatory ones left out.
        fn running(&self) -> Vec<&'static str> {
            let selection = self.selection();
            self.registry.iter().filter(|rule| !rule.mandatory && selection.runs(rule)).map(|rule| rule.id).collect()
        }
    }

    const UNPINNED: &str = "dockerfile/package-unpinned";

    #[test]
    fn a_profile_holds_the_less_strict_ones() {
        let count = |layers: &[&[&str]]| case(layers).running().iter().filter(|id| !id.starts_with("suppression")).count();
        assert_eq!(case(&[]).running(), case(&[&["profile default"]]).running());
        assert_eq!(count(&[&["profile default"]]), 3);
        assert_eq!(count(&[&["profile strict"]]), 4);
        assert_eq!(count(&[&["profile pedantic"]]), 5);
        assert_eq!(case(&[&["profile strict"], &["profile default"]]).running(), case(&[]).running());
    }

    #[test]
    fn select_replaces_the_profile_and_runs_rules_of_any() {
        assert_eq!(case(&[&["profile default", "select dockerfile/pedantic-thing"]]).running(), ["dockerfile/pedantic-thing"]);
        assert_eq!(case(&[&["select compose"]]).running(), ["compose/privileged"]);
        assert!(case(&[&["extend dockerfile/pedantic-thing"]]).running().contains(&"dockerfile/pedantic-thing"));
        assert!(case(&[&["extend dockerfile/pedantic-thing"]]).running().contains(&"compose/privileged"));
    }

    #[test]
    fn the_more_specific_name_wins() {
        assert_eq!(case(&[&["select dockerfile", "ignore dockerfile/image-latest,DL3008"]]).running().len(), 3);
        assert_eq!(case(&[&["select compose/privileged", "ignore all"]]).running(), ["compose/privileged"]);
        assert_eq!(case(&[&["select compose/privileged", "ignore compose"]]).running(), ["compose/privileged"]);
        assert_eq!(case(&[&["select all", "ignore dockerfile,suppression"]]).running(), ["compose/privileged"]);
        assert!(case(&[&["select compose/privileged", "ignore compose/privileged"]]).running().is_empty());
        assert!(case(&[&["select compose", "ignore compose"]]).running().is_empty());
        assert!(case(&[&["ignore all"]]).running().is_empty());
    }

    #[test]
    fn later_layers_beat_earlier_ones() {
        // The selection of a file does not outlive one on the command line, ignores included.
        assert_eq!(case(&[&["ignore compose"], &["select compose"]]).running(), ["compose/privileged"]);
        assert!(
            !case(&[&["select compose,dockerfile"], &["ignore compose/privileged"]]).running().contains(&"compose/privileged")
        );
        assert_eq!(
            case(&[&["select compose", "ignore all"], &["extend dockerfile/image-latest"]]).running(),
            ["compose/privileged", "dockerfile/image-latest"]
        );
        // A profile on the command line replaces what the file selects, not what the team ignores.
        let running = case(&[&["select compose", "ignore dockerfile/image-latest"], &["profile pedantic"]]).running();
        assert!(running.contains(&"dockerfile/pedantic-thing") && !running.contains(&"dockerfile/image-latest"), "{running:?}");
    }

    #[test]
    fn an_alias_names_findings_not_rules() {
        let apt = with_alias(finding(UNPINNED), "hadolint", "DL3008");
        let pip = with_alias(finding(UNPINNED), "hadolint", "DL3013");
        let rule = registry().get(UNPINNED).unwrap();
        let judged = |layers: &[&[&str]]| {
            let selection = case(layers).selection();
            (selection.runs(rule), selection.keeps(&apt), selection.keeps(&pip))
        };
        assert_eq!(judged(&[&["ignore DL3008"]]), (true, false, true));
        assert_eq!(judged(&[&["select DL3008"]]), (true, true, false));
        assert_eq!(judged(&[&["extend DL3008"]]), (true, true, true));
        assert_eq!(judged(&[&["select all", "ignore dockerfile"], &["extend dl3013"]]), (true, false, true));
        assert_eq!(judged(&[&["ignore DL3008,DL3013"]]), (true, false, false));
        assert_eq!(judged(&[&["select DL3008", "ignore dockerfile/package-unpinned"]]), (false, false, false));
        assert_eq!(judged(&[&["ignore dockerfile/package-unpinned"], &["extend DL3008"]]), (true, true, false));
        assert_eq!(judged(&[&["select compose"]]), (false, false, false));
    }

    #[test]
    fn what_the_engine_refuses_is_always_told() {
        for layers in [&[&["ignore all"][..]][..], &[&["select compose"]], &[&["ignore dockerfile/parse-error"]]] {
            let case = case(layers);
            let selection = case.selection();
            assert!(selection.runs(case.registry.get("dockerfile/parse-error").unwrap()));
            assert!(selection.keeps(&finding("dockerfile/parse-error")));
        }
    }
}
