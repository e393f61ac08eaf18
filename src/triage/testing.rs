//! A few rules and findings for the tests of this folder, so that they do not hang on the documents.

use crate::finding::{Alias, Confidence, Finding, Profile, Severity};
use crate::rules::Registry;
use crate::rules::rule::{AliasTable, Rule, SeverityLevels};
use crate::source::{FileId, Location, Span};

const fn rule(id: &'static str, subject: &'static str, profile: Profile, aliases: AliasTable) -> Rule {
    Rule {
        id,
        title: "",
        severity: SeverityLevels { default: Severity::Medium, staging: None, development: None },
        confidence: Confidence::High,
        profile,
        subject,
        when: None,
        each: None,
        assert: None,
        at: None,
        together: None,
        message: "{name}",
        labels: &[],
        fix: None,
        variants: &[],
        why: "",
        instead: "",
        ignore_when: "",
        examples: &[],
        aliases,
        references: &[],
        since: "0.1.0",
        mandatory: false,
        needs: None,
        check: None,
    }
}

static RULES: &[Rule] = &[
    rule("compose/privileged", "compose.service", Profile::Default, &[("compose-lint", &["CL-0002"])]),
    rule("dockerfile/image-latest", "dockerfile.stage", Profile::Default, &[("hadolint", &["DL3007"]), ("trivy", &["DS-0001"])]),
    rule("dockerfile/package-unpinned", "dockerfile.command", Profile::Default, &[("hadolint", &["DL3008", "DL3013"])]),
    Rule { mandatory: true, ..rule("dockerfile/parse-error", "dockerfile", Profile::Default, &[("hadolint", &["DL1000"])]) },
    rule("dockerfile/pedantic-thing", "dockerfile", Profile::Pedantic, &[("buildkit", &["StageNameCasing"])]),
    rule(
        "dockerfile/strict-thing",
        "dockerfile",
        Profile::Strict,
        &[("buildkit", &["FromAsCasing", "InvalidDefinitionDescription"])],
    ),
];

pub fn registry() -> Registry {
    let mut registry = Registry::default();
    registry.extend(RULES);
    registry.extend(Registry::embedded().iter().filter(|rule| rule.family() == "suppression"));
    registry
}

/// A finding of a rule at the start of the first file.
pub fn finding(rule: &'static str) -> Finding {
    Finding {
        among: None,
        rule,
        severity: Severity::Medium,
        confidence: Confidence::High,
        message: String::new(),
        primary: Location { file: FileId(0), span: Span::empty(0) },
        related: Vec::new(),
        aliases: Vec::new(),
        fix: None,
    }
}

pub fn with_alias(mut finding: Finding, family: &'static str, id: &'static str) -> Finding {
    finding.aliases.push(Alias { family, id });
    finding
}
