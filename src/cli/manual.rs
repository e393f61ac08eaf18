//! `shipworthy man` and `shipworthy completions`: what is made from the command line itself.

use std::fs;
use std::io::{self, Write};

use clap::builder::PossibleValuesParser;
use clap::{Command, CommandFactory};
use clap_complete::Shell;
use clap_mangen::Man;

use super::arguments::{Arguments, ManArguments};
use super::{Exit, Failure};
use crate::rules::Registry;

/// Prints the page of a command, or writes those of all.
pub fn run(arguments: &ManArguments) -> Result<Exit, Failure> {
    if let Some(folder) = &arguments.output {
        let written = fs::create_dir_all(folder).and_then(|()| clap_mangen::generate_to(Arguments::command(), folder));
        written.map_err(|error| Failure::new(format!("{}: cannot be written: {error}", folder.display())))?;
        return Ok(Exit::Success);
    }
    let mut command = Arguments::command();
    command.build();
    let mut page = Vec::new();
    let rendered = Man::new(named(command, &arguments.command)?).render(&mut page);
    super::tolerate_closed_pipe(rendered.and_then(|()| io::stdout().lock().write_all(&page)))?;
    Ok(Exit::Success)
}

/// The command of these words below another one.
fn named(command: Command, words: &[String]) -> Result<Command, Failure> {
    let mut command = command;
    for word in words {
        let below = command.find_subcommand(word).cloned();
        command = below.ok_or_else(|| {
            let known: Vec<&str> =
                command.get_subcommands().filter(|known| !known.is_hide_set()).map(Command::get_name).collect();
            let name = command.get_bin_name().unwrap_or_else(|| command.get_name());
            match known.as_slice() {
                [] => Failure::new(format!("`{name}` has no commands below it")),
                known => Failure::new(format!("`{name}` has no command `{word}`: one of {}", known.join(", "))),
            }
        })?;
    }
    Ok(command)
}

/// Prints the script that completes the command line in a shell, names of rules too.
pub fn completions(shell: Shell) -> Result<Exit, Failure> {
    let names: Vec<&'static str> = Registry::embedded().iter().map(|rule| rule.id).collect();
    let rule = |argument: clap::Arg| argument.value_parser(PossibleValuesParser::new(names));
    let mut command = Arguments::command().mut_subcommand("explain", |explain| explain.mut_arg("rule", rule));
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut command, "shipworthy", &mut script);
    super::tolerate_closed_pipe(io::stdout().lock().write_all(&script))?;
    Ok(Exit::Success)
}
