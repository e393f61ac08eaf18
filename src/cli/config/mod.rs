//! `shipworthy config`: show, init, migrate, schema.

mod init;

use std::io::{self, Write};

use super::arguments::{ConfigArguments, ConfigCommand};
use super::{Exit, Failure};
use crate::config::{self, ConfigSet, Overrides};

pub fn run(arguments: &ConfigArguments) -> Result<Exit, Failure> {
    match &arguments.command {
        ConfigCommand::Show { path, config } => {
            let configs = match config {
                Some(file) => ConfigSet::file(file)?,
                None => ConfigSet::nearest(),
            };
            let found = if path.is_dir() { configs.of_folder(path)? } else { configs.of(path)? };
            print(&config::show(&found, &Overrides::default()))
        }
        ConfigCommand::Init(arguments) => init::run(arguments),
        ConfigCommand::Migrate(arguments) => super::migrate::run(arguments),
        ConfigCommand::Schema => print(&config::schema()),
    }
}

fn print(text: &str) -> Result<Exit, Failure> {
    super::tolerate_closed_pipe(io::stdout().lock().write_all(text.as_bytes()))?;
    Ok(Exit::Success)
}
