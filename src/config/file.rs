//! The file as it is written. What may stand where is said here once; the JSON Schema is made from these types.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use serde_json::Value;
use toml::Spanned;

use super::checklist::ChecklistSection;
use super::sections::{PolicySection, ServiceSection};
use crate::finding::{Confidence, Environment, Profile, Severity};

/// `shipworthy.toml`: what shipworthy checks in this tree, and how strictly.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
#[schemars(title = "shipworthy.toml")]
pub struct ConfigFile {
    /// The versions of shipworthy that may use this file, such as `>=0.3, <0.5`. Another version stops with exit 2, so
    /// that a laptop and the CI cannot disagree.
    #[schemars(with = "String")]
    pub required_version: Option<Spanned<String>>,
    pub check: CheckSection,
    /// Severities of your own: a rule id, a family, an alias or `all`, and the severity that its findings get. The more
    /// specific name wins.
    #[schemars(with = "BTreeMap<String, Severity>")]
    pub severity: BTreeMap<Spanned<String>, Severity>,
    /// What parts of the tree are for.
    pub project: Vec<ProjectSection>,
    /// What `shipworthy audit` holds engines to.
    pub audit: AuditSection,
    /// What the team promises itself: releases of runtimes, images, the guides that say the same.
    pub policy: PolicySection,
    /// Services, each with what it is promised to be and why it may differ from the policy.
    pub service: Vec<ServiceSection>,
    /// What `shipworthy checklist` asks, and what stops a release.
    pub checklist: ChecklistSection,
}

/// What `shipworthy check` and `shipworthy fix` do.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct CheckSection {
    /// How much to report: `default` is what a good reviewer would raise, `strict` adds hardening, `pedantic` the rest.
    #[schemars(with = "Profile", extend("default" = "default"))]
    pub profile: Option<Spanned<Profile>>,
    /// Run exactly these instead of a profile: rule ids, families, aliases such as `DL3008`, or `all`.
    #[schemars(with = "Vec<String>")]
    pub select: Option<Spanned<Vec<Spanned<String>>>>,
    /// Run these as well.
    #[schemars(with = "Vec<String>")]
    pub extend_select: Option<Spanned<Vec<Spanned<String>>>>,
    /// Leave these out. An alias leaves out only the findings that carry it.
    #[schemars(with = "Vec<String>")]
    pub ignore: Option<Spanned<Vec<Spanned<String>>>>,
    /// Globs, and what is silenced in the files that match. What is silenced here is still listed as suppressed.
    #[schemars(with = "BTreeMap<String, Vec<String>>")]
    pub per_file_ignores: BTreeMap<Spanned<String>, Vec<Spanned<String>>>,
    /// Globs of files and folders that are not read. A glob without `/` matches the name anywhere, one with `/` the path
    /// from the folder of this file.
    #[schemars(with = "Vec<String>")]
    pub exclude: Option<Spanned<Vec<Spanned<String>>>>,
    /// Folders with rule documents of your own, relative to the folder of this file.
    #[schemars(with = "Vec<String>")]
    pub rules: Option<Spanned<Vec<Spanned<String>>>>,
    /// Registries that images may come from: hosts such as `ghcr.io`, `*.example.com`, or `ghcr.io/organisation`. Without
    /// the list any registry may be used.
    #[schemars(with = "Vec<String>")]
    pub trusted_registries: Option<Spanned<Vec<Spanned<String>>>>,
    /// Labels that every image has to have, and what each holds.
    #[schemars(with = "BTreeMap<String, LabelContent>")]
    pub labels: BTreeMap<Spanned<String>, LabelContent>,
    /// Whether images may have no other labels than these. By default they may.
    #[schemars(with = "bool", extend("default" = false))]
    pub strict_labels: Option<Spanned<bool>>,
    /// Hide findings below this severity. The gate is `fail-on`.
    #[schemars(with = "Severity", extend("default" = "info"))]
    pub min_severity: Option<Spanned<Severity>>,
    /// Hide findings below this confidence.
    #[schemars(with = "Confidence", extend("default" = "low"))]
    pub min_confidence: Option<Spanned<Confidence>>,
    /// The least severity that makes a run fail, or `never`. By default `medium`.
    #[schemars(with = "FailOn", extend("default" = "medium"))]
    pub fail_on: Option<Spanned<FailOn>>,
    /// Whether the suppression comments of hadolint, BuildKit, trivy and dclint count. By default they do.
    #[schemars(with = "bool", extend("default" = true))]
    pub foreign_suppressions: Option<Spanned<bool>>,
    /// Whether each `# shipworthy: ignore[…]` has to say why. By default not.
    #[schemars(with = "bool", extend("default" = false))]
    pub require_reason: Option<Spanned<bool>>,
    /// The baseline: findings that it lists do not count. Relative to the folder of this file.
    #[schemars(with = "String")]
    pub baseline: Option<Spanned<String>>,
}

/// What a label holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum LabelContent {
    /// Anything but nothing.
    #[serde(alias = "rawtext")]
    Text,
    /// An address with its scheme.
    Url,
    /// A moment as RFC 3339 writes it.
    #[serde(alias = "rfc3339")]
    Time,
    /// An SPDX expression.
    #[serde(alias = "spdx")]
    License,
    /// A commit.
    #[serde(alias = "hash")]
    Revision,
    /// A semantic version.
    #[serde(alias = "semver")]
    Version,
    /// An e-mail address.
    Email,
}

/// What `shipworthy audit` holds engines to, beyond what holds for everybody.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct AuditSection {
    /// The largest image that may run, such as `800MB`. Without it any may.
    #[schemars(with = "String")]
    pub max_image_size: Option<Spanned<String>>,
    /// The ports of the host that may be open to every network. Without the list any may; ports on 127.0.0.1 do not count.
    #[schemars(with = "Vec<u16>")]
    pub published_ports: Option<Spanned<Vec<u16>>>,
}

/// Files that belong together, and what they are for.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct ProjectSection {
    /// For people.
    #[serde(default)]
    #[schemars(with = "String")]
    pub name: Option<String>,
    /// Globs, as in `exclude`.
    #[schemars(with = "Vec<String>")]
    pub files: Vec<Spanned<String>>,
    /// Severities may depend on it. Without it the names of the files decide, and in doubt it is production.
    pub environment: Environment,
}

/// The least severity that makes a run fail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FailOn {
    Never,
    At(Severity),
}

impl FailOn {
    /// Whether a finding of this severity makes the run fail.
    pub fn includes(self, severity: Severity) -> bool {
        match self {
            Self::Never => false,
            Self::At(least) => severity >= least,
        }
    }

    /// As it is written in the configuration and on the command line.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Never => "never",
            Self::At(severity) => severity.name(),
        }
    }

    /// Every value, strictest last.
    fn names() -> Vec<&'static str> {
        std::iter::once("never").chain(Severity::ALL.iter().rev().map(|severity| severity.name())).collect()
    }
}

impl Default for FailOn {
    fn default() -> Self {
        Self::At(Severity::Medium)
    }
}

impl fmt::Display for FailOn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

impl FromStr for FailOn {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text.parse() {
            _ if text == "never" => Ok(Self::Never),
            Ok(severity) => Ok(Self::At(severity)),
            Err(_) => Err(format!("`{text}` is none of {}", Self::names().join(", "))),
        }
    }
}

impl<'de> Deserialize<'de> for FailOn {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(de::Error::custom)
    }
}

impl Serialize for FailOn {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}

impl JsonSchema for FailOn {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> std::borrow::Cow<'static, str> {
        "FailOn".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "enum": Self::names() })
    }
}

/// The JSON Schema of the file, for editors.
pub fn schema() -> String {
    let mut schema = schemars::schema_for!(ConfigFile).to_value();
    tidy(&mut schema);
    // A `Schema` writes its keywords in the usual order.
    let schema = Schema::try_from(schema).unwrap_or_default();
    let mut text = serde_json::to_string_pretty(&schema).unwrap_or_default();
    text.push('\n');
    text
}

/// TOML has no null, and the line breaks of our source are none of the reader's.
fn tidy(value: &mut Value) {
    match value {
        Value::Object(entries) => {
            entries.retain(|key, value| key != "default" || !value.is_null());
            if let Some(Value::String(text)) = entries.get_mut("description") {
                *text = text.replace('\n', " ");
            }
            entries.values_mut().for_each(tidy);
        }
        Value::Array(items) => items.iter_mut().for_each(tidy),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_gate_is_inclusive() {
        let gate: FailOn = "medium".parse().unwrap();
        assert!(gate.includes(Severity::Medium) && gate.includes(Severity::Critical) && !gate.includes(Severity::Low));
        assert!(!"never".parse::<FailOn>().unwrap().includes(Severity::Critical));
        assert!("none".parse::<FailOn>().unwrap_err().contains("never, critical, high, medium, low, info"));
    }

    #[test]
    fn the_committed_schema_is_fresh() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/schemas/shipworthy.schema.json");
        if std::env::var_os("UPDATE_SCHEMAS").is_some() {
            std::fs::write(path, schema()).unwrap();
        }
        let committed = std::fs::read_to_string(path).unwrap_or_default();
        assert!(committed == schema(), "schemas/shipworthy.schema.json is stale: run the tests with UPDATE_SCHEMAS=1");
    }
}
