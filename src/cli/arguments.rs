//! The command line as clap reads it. DESIGN section 5 is the contract.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use jiff::civil::Date;

use crate::finding::{Confidence, Profile, Severity};
use crate::migrate::Peer;
use crate::report::Format;
use crate::report::checklist::ChecklistFormat;
use crate::source::Kind;

/// What an exit means, for `--help` and the manual.
const EXITS: &str = "\
Exit:
  0  nothing at or above the gate (--fail-on, by default medium)
  1  findings, or an input that does not parse
  2  usage, configuration, input or output, an engine; or something could not be looked at
  3  nothing to check (0 with --allow-empty)

A bare path means `check`: `shipworthy Dockerfile` is `shipworthy check Dockerfile`.";

/// How it is called: clap does not know that a bare path means `check`.
const USAGE: &str = "shipworthy [check] [OPTIONS] [PATH]...\n       shipworthy <COMMAND>";

/// Is this containerised system worthy of shipping?
///
/// Reads Dockerfiles, compose files and nginx configurations as one system, and shows each problem with the diff that fixes it.
#[derive(Debug, Parser)]
#[command(name = "shipworthy", version, about, propagate_version = true, disable_help_subcommand = true, after_long_help = EXITS)]
#[command(override_usage = USAGE)]
pub struct Arguments {
    #[command(subcommand)]
    pub command: Command,
}

/// The same with `check` alone, which most runs are: the arguments of all others take as long to put together as a file to read.
#[derive(Debug, Parser)]
#[command(name = "shipworthy", version, propagate_version = true, disable_help_subcommand = true)]
pub struct CheckAlone {
    #[command(subcommand)]
    command: OneCommand,
}

#[derive(Debug, Subcommand)]
enum OneCommand {
    #[command(about = CHECK)]
    Check(CheckArguments),
}

/// What `check` is for.
const CHECK: &str = "Report problems; never writes. `shipworthy PATH` means this";

impl CheckAlone {
    pub fn arguments(self) -> CheckArguments {
        let OneCommand::Check(arguments) = self.command;
        arguments
    }
}

#[derive(Debug, Subcommand)]
pub enum Command {
    #[command(about = CHECK)]
    Check(CheckArguments),
    /// Apply the safe fixes; with `-`, print what is fixed.
    Fix(FixArguments),
    /// Judge running containers, their images and the engine; never changes anything.
    Audit(AuditArguments),
    /// May this go to production? Each service and each control of the checklists, with what decided it.
    Checklist(ChecklistArguments),
    /// Show the page of a rule, or of the rule behind an identifier such as DL3008.
    Explain(ExplainArguments),
    /// List the rules.
    Rules(RulesArguments),
    /// Print what rules see, as JSON.
    Facts(FactsArguments),
    /// Show, start or describe the configuration.
    Config(ConfigArguments),
    /// Keep the list of findings that an existing repository starts with.
    Baseline(BaselineArguments),
    /// Serve an editor over standard input and output, as the Language Server Protocol has it.
    Lsp(LspArguments),
    /// Print a completion script for a shell.
    Completions { shell: clap_complete::Shell },
    /// Print the manual page, of the whole or of one command.
    Man(ManArguments),
}

#[derive(Debug, Args)]
pub struct CheckArguments {
    #[command(flatten)]
    pub input: InputArguments,
    #[command(flatten)]
    pub selection: SelectionArguments,
    #[command(flatten)]
    pub output: OutputArguments,
    #[command(flatten)]
    pub gate: GateArguments,
    /// Apply the safe fixes as well, as `shipworthy fix` does.
    #[arg(long, conflicts_with = "diff", help_heading = "Fixes")]
    pub fix: bool,
    /// Print the patch of all safe fixes instead of findings, as `shipworthy fix --diff` does.
    #[arg(long, help_heading = "Fixes")]
    pub diff: bool,
    /// With --fix or --diff: unsafe fixes too.
    #[arg(long, visible_alias = "unsafe", help_heading = "Fixes")]
    pub unsafe_fixes: bool,
}

#[derive(Debug, Args)]
pub struct FixArguments {
    #[command(flatten)]
    pub input: InputArguments,
    #[command(flatten)]
    pub selection: SelectionArguments,
    #[command(flatten)]
    pub output: OutputArguments,
    #[command(flatten)]
    pub gate: GateArguments,
    /// Print the patch and write nothing; exit 1 when there is something to fix.
    #[arg(long, help_heading = "Fixes")]
    pub diff: bool,
    /// Apply fixes that may change behaviour too.
    #[arg(long, visible_alias = "unsafe", help_heading = "Fixes")]
    pub unsafe_fixes: bool,
}

#[derive(Debug, Args)]
pub struct AuditArguments {
    /// Only these containers: names, or the beginning of an id. By default all of them.
    pub names: Vec<String>,
    /// Judge a saved snapshot instead of an engine; may be given several times.
    #[arg(long, value_name = "FILE", help_heading = "Input")]
    pub input: Vec<PathBuf>,
    /// Ask this engine, `unix:///path`, `tcp://host:port` or `ssh://host`; may be given several times. By default that of DOCKER_HOST,
    /// of the current context, or the first of the usual sockets.
    #[arg(short = 'H', long, value_name = "ADDRESS", help_heading = "Input", conflicts_with = "input")]
    pub host: Vec<String>,
    /// Ask the engine of this docker context; may be given several times.
    #[arg(long, value_name = "NAME", help_heading = "Input", conflicts_with = "input")]
    pub context: Vec<String>,
    /// How long collecting may take as a whole: what is not seen by then is not seen, and said so.
    #[arg(long, value_name = "DURATION", default_value = "60s", value_parser = duration, help_heading = "Input")]
    pub timeout: std::time::Duration,
    /// First wait until every container that is asked for is healthy; fail with what its probe said when one is not by then.
    #[arg(long, value_name = "DURATION", value_parser = duration, help_heading = "Gate", conflicts_with = "input")]
    pub wait: Option<std::time::Duration>,
    /// Let interpreters in containers be run for their versions. Without this nothing is ever changed; with it the engine starts a process.
    #[arg(long, help_heading = "Input", conflicts_with = "input")]
    pub allow_exec: bool,
    /// Ask the health addresses that `[[service]]` and health checks name, over published ports. Redirects are not followed.
    #[arg(long, help_heading = "Input", conflicts_with = "input")]
    pub probe: bool,
    /// Keep what was seen, without secret values, to be judged or compared later.
    #[arg(long, value_name = "FILE", help_heading = "Input")]
    pub save: Option<PathBuf>,
    /// Only containers with this label, `KEY` or `KEY=VALUE`; may be given several times.
    #[arg(long, value_name = "LABEL", help_heading = "Input")]
    pub label: Vec<String>,
    /// Only containers of this compose project; may be given several times.
    #[arg(long, value_name = "NAME", help_heading = "Input")]
    pub compose_project: Vec<String>,
    /// A folder with the compose files that the containers were made from; may be given several times. By default the files that the containers name,
    /// where they are of this machine.
    #[arg(long, value_name = "DIR", help_heading = "Input")]
    pub project: Vec<PathBuf>,
    /// Use this configuration instead of the nearest shipworthy.toml.
    #[arg(long, value_name = "FILE", env = "SHIPWORTHY_CONFIG", help_heading = "Input")]
    pub config: Option<PathBuf>,
    /// Use no configuration, baseline, waivers or rules of the user.
    #[arg(long, help_heading = "Input")]
    pub isolated: bool,
    /// That no container is there is a success.
    #[arg(long, help_heading = "Input")]
    pub allow_empty: bool,
    #[command(flatten)]
    pub selection: SelectionArguments,
    #[command(flatten)]
    pub output: OutputArguments,
    #[command(flatten)]
    pub gate: GateArguments,
}

#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true)]
pub struct ChecklistArguments {
    #[command(subcommand)]
    pub command: Option<ChecklistCommand>,
    #[command(flatten)]
    pub looked_at: ChecklistInput,
    /// Instead of a report: the patch that ticks what holds in this Markdown list, and unticks what no longer does. Exit 1 when there is one.
    #[arg(long, value_name = "FILE", help_heading = "Markdown")]
    pub tick: Option<PathBuf>,
    /// With --tick: write the file instead of printing the patch.
    #[arg(long, requires = "tick", help_heading = "Markdown")]
    pub write: bool,
    /// How standard output is written.
    #[arg(short = 'f', long, alias = "format", value_enum, value_name = "FORMAT", default_value_t, help_heading = "Output")]
    pub output_format: ChecklistFormat,
    /// Write a format to a file as well; may be given several times.
    #[arg(long, value_name = "FORMAT=PATH", help_heading = "Output")]
    pub output: Vec<ChecklistOutput>,
    /// When to use colour; NO_COLOR counts too.
    #[arg(long, value_enum, default_value_t = ColorArgument::Auto, value_name = "WHEN", help_heading = "Output")]
    pub color: ColorArgument,
    /// No progress on standard error.
    #[arg(long, help_heading = "Output")]
    pub no_progress: bool,
    /// Show what every answer rests on, also of those that pass.
    #[arg(short, long, help_heading = "Output")]
    pub verbose: bool,
    /// Leave times and the name of the machine out of the page, so that two runs over the same files are equal. SOURCE_DATE_EPOCH fixes the
    /// time instead.
    #[arg(long, help_heading = "Output")]
    pub no_timestamps: bool,
    /// Who runs it, for the head of the page.
    #[arg(long, value_name = "NAME", env = "SHIPWORTHY_OPERATOR", help_heading = "Output")]
    pub operator: Option<String>,
    /// Nothing stops the release: exit 0 for what would be 1.
    #[arg(long, help_heading = "Gate")]
    pub exit_zero: bool,
}

/// What a checklist is made from.
#[derive(Debug, Args, Default)]
pub struct ChecklistInput {
    /// Files and folders. By default the current folder.
    pub paths: Vec<PathBuf>,
    /// This list instead of those of the configuration: `pre-production`, `cis-docker`, `cis-nginx`, or the path of one of your own. May be
    /// given several times.
    #[arg(long, value_name = "LIST", help_heading = "Input")]
    pub list: Vec<String>,
    /// A snapshot of `shipworthy audit --save`, or what `docker inspect` printed: what runs is judged too. May be given several times.
    #[arg(long, value_name = "FILE", help_heading = "Input")]
    pub input: Vec<PathBuf>,
    /// Look at what runs: ask the engine that `shipworthy audit` would ask.
    #[arg(long, help_heading = "Input", conflicts_with = "input")]
    pub live: bool,
    /// With --live: ask this engine, `unix:///path`, `tcp://host:port` or `ssh://host`; may be given several times.
    #[arg(short = 'H', long, value_name = "ADDRESS", help_heading = "Input", requires = "live")]
    pub host: Vec<String>,
    /// Let the commands that lists name be run, each without a shell and for a bounded time.
    #[arg(long, help_heading = "Input")]
    pub allow_commands: bool,
    /// Use this configuration instead of the nearest shipworthy.toml.
    #[arg(long, value_name = "FILE", env = "SHIPWORTHY_CONFIG", help_heading = "Input")]
    pub config: Option<PathBuf>,
    /// Use no configuration, baseline, sign-offs, waivers or rules of the user.
    #[arg(long, help_heading = "Input")]
    pub isolated: bool,
    /// Findings that this file lists count as waived; by default .shipworthy-baseline.json at the root, where there is one.
    #[arg(long, value_name = "FILE", help_heading = "Input")]
    pub baseline: Option<PathBuf>,
    /// A variable that compose may see; NAME alone takes its value from the environment. May be given several times.
    #[arg(long, value_name = "NAME[=VALUE]", help_heading = "Input")]
    pub env: Vec<String>,
    /// Judge as on this day, YYYY-MM-DD.
    #[arg(long, value_name = "DATE", value_parser = date, help_heading = "Input")]
    pub today: Option<Date>,
    /// Nothing to look at is a success.
    #[arg(long, help_heading = "Input")]
    pub allow_empty: bool,
}

#[derive(Debug, Subcommand)]
pub enum ChecklistCommand {
    /// State that a control holds, for what is there now; it lapses when that changes.
    Sign(SignArguments),
    /// Answer for a control that does not hold, or for the findings of a rule, until a day.
    Waive(WaiveArguments),
    /// Print the patch that ties the items of a Markdown list to the controls that they speak of.
    Init(InitArguments),
}

#[derive(Debug, Args)]
pub struct InitArguments {
    /// The list, with `- [ ]` items.
    #[arg(long, value_name = "FILE")]
    pub from: PathBuf,
    /// Write the file instead of printing the patch.
    #[arg(long)]
    pub write: bool,
    #[command(flatten)]
    pub looked_at: ChecklistInput,
}

#[derive(Debug, Args)]
pub struct SignArguments {
    /// The control, `list/control`, or the part behind the `/`.
    pub control: String,
    /// Who signs.
    #[arg(long, value_name = "NAME")]
    pub by: String,
    /// What is stated: what was done, when, and what came of it.
    #[arg(long, value_name = "TEXT")]
    pub statement: String,
    /// The last day on which it holds, YYYY-MM-DD.
    #[arg(long, value_name = "DATE", value_parser = date)]
    pub until: Option<Date>,
    /// The number of a ticket.
    #[arg(long, value_name = "TICKET")]
    pub ticket: Option<String>,
    /// Where it can be seen: an address or a path.
    #[arg(long, value_name = "WHERE")]
    pub evidence: Option<String>,
    /// The files that it speaks of, instead of those that the control names; may be given several times.
    #[arg(long, value_name = "PATH")]
    pub file: Vec<String>,
    #[command(flatten)]
    pub looked_at: ChecklistInput,
}

#[derive(Debug, Args)]
pub struct WaiveArguments {
    /// The control, `list/control`, or the part behind the `/`; or a rule.
    pub target: String,
    /// Who answers for it.
    #[arg(long, value_name = "NAME")]
    pub by: String,
    /// Why it may be so.
    #[arg(long, value_name = "TEXT")]
    pub reason: String,
    /// The last day on which it holds, YYYY-MM-DD.
    #[arg(long, value_name = "DATE", value_parser = date)]
    pub until: Date,
    /// The number of a ticket.
    #[arg(long, value_name = "TICKET")]
    pub ticket: Option<String>,
    /// Of a rule: only its findings in files that match this glob; may be given several times.
    #[arg(long, value_name = "GLOB")]
    pub file: Vec<String>,
    #[command(flatten)]
    pub looked_at: ChecklistInput,
}

/// `FORMAT=PATH`
#[derive(Debug, Clone)]
pub struct ChecklistOutput {
    pub format: ChecklistFormat,
    pub path: PathBuf,
}

impl std::str::FromStr for ChecklistOutput {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (format, path) = text.split_once('=').ok_or("write FORMAT=PATH, such as markdown=checklist.md")?;
        let format = ChecklistFormat::from_str(format, true)?;
        if path.is_empty() {
            return Err("the path after `=` is empty".into());
        }
        Ok(Self { format, path: path.into() })
    }
}

/// `90s`, `2m`, `1m30s`.
fn duration(text: &str) -> Result<std::time::Duration, String> {
    let read: Result<jiff::SignedDuration, _> = text.parse();
    let duration = read.map_err(|_| "write a duration such as 90s or 2m".to_owned())?;
    let duration = std::time::Duration::try_from(duration).map_err(|_| "a duration is not negative".to_owned())?;
    if duration.is_zero() { Err("a duration is longer than nothing".to_owned()) } else { Ok(duration) }
}

/// `2026-11-20`
fn date(text: &str) -> Result<Date, String> {
    text.parse().map_err(|_| "write a day of the calendar as YYYY-MM-DD".to_owned())
}

#[derive(Debug, Args, Default)]
pub struct InputArguments {
    /// Files and folders; `-` reads standard input. By default the current folder.
    pub paths: Vec<PathBuf>,
    /// Use this configuration instead of the nearest shipworthy.toml.
    #[arg(long, value_name = "FILE", env = "SHIPWORTHY_CONFIG", help_heading = "Input")]
    pub config: Option<PathBuf>,
    /// Use no configuration, baseline, waivers or rules of the user.
    #[arg(long, help_heading = "Input")]
    pub isolated: bool,
    /// Findings that this file lists do not count; by default .shipworthy-baseline.json at the root, where there is one.
    #[arg(long, value_name = "FILE", help_heading = "Input")]
    pub baseline: Option<PathBuf>,
    /// Judge what is staged, and report only what it brings.
    #[arg(long, conflicts_with = "since", help_heading = "Input")]
    pub staged: bool,
    /// Report only what came in since this branch left another, or since a commit.
    #[arg(long, value_name = "REF", help_heading = "Input")]
    pub since: Option<String>,
    /// A variable that compose may see; NAME alone takes its value from the environment. May be given several times.
    #[arg(long, value_name = "NAME[=VALUE]", help_heading = "Input")]
    pub env: Vec<String>,
    /// The name of what standard input holds; it decides the kind, and findings carry it.
    #[arg(long, value_name = "PATH", help_heading = "Input")]
    pub stdin_filename: Option<String>,
    /// Read every named file as this kind.
    #[arg(long, value_enum, value_name = "KIND", help_heading = "Input")]
    pub kind: Option<KindArgument>,
    /// Leave out what the configuration excludes even when it is named, as pre-commit needs.
    #[arg(long, help_heading = "Input")]
    pub force_exclude: bool,
    /// Nothing to check is a success.
    #[arg(long, help_heading = "Input")]
    pub allow_empty: bool,
    /// Show secret values instead of `***`.
    #[arg(long, help_heading = "Input")]
    pub show_secrets: bool,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
pub enum KindArgument {
    Dockerfile,
    Compose,
    Nginx,
    Env,
}

impl From<KindArgument> for Kind {
    fn from(kind: KindArgument) -> Self {
        match kind {
            KindArgument::Dockerfile => Self::Dockerfile,
            KindArgument::Compose => Self::Compose,
            KindArgument::Nginx => Self::Nginx,
            KindArgument::Env => Self::Env,
        }
    }
}

#[derive(Debug, Args, Default)]
pub struct SelectionArguments {
    /// Run only these rules: ids, families, identifiers of peers such as DL3008, or `all`.
    #[arg(long, value_name = "RULES", value_delimiter = ',', help_heading = "Rules")]
    pub select: Vec<String>,
    /// Leave these out.
    #[arg(long, value_name = "RULES", value_delimiter = ',', help_heading = "Rules")]
    pub ignore: Vec<String>,
    /// Run these as well as those of the profile.
    #[arg(long, value_name = "RULES", value_delimiter = ',', help_heading = "Rules")]
    pub extend_select: Vec<String>,
    /// How much to report: what a reviewer would raise, hardening too, or everything.
    #[arg(long, value_enum, help_heading = "Rules")]
    pub profile: Option<Profile>,
    /// Hide findings below this severity; the gate is --fail-on.
    #[arg(long, value_enum, value_name = "SEVERITY", help_heading = "Rules")]
    pub min_severity: Option<Severity>,
    /// Hide findings below this confidence.
    #[arg(long, value_enum, value_name = "CONFIDENCE", help_heading = "Rules")]
    pub min_confidence: Option<Confidence>,
    /// Suppression comments do not count.
    #[arg(long, help_heading = "Rules")]
    pub no_ignores: bool,
    /// A registry that images may come from, besides those of the configuration; may be given several times.
    #[arg(long, value_name = "REGISTRY", alias = "trusted-registries", value_delimiter = ',', help_heading = "Rules")]
    pub trusted_registry: Vec<String>,
    /// Judge as on this day, YYYY-MM-DD.
    #[arg(long, value_name = "DATE", value_parser = date, help_heading = "Rules")]
    pub today: Option<Date>,
}

#[derive(Debug, Args, Default)]
pub struct OutputArguments {
    /// How standard output is written.
    #[arg(short = 'f', long, alias = "format", value_enum, value_name = "FORMAT", help_heading = "Output")]
    pub output_format: Option<Format>,
    /// Write a format to a file as well; may be given several times.
    #[arg(long, value_name = "FORMAT=PATH", help_heading = "Output")]
    pub output: Vec<OutputFile>,
    /// Say what is new and what is gone since an earlier report, in json or html.
    #[arg(long, value_name = "FILE", help_heading = "Output")]
    pub compare: Option<PathBuf>,
    /// Leave times and the name of the machine out of reports, so that two runs over the same files are equal. SOURCE_DATE_EPOCH fixes the
    /// time instead.
    #[arg(long, help_heading = "Output")]
    pub no_timestamps: bool,
    /// Who runs it, for the head of html and markdown reports.
    #[arg(long, value_name = "NAME", env = "SHIPWORTHY_OPERATOR", help_heading = "Output")]
    pub operator: Option<String>,
    /// When to use colour; NO_COLOR counts too.
    #[arg(long, value_enum, default_value_t = ColorArgument::Auto, value_name = "WHEN", help_heading = "Output")]
    pub color: ColorArgument,
    /// No progress on standard error.
    #[arg(long, help_heading = "Output")]
    pub no_progress: bool,
    /// Count the findings of each rule instead of listing them.
    #[arg(long, help_heading = "Output")]
    pub statistics: bool,
    /// Only findings, no summary.
    #[arg(short, long, help_heading = "Output")]
    pub quiet: bool,
    /// Say more on standard error.
    #[arg(short, long, action = clap::ArgAction::Count, help_heading = "Output")]
    pub verbose: u8,
}

/// `FORMAT=PATH`
#[derive(Debug, Clone)]
pub struct OutputFile {
    pub format: Format,
    pub path: PathBuf,
}

impl std::str::FromStr for OutputFile {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (format, path) = text.split_once('=').ok_or("write FORMAT=PATH, such as sarif=report.sarif")?;
        let format = Format::from_str(format, true).map_err(|_| {
            let names: Vec<_> = Format::value_variants().iter().filter_map(ValueEnum::to_possible_value).collect();
            let names: Vec<_> = names.iter().map(|name| name.get_name()).collect();
            format!("there is no format `{format}`; one of {}", names.join(", "))
        })?;
        if path.is_empty() {
            return Err("the path after `=` is empty".into());
        }
        Ok(Self { format, path: path.into() })
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub enum ColorArgument {
    #[default]
    Auto,
    Always,
    Never,
}

#[derive(Debug, Args, Default)]
pub struct GateArguments {
    /// Exit 1 for findings of this severity or above; `never` for none. By default medium.
    #[arg(short = 't', long, visible_alias = "failure-threshold", value_name = "SEVERITY", value_parser = fail_on, help_heading = "Gate")]
    pub fail_on: Option<crate::triage::FailOn>,
    /// Findings do not make the run fail.
    #[arg(long, visible_alias = "no-fail", help_heading = "Gate")]
    pub exit_zero: bool,
}

/// Our severities, and those of hadolint that are no names of ours.
fn fail_on(text: &str) -> Result<crate::triage::FailOn, String> {
    match text {
        "error" => Ok(crate::triage::FailOn::At(Severity::High)),
        "warning" => Ok(crate::triage::FailOn::At(Severity::Medium)),
        "style" => Ok(crate::triage::FailOn::At(Severity::Info)),
        text => text.parse(),
    }
}

#[derive(Debug, Args)]
pub struct ExplainArguments {
    /// A rule id, or an identifier of a peer.
    pub rule: String,
    /// How the output is written.
    #[arg(short = 'f', long, alias = "format", value_enum, value_name = "FORMAT", default_value_t = PageFormat::Text)]
    pub output_format: PageFormat,
    /// Know no rules of the user.
    #[arg(long)]
    pub isolated: bool,
    /// Use this configuration instead of the nearest shipworthy.toml.
    #[arg(long, value_name = "FILE", env = "SHIPWORTHY_CONFIG")]
    pub config: Option<PathBuf>,
    /// When to use colour; NO_COLOR counts too.
    #[arg(long, value_enum, default_value_t = ColorArgument::Auto, value_name = "WHEN")]
    pub color: ColorArgument,
}

#[derive(Debug, Args)]
pub struct ManArguments {
    /// The command, such as `check` or `baseline create`.
    #[arg(value_name = "COMMAND", conflicts_with = "output")]
    pub command: Vec<String>,
    /// Write the pages of all commands into this folder.
    #[arg(long, value_name = "DIR")]
    pub output: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub struct LspArguments {
    /// Use this configuration instead of the nearest shipworthy.toml of each file.
    #[arg(long, value_name = "FILE", env = "SHIPWORTHY_CONFIG", help_heading = "Input")]
    pub config: Option<PathBuf>,
    /// Use no configuration, baseline, waivers or rules of the user.
    #[arg(long, help_heading = "Input")]
    pub isolated: bool,
    /// A variable that compose may see; NAME alone takes its value from the environment. May be given several times.
    #[arg(long, value_name = "NAME[=VALUE]", help_heading = "Input")]
    pub env: Vec<String>,
    #[command(flatten)]
    pub selection: SelectionArguments,
    /// Taken and passed over: editors that speak to several kinds of server give it.
    #[arg(long, hide = true)]
    pub stdio: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum PageFormat {
    Text,
    Json,
    Markdown,
}

#[derive(Debug, Args)]
pub struct RulesArguments {
    /// Only these rules: ids, families, identifiers of peers such as DL3008, or `all`.
    #[arg(long, value_name = "RULES", value_delimiter = ',')]
    pub select: Vec<String>,
    /// How the output is written.
    #[arg(short = 'f', long, alias = "format", value_enum, value_name = "FORMAT", default_value_t = PageFormat::Text)]
    pub output_format: PageFormat,
    /// Know no rules of the user.
    #[arg(long)]
    pub isolated: bool,
    /// Use this configuration instead of the nearest shipworthy.toml.
    #[arg(long, value_name = "FILE", env = "SHIPWORTHY_CONFIG")]
    pub config: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub struct FactsArguments {
    #[command(flatten)]
    pub input: InputArguments,
    /// How the output is written.
    #[arg(short = 'f', long, alias = "format", value_enum, value_name = "FORMAT", default_value_t = FactsFormat::Json)]
    pub output_format: FactsFormat,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum FactsFormat {
    /// One array, for people.
    Json,
    /// One line for each file and kind.
    Jsonl,
}

#[derive(Debug, Args)]
pub struct BaselineArguments {
    #[command(subcommand)]
    pub command: BaselineCommand,
}

#[derive(Debug, Subcommand)]
pub enum BaselineCommand {
    /// Write down every finding of today.
    Create {
        #[command(flatten)]
        order: BaselineOrder,
        /// Replace a file that exists.
        #[arg(long)]
        force: bool,
    },
    /// Drop what no longer occurs.
    Update {
        #[command(flatten)]
        order: BaselineOrder,
        /// Take in what is new as well.
        #[arg(long)]
        accept_new: bool,
    },
    /// Drop what no longer occurs, and never take anything in.
    Prune {
        #[command(flatten)]
        order: BaselineOrder,
    },
}

/// What a baseline is made from.
#[derive(Debug, Args)]
pub struct BaselineOrder {
    #[command(flatten)]
    pub input: InputArguments,
    #[command(flatten)]
    pub selection: SelectionArguments,
}

#[derive(Debug, Args)]
pub struct ConfigArguments {
    #[command(subcommand)]
    pub command: ConfigCommand,
}

#[derive(Debug, Args)]
pub struct ConfigInitArguments {
    /// Take the services from the tables of this Markdown file (service, port, release, reason); may be given several times. From then on
    /// `check` says where the file and the tree disagree.
    #[arg(long, value_name = "GUIDE.md")]
    pub from: Vec<PathBuf>,
    /// Print the configuration and write nothing.
    #[arg(long)]
    pub stdout: bool,
    /// Keep a file that exists, comments too, and add what it lacks.
    #[arg(long, conflicts_with = "force")]
    pub extend: bool,
    /// Replace a file that exists.
    #[arg(long)]
    pub force: bool,
}

#[derive(Debug, Subcommand)]
pub enum ConfigCommand {
    /// Print the settings in force and where they come from.
    Show {
        /// The file or folder that the settings are for.
        #[arg(default_value = ".")]
        path: PathBuf,
        /// Use this configuration instead of the nearest shipworthy.toml.
        #[arg(long, value_name = "FILE", env = "SHIPWORTHY_CONFIG")]
        config: Option<PathBuf>,
    },
    /// Write a commented shipworthy.toml in the current folder, with a first policy from what runs there today.
    Init(ConfigInitArguments),
    /// Write a shipworthy.toml that says what the configurations of hadolint and dclint say.
    Migrate(MigrateArguments),
    /// Print the JSON Schema of shipworthy.toml.
    Schema,
}

#[derive(Debug, Args)]
pub struct MigrateArguments {
    /// The configurations to read; by default the .hadolint.yaml and the .dclintrc of the current folder.
    pub files: Vec<PathBuf>,
    /// The tool that the files are for, where their names do not tell.
    #[arg(long, value_enum, value_name = "TOOL")]
    pub from: Option<Peer>,
    /// Print the result and write nothing.
    #[arg(long)]
    pub stdout: bool,
    /// Add to a shipworthy.toml that is there; what it says stays.
    #[arg(long, conflicts_with = "stdout")]
    pub force: bool,
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn check_alone_is_the_check_among_the_others() {
        let help = |mut command: clap::Command| {
            command.build();
            let check = command.find_subcommand_mut("check").unwrap();
            (check.render_usage().to_string(), check.render_help().to_string(), check.render_long_help().to_string())
        };
        assert_eq!(help(CheckAlone::command()), help(Arguments::command()));
    }
}
