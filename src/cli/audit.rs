//! `shipworthy audit`: what runs, judged as files are.

use std::fs;
use std::io::{self, Write};
use std::time::Duration;

use super::arguments::{AuditArguments, InputArguments};
use super::progress::Progress;
use super::record::About;
use super::session::Session;
use super::{Exit, Failure, check, wait, written};
use crate::config::{Overrides, Policy};
use crate::finding::Finding;
use crate::live::answer::PromisedHealth;
use crate::live::client::{CallError, Permission};
use crate::live::collect::{self, Request};
use crate::live::endpoint::{self, Endpoint, Surroundings};
use crate::live::select::Selection;
use crate::live::snapshot::NotSeen;
use crate::live::{Engine, Snapshot, input};
use crate::report::Format;
use crate::source::{Kind, SourceFile};
use crate::triage::{self, FileError, Judged, Outcome, Suppressed, SuppressedBy};

/// A snapshot, and under which name it is shown.
struct Seen {
    path: String,
    snapshot: Snapshot,
    /// The text of its file, where it comes from one and nothing was left out of it.
    text: Option<String>,
}

pub fn run(arguments: &AuditArguments) -> Result<Exit, Failure> {
    let progress = Progress::start(!arguments.output.no_progress);
    let selection = Selection {
        names: arguments.names.clone(),
        labels: arguments.label.clone(),
        compose_projects: arguments.compose_project.clone(),
    };
    let late = match arguments.wait {
        Some(limit) => wait_for(arguments, &selection, limit)?,
        None => Vec::new(),
    };
    let mut seen = read(arguments)?;
    if selection.is_some() {
        for seen in &mut seen {
            selection.apply(&mut seen.snapshot);
            seen.text = None;
        }
        let missing = selection.missing(seen.iter().map(|seen| &seen.snapshot));
        if !missing.is_empty() {
            return Err(Failure::new(format_args!("there is no container {}", missing.join(", no container "))));
        }
    }
    if let Some(path) = &arguments.save {
        let whole = Snapshot {
            taken: seen.first().map(|seen| seen.snapshot.taken.clone()).unwrap_or_default(),
            engines: seen.iter().flat_map(|seen| seen.snapshot.engines.clone()).collect(),
            ..Snapshot::default()
        };
        fs::write(path, whole.text())
            .map_err(|error| Failure::new(format_args!("{}: cannot be written: {error}", path.display())))?;
    }
    progress.doing("checking");
    let mut errors = Vec::new();
    let mut incomplete = false;
    let mut containers = 0;
    for seen in &seen {
        for engine in &seen.snapshot.engines {
            containers += engine.containers.len();
            let gaps = gaps(engine);
            incomplete |= !gaps.is_empty();
            errors.extend(gaps.into_iter().map(|message| FileError { path: seen.path.clone(), file: None, message }));
        }
    }
    if containers == 0 && !arguments.output.quiet {
        let _ = writeln!(io::stderr(), "shipworthy: there is no container to judge (--allow-empty makes this a success)");
    }
    announce(arguments, &seen);
    if let Some(path) = written::missing(&arguments.project) {
        return Err(Failure::new(format_args!("{}: there is no such folder", path.display())));
    }
    let here = std::env::current_dir().unwrap_or_default();
    let snapshots: Vec<&Snapshot> = seen.iter().map(|seen| &seen.snapshot).collect();
    let written = written::files(&arguments.project, &snapshots, here);
    let files = seen.into_iter().map(|seen| {
        let text = seen.text.unwrap_or_else(|| seen.snapshot.text());
        SourceFile::new(seen.path, Kind::Snapshot, text.into_bytes())
    });
    let files: Vec<SourceFile> = files.chain(written).collect();
    let input = InputArguments { config: arguments.config.clone(), isolated: arguments.isolated, ..InputArguments::default() };
    let overrides = check::overrides(&arguments.selection, &arguments.gate);
    let mut session = Session::of_files(files, &input, &overrides, arguments.selection.today)?;
    session.incomplete |= incomplete;
    session.errors.append(&mut errors);
    if !arguments.output.quiet {
        check::say_what_is_old(session.project.today);
    }
    let mut rules = session.settings.rules(&session.registry);
    rules.retain(|rule| matches!(rule.subject, "engine" | "container" | "image" | "policy"));
    let mut findings = session.judge(&rules);
    written::map_back(&session.project, &session.registry, &mut findings);
    let mut outcome = triage::triage(&session.project, &session.registry, findings, &session.settings);
    // The files are here to be pointed at: what is to be said of them is for `check`.
    let of_snapshot = |finding: &Finding| session.project.document(finding.primary.file).snapshot().is_some();
    outcome.findings.retain(|judged| of_snapshot(&judged.finding));
    outcome.suppressed.retain(|suppressed| of_snapshot(&suppressed.finding));
    outcome.errors.append(&mut session.errors);
    silence(&session, &mut outcome);
    if let Some((path, config)) = super::checklist::waivers(&input)? {
        super::checklist::waive(&path, &config, &session, &mut outcome)?;
    }
    progress.doing("writing");
    let exit = match () {
        () if session.incomplete => Exit::Incomplete,
        // What was waited for did not come: that is no matter of severities.
        () if !late.is_empty() => Exit::Findings,
        () if outcome.fails() && !arguments.gate.exit_zero => Exit::Findings,
        () if containers == 0 && !arguments.allow_empty && !arguments.gate.exit_zero => Exit::Nothing,
        () => Exit::Success,
    };
    let named = arguments.input.iter().map(|path| path.to_string_lossy().into_owned());
    let targets = named.chain(arguments.names.iter().cloned()).collect();
    let about = About { targets, input_arguments: Vec::new(), selection: &arguments.selection, exit };
    check::report(&session, &mut outcome, &arguments.output, &arguments.gate, &about, &mut io::stdout().lock())?;
    drop(progress);
    for line in &late {
        let _ = writeln!(io::stderr(), "shipworthy: not ready: {line}");
    }
    Ok(exit)
}

/// Looks until all are ready, and gives a line for each container that is not.
fn wait_for(arguments: &AuditArguments, selection: &Selection, limit: Duration) -> Result<Vec<String>, Failure> {
    wait::wait(limit, &arguments.names, arguments.output.quiet, || {
        let mut seen = ask(arguments, true)?;
        seen.iter_mut().for_each(|seen| selection.apply(&mut seen.snapshot));
        Ok(seen.into_iter().flat_map(|seen| seen.snapshot.engines).collect())
    })
}

/// What was not seen and somebody has to know of; what is not answered for many containers alike is told once.
pub(super) fn gaps(engine: &Engine) -> Vec<String> {
    let mut told: Vec<(&str, &str, Vec<&str>)> = Vec::new();
    for gap in engine.not_seen.iter().filter(|gap| !gap.harmless) {
        let (what, whose) = gap.what.split_once(" of ").unwrap_or((&gap.what, ""));
        match told
            .iter_mut()
            .find(|(known, why, names)| *known == what && *why == gap.why && !whose.is_empty() && !names.is_empty())
        {
            Some((_, _, names)) => names.push(whose),
            None if whose.is_empty() => told.push((&gap.what, &gap.why, Vec::new())),
            None => told.push((what, &gap.why, vec![whose])),
        }
    }
    let line = |(what, why, names): (&str, &str, Vec<&str>)| match names.as_slice() {
        [] => format!("{what}: not seen: {why}"),
        [first, second, third, others @ ..] if !others.is_empty() => {
            format!("{what} of {first}, {second}, {third} and {} more: not seen: {why}", others.len())
        }
        names => format!("{what} of {}: not seen: {why}", names.join(", ")),
    };
    told.into_iter().map(line).collect()
}

/// What was asked and what came of it, for one engine.
type Asked = (Endpoint, Result<Engine, CallError>);

/// The label by which a container says what is not to be said of it: `shipworthy.ignore: "container/root-process, cis-docker:5.5; the reason"`.
const IGNORE: &str = "shipworthy.ignore";

/// Takes out what containers say themselves is not to be said of them; it is listed as suppressed.
pub(super) fn silence(session: &Session, outcome: &mut Outcome) {
    let findings = std::mem::take(&mut outcome.findings);
    for judged in findings {
        match ignored(session, &judged.finding) {
            Some(reason) => {
                let Judged { finding, fingerprint, .. } = judged;
                outcome.suppressed.push(Suppressed { finding: *finding, fingerprint, by: SuppressedBy::Comment, reason });
            }
            None => outcome.findings.push(judged),
        }
    }
}

/// The reason, perhaps none, for which the container of a finding has it ignored.
fn ignored(session: &Session, finding: &Finding) -> Option<Option<String>> {
    let document = session.project.document(finding.primary.file).snapshot()?;
    let container = document.container_at(finding.primary.span)?;
    let label = container.labels.get(IGNORE)?;
    let (names, reason) = label.split_once(';').unwrap_or((label, ""));
    let is_named = |name: &str| session.registry.selector(name).is_ok_and(|selector| triage::names_finding(&selector, finding));
    let reason = Some(reason.trim().to_owned()).filter(|reason| !reason.is_empty());
    names.split(',').map(str::trim).any(is_named).then_some(reason)
}

/// The snapshots of the files that were named, else those of engines.
fn read(arguments: &AuditArguments) -> Result<Vec<Seen>, Failure> {
    let mut seen = Vec::new();
    if arguments.input.is_empty() {
        return ask(arguments, false);
    }
    for path in &arguments.input {
        let (snapshot, text) = input::read(path).map_err(|error| Failure::new(format_args!("{}: {error}", path.display())))?;
        seen.push(Seen { path: path.to_string_lossy().replace('\\', "/"), snapshot, text: Some(text) });
    }
    Ok(seen)
}

/// Asks the engines that were named, all at once; where none was, the first of the usual ones that answers.
fn ask(arguments: &AuditArguments, brief: bool) -> Result<Vec<Seen>, Failure> {
    let probe = arguments.probe && !brief;
    let promised = if probe { promised_health(arguments)? } else { Vec::new() };
    let run = (arguments.allow_exec && !brief).then(Permission::of_allow_exec);
    let request = Request { limit: arguments.timeout, own_container: own_container(), brief, probe, promised, run };
    ask_with(&arguments.host, &arguments.context, &request)
}

/// What the engines of a checklist show, each with the name and the text under which it is judged.
pub(super) fn snapshots_of(host: &[String]) -> Result<Vec<(String, Snapshot)>, Failure> {
    let request = Request {
        limit: Duration::from_secs(60),
        own_container: own_container(),
        brief: false,
        probe: false,
        promised: Vec::new(),
        run: None,
    };
    Ok(ask_with(host, &[], &request)?.into_iter().map(|seen| (seen.path, seen.snapshot)).collect())
}

fn ask_with(host: &[String], context: &[String], request: &Request) -> Result<Vec<Seen>, Failure> {
    let around = Surroundings::of_process();
    let named = endpoint::named(host, context, &around).map_err(Failure::new)?;
    let mut asked: Vec<Asked> = if named.is_empty() { first_usual(&around, request) } else { all(named, request) };
    if asked.iter().all(|(_, answer)| answer.is_err()) {
        let tried: Vec<_> = asked.iter().map(|(endpoint, answer)| tried(endpoint, answer)).collect();
        return Err(Failure::new(format_args!(
            "no engine could be asked\n{}\nhelp: name one with --host or --context, or judge a saved snapshot with --input",
            tried.join("\n")
        )));
    }
    // Two names for one engine are one engine.
    let mut known: Vec<String> = Vec::new();
    asked.retain(|(_, answer)| match answer {
        Ok(engine) if !engine.id.is_empty() && known.contains(&engine.id) => false,
        Ok(engine) => {
            known.push(engine.id.clone());
            true
        }
        Err(_) => true,
    });
    let taken = jiff::Timestamp::now().strftime("%Y-%m-%dT%H:%M:%SZ").to_string();
    Ok(asked
        .into_iter()
        .map(|(endpoint, answer)| {
            let engine = answer.unwrap_or_else(|error| Engine {
                endpoint: endpoint.shown.clone(),
                not_seen: vec![NotSeen { what: "the engine".to_owned(), why: error.to_string(), harmless: false }],
                ..Engine::default()
            });
            let snapshot = Snapshot { taken: taken.clone(), engines: vec![engine], ..Snapshot::default() };
            Seen { path: endpoint.shown, snapshot, text: None }
        })
        .collect())
}

/// What the configuration of the current folder promises of the health of services.
fn promised_health(arguments: &AuditArguments) -> Result<Vec<PromisedHealth>, Failure> {
    let input = InputArguments { config: arguments.config.clone(), isolated: arguments.isolated, ..InputArguments::default() };
    let config = super::session::configs(&input)?.of_folder(std::path::Path::new("."))?;
    let policy = Policy::of(&config, &Overrides::default())?;
    let promised = policy.services().iter().filter_map(|entry| {
        let path = entry.health.as_ref()?.get_ref().clone();
        Some(PromisedHealth { service: entry.name.get_ref().clone(), path, ports: entry.ports.clone() })
    });
    Ok(promised.collect())
}

fn all(endpoints: Vec<Endpoint>, request: &Request) -> Vec<Asked> {
    std::thread::scope(|scope| {
        let ask = |endpoint: Endpoint| scope.spawn(move || (endpoint.clone(), collect::collect(&endpoint, request)));
        let threads: Vec<_> = endpoints.into_iter().map(ask).collect();
        threads.into_iter().filter_map(|thread| thread.join().ok()).collect()
    })
}

/// Those before the first that answers have not been there, or could not be asked.
fn first_usual(around: &Surroundings, request: &Request) -> Vec<Asked> {
    let mut asked = Vec::new();
    for endpoint in endpoint::usual(around) {
        let answer = collect::collect(&endpoint, request);
        let found = answer.is_ok();
        asked.push((endpoint, answer));
        if found {
            return asked.into_iter().next_back().into_iter().collect();
        }
    }
    asked
}

fn tried(endpoint: &Endpoint, answer: &Result<Engine, CallError>) -> String {
    let why = answer.as_ref().err().map(ToString::to_string).unwrap_or_default();
    format!("  tried {} ({}): {why}", endpoint.shown, endpoint.named_by)
}

/// The container that this program runs in, by what the kernel says is mounted; its host name is the beginning of its id.
fn own_container() -> Option<String> {
    let mounts = fs::read_to_string("/proc/self/mountinfo").ok()?;
    let id = mounts.split("/containers/").nth(1)?.split('/').next()?;
    (id.len() == 64 && id.bytes().all(|byte| byte.is_ascii_hexdigit())).then(|| id.to_owned())
}

/// Which engine was looked at, where the report itself does not say so; `--quiet` does not silence it, for a report on the wrong engine is worse than
/// none.
fn announce(arguments: &AuditArguments, seen: &[Seen]) {
    let format = arguments.output.output_format.unwrap_or_default();
    if matches!(format, Format::Full) && !arguments.output.quiet {
        return;
    }
    for engine in seen.iter().flat_map(|seen| &seen.snapshot.engines) {
        let _ = writeln!(io::stderr(), "shipworthy: audited {}", engine.headline());
    }
}
