//! `shipworthy.toml`: how it is found and read, and its faults in its own text.

mod checklist;
mod error;
mod file;
mod globs;
mod loaded;
mod overrides;
mod policy;
mod read;
mod runtime;
mod sections;
mod service;
mod set;
mod show;

pub use checklist::{ChecklistSection, Stopping};
pub use error::ConfigError;
pub use file::{AuditSection, CheckSection, ConfigFile, FailOn, LabelContent, ProjectSection, schema};
pub use globs::Globs;
pub use loaded::Config;
pub use overrides::Overrides;
pub use policy::{Policy, PolicySource};
pub use runtime::{Runtime, RuntimePolicy, agree};
pub use sections::{Pin, PolicySection, RuntimeSection, ServiceSection};
pub use service::ServiceEntry;
pub use set::{ConfigSet, NAMES};
pub use show::{TEMPLATE, show};
