//! shipworthy judges a containerised system: Dockerfiles, compose files, nginx configurations, env files and the
//! containers that run from them, read as one system. `docs/architecture.md` tells the way of the data.

pub mod catalog;
pub mod checklist;
pub mod cli;
pub mod compose;
pub mod config;
pub mod dockerfile;
pub mod duration;
pub mod env;
pub mod finding;
pub mod fix;
pub mod guide;
pub mod json_pointer;
pub mod kept;
pub mod live;
pub mod lsp;
pub mod matrix;
pub mod migrate;
pub mod nginx;
pub mod project;
pub mod report;
pub mod rules;
pub mod secret;
pub mod service_name;
pub mod shell;
pub mod source;
pub mod threads;
pub mod triage;
pub mod yaml;
