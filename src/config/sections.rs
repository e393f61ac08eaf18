//! `[policy]` and `[[service]]` as they are written: what a team promises itself.

use std::collections::BTreeMap;
use std::fmt;
use std::marker::PhantomData;

use jiff::civil::Date;
use schemars::JsonSchema;
use serde::de::value::MapAccessDeserializer;
use serde::de::{Error, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};
use toml::Spanned;

use super::file::LabelContent;
use super::runtime::Runtime;
use crate::finding::Severity;

/// What the team promises itself. Without this section, and without `[[service]]`, nothing is judged by it.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct PolicySection {
    /// From how many days before the end of life of any release on a warning is given. By default 180.
    #[schemars(with = "u16", extend("default" = 180))]
    pub eol_warn_days: Option<Spanned<u16>>,
    /// Markdown files with tables of services, relative to the folder of this file: where they and the files disagree, that is
    /// said.
    #[schemars(with = "Vec<String>")]
    pub guides: Option<Spanned<Vec<Spanned<String>>>>,
    /// Releases of Python.
    pub python: Option<RuntimeSection>,
    /// Releases of Node.js.
    pub node: Option<RuntimeSection>,
    /// Releases of Go.
    pub go: Option<RuntimeSection>,
    /// Releases of Ruby.
    pub ruby: Option<RuntimeSection>,
    /// Releases of PHP.
    pub php: Option<RuntimeSection>,
    /// Releases of Java.
    pub java: Option<RuntimeSection>,
    /// What holds for every image.
    pub image: Option<ImageSection>,
}

impl PolicySection {
    /// What is said of a runtime.
    pub fn runtime(&self, runtime: Runtime) -> Option<&RuntimeSection> {
        match runtime {
            Runtime::Python => self.python.as_ref(),
            Runtime::Node => self.node.as_ref(),
            Runtime::Go => self.go.as_ref(),
            Runtime::Ruby => self.ruby.as_ref(),
            Runtime::Php => self.php.as_ref(),
            Runtime::Java => self.java.as_ref(),
        }
    }
}

/// Releases of one runtime.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct RuntimeSection {
    /// The release that a service runs unless its `[[service]]` says otherwise, with a reason.
    #[schemars(with = "String")]
    pub default: Option<Spanned<String>>,
    /// The releases that may run at all; the default is one of them. Without the list any may.
    #[schemars(with = "Vec<String>")]
    pub allow: Option<Spanned<Vec<Spanned<String>>>>,
    /// The severity of a release past its end of life. By default that of the rule.
    #[schemars(with = "Severity")]
    pub eol: Option<Spanned<Severity>>,
    /// From how many days before the end of life on a warning is given. By default what `[policy]` says.
    #[schemars(with = "u16")]
    pub eol_warn_days: Option<Spanned<u16>>,
}

/// What holds for every image.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct ImageSection {
    /// Registries that images may come from, together with `trusted-registries` of `[check]`.
    #[schemars(with = "Vec<String>")]
    pub registries: Option<Spanned<Vec<Spanned<String>>>>,
    /// How firmly an image has to be named: `tag` forbids `latest` and no tag, `version` wants a tag with a number, `digest` wants a
    /// digest.
    #[schemars(with = "Pin")]
    pub pin: Option<Spanned<Pin>>,
    /// The largest image that may run, such as `800MB`; the same as `max-image-size` of `[audit]`.
    #[schemars(with = "String")]
    pub max_size: Option<Spanned<String>>,
    /// Labels that every image has to have, together with those of `[check.labels]`.
    #[schemars(with = "BTreeMap<String, LabelContent>")]
    pub labels: BTreeMap<Spanned<String>, LabelContent>,
}

/// How firmly an image is named.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Pin {
    /// By a tag that is not `latest`.
    Tag,
    /// By a tag with a number.
    Version,
    /// By a digest.
    Digest,
}

/// One service, and what it is promised to be.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct ServiceSection {
    /// The name of the service in a compose file, of the folder that it is built from, or of its container.
    #[schemars(with = "String")]
    pub name: Spanned<String>,
    /// The release of Python that it runs.
    #[serde(default)]
    #[schemars(with = "String")]
    pub python: Option<Spanned<String>>,
    /// The release of Node.js that it runs.
    #[serde(default)]
    #[schemars(with = "String")]
    pub node: Option<Spanned<String>>,
    /// The release of Go that it is built with.
    #[serde(default)]
    #[schemars(with = "String")]
    pub go: Option<Spanned<String>>,
    /// The release of Ruby that it runs.
    #[serde(default)]
    #[schemars(with = "String")]
    pub ruby: Option<Spanned<String>>,
    /// The release of PHP that it runs.
    #[serde(default)]
    #[schemars(with = "String")]
    pub php: Option<Spanned<String>>,
    /// The release of Java that it runs.
    #[serde(default)]
    #[schemars(with = "String")]
    pub java: Option<Spanned<String>>,
    /// Why it does not run the default.
    #[serde(default)]
    #[schemars(with = "String")]
    pub reason: Option<Spanned<String>>,
    /// The dependency behind the reason, or several: when all are gone from its manifests, the reason is stale.
    #[serde(default)]
    #[schemars(with = "OneOrMany<String>")]
    pub because: Option<Spanned<OneOrMany<String>>>,
    /// The day up to which the reason holds.
    #[serde(default)]
    #[schemars(with = "String")]
    pub until: Option<Spanned<Day>>,
    /// The port that it is reached at, or several.
    #[serde(default)]
    #[schemars(with = "OneOrMany<u16>")]
    pub port: Option<Spanned<OneOrMany<u16>>>,
    /// The path that says whether it is well, such as `/health`; `audit --probe` asks it.
    #[serde(default)]
    #[schemars(with = "String")]
    pub health: Option<Spanned<String>>,
}

impl ServiceSection {
    /// The release of a runtime.
    pub fn runtime(&self, runtime: Runtime) -> Option<&Spanned<String>> {
        match runtime {
            Runtime::Python => self.python.as_ref(),
            Runtime::Node => self.node.as_ref(),
            Runtime::Go => self.go.as_ref(),
            Runtime::Ruby => self.ruby.as_ref(),
            Runtime::Php => self.php.as_ref(),
            Runtime::Java => self.java.as_ref(),
        }
    }
}

/// A value, or a list of values.
#[derive(Debug, Clone, PartialEq, Eq, JsonSchema)]
#[schemars(untagged)]
pub enum OneOrMany<T> {
    One(T),
    Many(Vec<T>),
}

impl<T> OneOrMany<T> {
    /// All of them.
    pub fn as_slice(&self) -> &[T] {
        match self {
            Self::One(value) => std::slice::from_ref(value),
            Self::Many(values) => values,
        }
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for OneOrMany<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Either<T>(PhantomData<T>);
        impl<'de, T: Deserialize<'de>> Visitor<'de> for Either<T> {
            type Value = OneOrMany<T>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("one value or a list")
            }
            fn visit_str<E: Error>(self, text: &str) -> Result<Self::Value, E> {
                T::deserialize(serde::de::value::StrDeserializer::new(text)).map(OneOrMany::One)
            }
            fn visit_i64<E: Error>(self, number: i64) -> Result<Self::Value, E> {
                T::deserialize(serde::de::value::I64Deserializer::new(number)).map(OneOrMany::One)
            }
            fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Self::Value, A::Error> {
                let mut all = Vec::new();
                while let Some(item) = items.next_element()? {
                    all.push(item);
                }
                Ok(OneOrMany::Many(all))
            }
        }
        deserializer.deserialize_any(Either(PhantomData))
    }
}

/// A day, as a date of TOML or as a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Day(pub Date);

impl<'de> Deserialize<'de> for Day {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct DayVisitor;
        impl<'de> Visitor<'de> for DayVisitor {
            type Value = Day;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a day such as 2027-03-31")
            }
            fn visit_str<E: Error>(self, text: &str) -> Result<Day, E> {
                text.parse().map(Day).map_err(|_| E::custom(format!("`{text}` is no day: write it such as 2027-03-31")))
            }
            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Day, A::Error> {
                let moment = toml::value::Datetime::deserialize(MapAccessDeserializer::new(map))?;
                let day = moment.date.map(|date| date.to_string()).unwrap_or_default();
                day.parse().map(Day).map_err(|_| A::Error::custom(format!("`{moment}` is no day: write it such as 2027-03-31")))
            }
        }
        deserializer.deserialize_any(DayVisitor)
    }
}
