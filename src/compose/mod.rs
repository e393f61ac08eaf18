//! Compose files: the project that `docker compose` would load, with the place of every value.
//!
//! [`roots`] tells which files of a run begin a project; [`load::Loader`] loads one, step by step as compose-go does: decode,
//! interpolate, include, `!reset`, extends, merge, unique items, shapes, long forms, paths, env files, defaults, consistency.

mod amount;
mod canonical;
mod consistency;
mod decode;
mod environment;
mod extends;
mod facts;
mod file;
pub mod image;
mod include;
pub mod interpolate;
pub mod load;
mod merge;
pub mod model;
mod node;
mod normalise;
mod path;
pub mod placeholder;
mod port;
mod problem;
mod reset;
pub mod roots;
mod service;
mod shape;
mod shapes;
mod site;
mod unique;
mod validate;
mod variables;
mod volume;
mod words;
pub mod written;

pub use amount::{bytes_of, duration_of};
pub use decode::DEPTH;
pub use file::ComposeFile;
pub use load::Loader;
pub(crate) use load::normalised_name;
pub use model::ComposeProject;
pub use node::{Map, Node, Origin, Value, Ways};
pub use path::is_remote;
pub use problem::Problem;
pub use service::Service;
pub use service::{Healthcheck, Mount, Port, Text, Variable};
pub use site::{SetBy, Site, Sites, VariableUse};
pub use volume::{OPTIONS as VOLUME_OPTIONS, mount_target, unknown_options, written_options};

#[cfg(test)]
mod schema_tests;
#[cfg(test)]
mod tests;
