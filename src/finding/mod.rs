//! What a rule has to say: findings with their places, and fixes as edits of bytes.

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

pub use crate::source::Location;
use crate::source::{FileId, Span};

macro_rules! ordered_names {
    ($(#[$meta:meta])* $name:ident { $($(#[$variant_meta:meta])* $variant:ident = $text:literal),+ $(,)? }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, schemars::JsonSchema, clap::ValueEnum)]
        #[serde(rename_all = "lowercase")]
        #[value(rename_all = "lower")]
        pub enum $name { $($(#[$variant_meta])* $variant),+ }

        impl $name {
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The name in documents, on the command line and in every format.
            pub const fn name(self) -> &'static str {
                match self { $(Self::$variant => $text),+ }
            }

            /// Its place in the order, from 0.
            pub const fn rank(self) -> u8 {
                self as u8
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(self.name())
            }
        }

        impl FromStr for $name {
            type Err = String;

            fn from_str(text: &str) -> Result<Self, String> {
                Self::ALL.iter().copied().find(|value| value.name() == text).ok_or_else(|| {
                    let names: Vec<_> = Self::ALL.iter().map(|value| value.name()).collect();
                    format!("`{text}` is none of {}", names.join(", "))
                })
            }
        }
    };
}

ordered_names! {
    /// How much a finding matters, least first.
    Severity { Info = "info", Low = "low", Medium = "medium", High = "high", Critical = "critical" }
}

ordered_names! {
    /// How sure the rule is, least first.
    Confidence { Low = "low", Medium = "medium", High = "high" }
}

ordered_names! {
    /// Whether a fix may be applied, least first. `manual` is shown, never applied; `unsafe` may change behaviour;
    /// `safe` keeps the meaning, or does only what the author clearly meant.
    Applicability { Manual = "manual", Unsafe = "unsafe", Safe = "safe" }
}

ordered_names! {
    /// The least strict profile that runs a rule.
    Profile { Default = "default", Strict = "strict", Pedantic = "pedantic" }
}

ordered_names! {
    /// What a project is for; severities may depend on it.
    Environment { Production = "production", Staging = "staging", Development = "development" }
}

/// A second place that a finding speaks of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Related {
    pub location: Location,
    pub label: Cow<'static, str>,
}

/// An identifier of a peer that a finding answers to, such as `hadolint` `DL3008`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Alias {
    pub family: &'static str,
    pub id: &'static str,
}

/// One thing that a rule found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// The id of the rule, `family/name`.
    pub rule: &'static str,
    pub severity: Severity,
    pub confidence: Confidence,
    pub message: String,
    /// The token at fault, as small as it can be.
    pub primary: Location,
    pub related: Vec<Related>,
    /// The identifiers of peers that hold for this finding, a part of those of its rule.
    pub aliases: Vec<Alias>,
    pub fix: Option<Fix>,
    /// For a finding that is told in one with its like: what it is about, and the file that those have in common.
    pub among: Option<Box<(String, FileId)>>,
}

/// A finding where there may be ten thousand: in one piece they would be a piece of memory that nothing else fits into.
pub type BoxedFinding = Box<Finding>;

/// Edits that mend a finding; they are applied all together or not at all.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fix {
    pub applicability: Applicability,
    /// What the fix does, in the imperative.
    pub title: Cow<'static, str>,
    /// Sorted by file and start; they do not overlap.
    pub edits: Vec<Edit>,
}

/// The bytes of a span give way to others. An empty span inserts; an empty replacement deletes.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Edit {
    pub file: FileId,
    pub span: Span,
    pub replacement: String,
}
