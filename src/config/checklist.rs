//! `[checklist]`: which lists hold, what stops a release, and where sign-offs are kept.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use toml::Spanned;

/// What `shipworthy checklist` asks, and what stops a release.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct ChecklistSection {
    /// The lists that hold: `pre-production`, `cis-docker`, `cis-nginx`, or paths of lists of your own, relative to the folder of this file.
    /// By default `pre-production`.
    #[schemars(with = "Vec<String>")]
    pub lists: Option<Vec<Spanned<String>>>,
    /// The file of sign-offs and waivers, relative to the folder of this file. By default `shipworthy.signoffs.toml`.
    #[schemars(with = "String", extend("default" = "shipworthy.signoffs.toml"))]
    pub sign_offs: Option<Spanned<String>>,
    /// The states of controls that stop a release. By default all three.
    #[schemars(with = "Vec<Stopping>")]
    pub gate: Option<Vec<Spanned<Stopping>>>,
    /// Controls that do not apply here, each with the reason.
    #[schemars(with = "BTreeMap<String, String>")]
    pub not_applicable: BTreeMap<Spanned<String>, Spanned<String>>,
    /// For how many days at most a waiver holds, whatever it says. By default 180.
    #[schemars(with = "u16", extend("default" = 180))]
    pub longest_waiver_days: Option<Spanned<u16>>,
    /// From how many days before its end a sign-off or a waiver is told of. By default 14.
    #[schemars(with = "u16", extend("default" = 14))]
    pub warn_days: Option<Spanned<u16>>,
}

/// A state of a control that may stop a release.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Stopping {
    Fail,
    ManualOpen,
    NotCollected,
}

impl Stopping {
    pub const ALL: [Self; 3] = [Self::Fail, Self::ManualOpen, Self::NotCollected];
}
