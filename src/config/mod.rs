//! `shipworthy.toml`: how it is found and read, and its faults in its own text.

mod error;
mod file;
mod globs;
mod loaded;
mod overrides;
mod policy;
mod read;
mod set;
mod show;

pub use error::ConfigError;
pub use file::{AuditSection, CheckSection, ConfigFile, FailOn, LabelContent, ProjectSection, schema};
pub use globs::Globs;
pub use loaded::Config;
pub use overrides::Overrides;
pub use policy::Policy;
pub use set::{ConfigSet, NAMES};
pub use show::{TEMPLATE, show};
