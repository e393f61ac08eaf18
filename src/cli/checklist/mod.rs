//! `shipworthy checklist`: may this go to production?

mod judged;
mod page;
mod sign;
mod tasks;

use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::arguments::{ChecklistArguments, ChecklistCommand, ChecklistInput, InputArguments};
use super::progress::Progress;
use super::session::Session;
use super::{Exit, Failure, baseline, session, terminal};
use crate::checklist::{self, Audit, Lists, Records, Request};
use crate::config::Config;
use crate::report::checklist::{Checklist, ChecklistFormat, write};
use crate::report::{Run, Style, Verbosity};
use crate::triage::Outcome;

/// Where sign-offs and waivers are kept unless the configuration says otherwise.
const SIGN_OFFS: &str = "shipworthy.signoffs.toml";

pub fn run(arguments: &ChecklistArguments) -> Result<Exit, Failure> {
    match &arguments.command {
        Some(ChecklistCommand::Sign(sign)) => return sign::sign(sign),
        Some(ChecklistCommand::Waive(waive)) => return sign::waive(waive),
        Some(ChecklistCommand::Init(init)) => return tasks::init(init),
        None => {}
    }
    let progress = Progress::start(!arguments.no_progress);
    let looked = Looked::at(&arguments.looked_at, &progress)?;
    drop(progress);
    if let Some(path) = &arguments.tick {
        return tasks::set_boxes(&looked, path, arguments.write);
    }
    let empty = looked.judged.session.project.documents.is_empty();
    let exit = match () {
        () if looked.judged.session.incomplete => Exit::Incomplete,
        () if empty && !arguments.looked_at.allow_empty && !arguments.exit_zero => Exit::Nothing,
        () if looked.audit.stops() && !arguments.exit_zero => Exit::Findings,
        () => Exit::Success,
    };
    let formats = arguments.output.iter().map(|output| output.format).chain([arguments.output_format]);
    let has_page = formats.into_iter().any(|format| format == ChecklistFormat::Html);
    let shown = if has_page { Some(page::shown(&looked, arguments, exit)?) } else { None };
    let run = shown.as_ref().map(|shown| Run {
        project: &looked.judged.session.project,
        registry: &looked.judged.session.registry,
        outcome: &shown.outcome,
        fail_on: shown.settings.fail_on(),
        statistics: false,
        verbosity: Verbosity::Normal,
        style: Style::plain(),
        record: Some(&shown.record),
        checklist: None,
        comparison: None,
    });
    let checklist = Checklist {
        audit: &looked.audit,
        errors: &looked.judged.outcome.errors,
        incomplete: looked.judged.session.incomplete,
        verbose: arguments.verbose,
        style: terminal::style(arguments.color),
        run,
    };
    for output in &arguments.output {
        let cannot = |error: io::Error| Failure::new(format!("{}: cannot be written: {error}", output.path.display()));
        let plain = Checklist { style: Style::plain(), ..checklist };
        let mut file = fs::File::create(&output.path).map_err(cannot)?;
        write(output.format, &plain, &mut file).map_err(cannot)?;
    }
    super::tolerate_closed_pipe(write(arguments.output_format, &checklist, &mut io::stdout().lock()))?;
    Ok(exit)
}

/// The file of sign-offs and waivers that holds for `check` and `audit`, with the configuration that names it; `None` where there is none.
pub fn waivers(input: &InputArguments) -> Result<Option<(PathBuf, Arc<Config>)>, Failure> {
    if input.isolated {
        return Ok(None);
    }
    let configs = session::configs(input)?;
    let first = input.paths.iter().find(|path| path.as_os_str() != "-").map_or(Path::new("."), PathBuf::as_path);
    let config = if first.is_dir() { configs.of_folder(first) } else { configs.of(first) }?;
    let path = sign_offs(&config);
    Ok(path.is_file().then_some((path, config)))
}

/// Takes what [`waivers`] of rules speak of out of the outcome of `check` and `audit`.
pub fn waive(path: &Path, config: &Config, session: &Session, outcome: &mut Outcome) -> Result<(), Failure> {
    let records = Records::load(path, &baseline::shown(path))?;
    let notes = checklist::apply_waivers(&session.project, &session.registry, config, &records, outcome);
    for note in notes.iter().filter(|note| note.lapsed) {
        let _ = writeln!(io::stderr(), "shipworthy: {}:{}: {}", note.path, note.line, crate::report::visible(&note.message));
    }
    Ok(())
}

/// Everything that a checklist was made from, and what it says.
struct Looked {
    judged: judged::Judged,
    config: Arc<Config>,
    lists: Lists,
    records: Records,
    audit: Audit,
}

impl Looked {
    fn at(input: &ChecklistInput, progress: &Progress) -> Result<Self, Failure> {
        let config = config(input)?;
        let judged = judged::judge(input)?;
        progress.doing("checking");
        let lists = checklist::lists(&config, &input.list, &judged.session.registry)?;
        let path = sign_offs(&config);
        let records = match input.isolated {
            true => Records::default(),
            false => Records::load(&path, &baseline::shown(&path))?,
        };
        let mut looked = Self { judged, config, lists, records, audit: empty() };
        let folder = folder(&looked.config);
        let request = Request {
            project: &looked.judged.session.project,
            registry: &looked.judged.session.registry,
            config: &looked.config,
            lists: &looked.lists,
            records: &looked.records,
            commands: input.allow_commands.then_some(folder.as_path()),
        };
        let audit = checklist::audit(&request, &mut looked.judged.outcome);
        looked.audit = audit;
        Ok(looked)
    }
}

fn empty() -> Audit {
    Audit {
        summary: checklist::Summary::default(),
        matrix: crate::matrix::Matrix::default(),
        lists: Vec::new(),
        notes: Vec::new(),
    }
}

/// The configuration that says which lists hold: that of the first path.
fn config(input: &ChecklistInput) -> Result<Arc<Config>, Failure> {
    let configs = session::configs(&InputArguments {
        config: input.config.clone(),
        isolated: input.isolated,
        ..InputArguments::default()
    })?;
    let first = input.paths.first().map_or(Path::new("."), PathBuf::as_path);
    let config = if first.is_dir() { configs.of_folder(first) } else { configs.of(first) };
    Ok(config?)
}

/// The file of sign-offs and waivers.
fn sign_offs(config: &Config) -> PathBuf {
    match &config.file.checklist.sign_offs {
        Some(path) => config.path_of(path.get_ref()),
        None if config.path().is_some() => config.path_of(SIGN_OFFS),
        None => baseline::usual_place().join(SIGN_OFFS),
    }
}

/// Where commands are run: beside the configuration.
fn folder(config: &Config) -> PathBuf {
    let root = config.root();
    if root.as_os_str().is_empty() { std::env::current_dir().unwrap_or_default() } else { root.to_owned() }
}
