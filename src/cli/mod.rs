//! The command line: one file a subcommand.

mod arguments;
mod audit;
mod baseline;
mod changes;
mod check;
mod checklist;
mod config;
mod explain;
mod facts;
mod fix;
mod lsp;
mod manual;
mod migrate;
mod progress;
mod record;
mod rules;
mod session;
mod terminal;
mod wait;
mod written;

use std::ffi::OsString;
use std::fmt;
use std::io::{self, Write};
use std::process::ExitCode;

use clap::{CommandFactory, Parser, Subcommand};

use arguments::{Arguments, CheckAlone, Command, ExplainArguments, InputArguments, RulesArguments};

use crate::config::ConfigError;
use crate::rules::load::RuleError;
use crate::rules::{Registry, UnknownSelector};
use crate::triage::baseline::BaselineError;

/// DESIGN section 5: the same for every format.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Exit {
    Success = 0,
    Findings = 1,
    Incomplete = 2,
    Nothing = 3,
}

/// Usage, configuration or input that stops the run: exit 2.
#[derive(Debug)]
struct Failure(String);

impl Failure {
    fn new(message: impl fmt::Display) -> Self {
        Self(format!("error: {message}"))
    }

    fn from_rules(errors: Vec<RuleError>) -> Self {
        Self(errors.iter().map(|error| format!("error: {error}")).collect::<Vec<_>>().join("\n"))
    }
}

impl From<UnknownSelector> for Failure {
    fn from(unknown: UnknownSelector) -> Self {
        match unknown {
            UnknownSelector::Unknown { suggestion: None, .. } => {
                Self::new(format_args!("{unknown}\nhelp: `shipworthy rules` lists them"))
            }
            _ => Self::new(unknown),
        }
    }
}

impl From<BaselineError> for Failure {
    fn from(error: BaselineError) -> Self {
        Self::new(error)
    }
}

impl From<ConfigError> for Failure {
    fn from(error: ConfigError) -> Self {
        Self(error.to_string())
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.trim_end())
    }
}

/// Runs the command line of the process.
pub fn main() -> ExitCode {
    record::begin();
    // A panic in one file is caught and reported as an error of that file; its backtrace would only hide that.
    std::panic::set_hook(Box::new(|panic| {
        if std::env::var_os("RUST_BACKTRACE").is_some() {
            let _ = writeln!(io::stderr(), "{panic}");
        }
    }));
    let done = with_command(std::env::args_os().collect()).and_then(|words| match words.get(1) {
        Some(word) if word == "check" => check::run(&CheckAlone::parse_from(words).arguments()),
        _ => run(&Arguments::parse_from(words).command),
    });
    match done {
        Ok(exit) => ExitCode::from(exit as u8),
        Err(failure) => {
            let _ = writeln!(io::stderr(), "{failure}");
            ExitCode::from(Exit::Incomplete as u8)
        }
    }
}

fn run(command: &Command) -> Result<Exit, Failure> {
    match command {
        Command::Check(arguments) => check::run(arguments),
        Command::Fix(arguments) => fix::run(&arguments.into()),
        Command::Audit(arguments) => audit::run(arguments),
        Command::Checklist(arguments) => checklist::run(arguments),
        Command::Explain(arguments) => explain(arguments),
        Command::Rules(arguments) => list(arguments),
        Command::Facts(arguments) => facts::run(arguments),
        Command::Config(arguments) => config::run(arguments),
        Command::Baseline(arguments) => baseline::run(arguments),
        Command::Lsp(arguments) => Ok(lsp::run(arguments)),
        Command::Completions { shell } => manual::completions(*shell),
        Command::Man(arguments) => manual::run(arguments),
    }
}

/// A bare path means `check`: where the first word is no command, `check` goes before it. A word that is nearly a command, and no file, is
/// an error here: as a path it would only be a file that is missing.
fn with_command(mut arguments: Vec<OsString>) -> Result<Vec<OsString>, Failure> {
    let word = arguments.get(1).and_then(|first| first.to_str()).unwrap_or_default();
    if matches!(word, "-h" | "--help" | "-V" | "--version") || Command::has_subcommand(word) {
        return Ok(arguments);
    }
    if !word.starts_with('-') && !std::path::Path::new(word).exists() {
        match word {
            "help" => {
                arguments.remove(1);
                arguments.push("--help".into());
                return Ok(arguments);
            }
            "version" => {
                arguments[1] = "--version".into();
                return Ok(arguments);
            }
            _ => {}
        }
        let command = Arguments::command();
        if let Some(near) = crate::dockerfile::problem::nearest_of(word, command.get_subcommands().map(clap::Command::get_name)) {
            return Err(Failure::new(format_args!(
                "there is no command and no file `{word}`; did you mean `shipworthy {near}`?\nhelp: `shipworthy --help` lists the commands"
            )));
        }
    }
    arguments.insert(1.min(arguments.len()), "check".into());
    Ok(arguments)
}

fn explain(arguments: &ExplainArguments) -> Result<Exit, Failure> {
    let registry = registry(arguments.isolated, arguments.config.clone())?;
    let rules = explain::rules(&registry, &arguments.rule).map_err(Failure::from)?;
    let style = terminal::style(arguments.color);
    tolerate_closed_pipe(explain::write(&rules, arguments.output_format, style, &mut io::stdout().lock()))?;
    Ok(Exit::Success)
}

fn list(arguments: &RulesArguments) -> Result<Exit, Failure> {
    let registry = registry(arguments.isolated, arguments.config.clone())?;
    let selectors = arguments.select.iter().map(|name| registry.selector(name)).collect::<Result<Vec<_>, _>>();
    let rules = rules::selected(&registry, &selectors.map_err(Failure::from)?);
    tolerate_closed_pipe(rules::write(&rules, arguments.output_format, &mut io::BufWriter::new(io::stdout().lock())))?;
    Ok(Exit::Success)
}

/// The embedded rules and those that the configuration of the current folder names.
fn registry(isolated: bool, config: Option<std::path::PathBuf>) -> Result<Registry, Failure> {
    let mut registry = Registry::embedded();
    let configs = session::configs(&InputArguments { isolated, config, ..InputArguments::default() })?;
    let folders = configs.of_folder(std::path::Path::new("."))?.rule_folders();
    crate::rules::load::load_folders(&mut registry, &folders).map_err(Failure::from_rules)?;
    Ok(registry)
}

/// Who reads from us may stop at any time: that is no error.
fn tolerate_closed_pipe(written: io::Result<()>) -> Result<(), Failure> {
    match written {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(Failure::new(format!("cannot write: {error}"))),
        _ => Ok(()),
    }
}
