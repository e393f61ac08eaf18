//! `shipworthy config`: show, init, migrate, schema.

use std::fs::OpenOptions;
use std::io::{self, Write};

use super::arguments::{ConfigArguments, ConfigCommand};
use super::{Exit, Failure};
use crate::config::{self, ConfigSet, Overrides, TEMPLATE};

/// What `config init` writes.
const FILE: &str = "shipworthy.toml";

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
        ConfigCommand::Init { force } => {
            let mut options = OpenOptions::new();
            options.write(true).create_new(!force).create(*force).truncate(*force);
            let written = options.open(FILE).and_then(|mut file| file.write_all(TEMPLATE.as_bytes()));
            match written {
                Ok(()) => print(&format!("wrote {FILE}\n")),
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                    Err(Failure::new(format!("{FILE} is there already; --force replaces it")))
                }
                Err(error) => Err(Failure::new(format!("{FILE}: cannot be written: {error}"))),
            }
        }
        ConfigCommand::Migrate(arguments) => super::migrate::run(arguments),
        ConfigCommand::Schema => print(&config::schema()),
    }
}

fn print(text: &str) -> Result<Exit, Failure> {
    super::tolerate_closed_pipe(io::stdout().lock().write_all(text.as_bytes()))?;
    Ok(Exit::Success)
}
