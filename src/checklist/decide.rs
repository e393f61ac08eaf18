//! What decides a control: findings, cells of the matrix, commands, and at last a person.

use super::State;
use super::command::{self, Ran};
use super::document::Control;
use super::lists::Named;
use crate::config::Policy;
use crate::finding::{Environment, Finding};
use crate::matrix::{CellState, Evidence, Matrix, why_silenced};
use crate::project::{Content, Project};
use crate::rules::{Registry, Rule};
use crate::source::Kind;
use crate::triage::{Judged, Outcome};

/// What controls are decided from.
pub(super) struct Seen<'a> {
    pub project: &'a Project,
    pub registry: &'a Registry,
    pub outcome: &'a Outcome,
    pub matrix: &'a Matrix,
    /// Whether commands of lists may be run, and where.
    pub commands: Option<&'a std::path::Path>,
}

/// Whether no finding of the rules of a name is left; an error where there are no such rules.
pub fn state_of_rules(
    project: &Project,
    registry: &Registry,
    outcome: &Outcome,
    matrix: &Matrix,
    name: &str,
) -> Result<State, String> {
    let named = super::lists::selector(registry, name)?;
    let seen = Seen { project, registry, outcome, matrix, commands: None };
    Ok(by_rules(&seen, &[named], false).state)
}

/// What was decided, before anybody signs or waives.
#[derive(Debug, Clone)]
pub(super) struct Answer {
    pub state: State,
    pub reason: String,
    pub evidence: Vec<Evidence>,
    /// What keeps it open, by names that stay the same while it does.
    pub subjects: Vec<String>,
}

impl Answer {
    fn new(state: State, reason: impl Into<String>) -> Self {
        Self { state, reason: reason.into(), evidence: Vec::new(), subjects: Vec::new() }
    }
}

/// Decides a control by all that is to decide it: the worst answer counts, and a person is asked last.
pub(super) fn decide(seen: &Seen<'_>, control: &Control, rules: &[Named], live: &[Named]) -> Answer {
    let mut answers = Vec::new();
    if !rules.is_empty() {
        answers.push(by_rules(seen, rules, false));
    }
    if !live.is_empty() {
        answers.push(by_rules(seen, live, true));
    }
    answers.extend(control.columns.iter().map(|column| by_column(seen, column)));
    answers.extend(control.command.as_ref().map(|command| by_command(seen, command)));
    if let Some(statement) = &control.manual {
        answers.push(Answer::new(State::ManualOpen, statement.clone()));
    }
    together(answers)
}

/// The answers as one.
fn together(mut answers: Vec<Answer>) -> Answer {
    let rank = |state: State| match state {
        State::Fail => 0,
        State::ManualOpen => 1,
        State::NotCollected => 2,
        State::Waived => 3,
        State::Pass | State::ManualSigned => 4,
        State::NotApplicable => 5,
    };
    answers.sort_by_key(|answer| rank(answer.state));
    let mut answers = answers.into_iter();
    let Some(mut first) = answers.next() else { return Answer::new(State::NotCollected, "nothing decides it") };
    for other in answers {
        if !other.state.holds() {
            first.subjects.extend(other.subjects);
        }
        first.evidence.extend(other.evidence);
        if other.state == first.state && other.reason != first.reason {
            first.reason = format!("{}; {}", first.reason, other.reason);
        }
    }
    first
}

fn by_rules(seen: &Seen<'_>, names: &[Named], only_live: bool) -> Answer {
    let counts = |finding: &Finding| {
        let document = seen.project.document(finding.primary.file);
        document.environment != Environment::Development
            && (!only_live || document.kind() == Kind::Snapshot)
            && names.iter().any(|name| name.names(finding))
    };
    let mut open: Vec<&Judged> = seen.outcome.findings.iter().filter(|judged| counts(&judged.finding)).collect();
    open.sort_by_key(|judged| std::cmp::Reverse(judged.finding.severity));
    let show = |finding: &Finding, fingerprint: &str| Evidence::finding(seen.project, finding, fingerprint);
    if let Some(first) = open.first() {
        let more = match open.len() - 1 {
            0 => String::new(),
            more => format!(", and {more} more"),
        };
        return Answer {
            state: State::Fail,
            reason: format!("{}{more}", first.finding.message),
            evidence: open.iter().map(|judged| show(&judged.finding, &judged.fingerprint)).collect(),
            subjects: open.iter().map(|judged| short(&judged.fingerprint)).collect(),
        };
    }
    let looked = looked(seen, names, only_live);
    let silenced: Vec<_> = seen.outcome.suppressed.iter().filter(|suppressed| counts(&suppressed.finding)).collect();
    let evidence = |suppressed: &&crate::triage::Suppressed| Evidence {
        waived: Some(why_silenced(suppressed)),
        ..show(&suppressed.finding, &suppressed.fingerprint)
    };
    match looked {
        Err(answer) => answer,
        Ok(_) if !silenced.is_empty() => Answer {
            evidence: silenced.iter().map(evidence).collect(),
            ..Answer::new(State::Waived, format!("{}; waived {}", silenced[0].finding.message, why_silenced(silenced[0])))
        },
        Ok(looked) => Answer::new(State::Pass, format!("no finding in {looked}")),
    }
}

/// What the rules had to look at, in words; an answer where that was nothing.
fn looked(seen: &Seen<'_>, names: &[Named], only_live: bool) -> Result<String, Answer> {
    let mut rules: Vec<&'static Rule> = seen.registry.iter().filter(|rule| names.iter().any(|name| name.selects(rule))).collect();
    rules.retain(|rule| has_measure(seen.project, rule.id));
    if rules.is_empty() {
        let reason = "nothing in `[policy]` or `[audit]` of the configuration says what may be";
        return Err(Answer::new(State::NotCollected, reason));
    }
    let kinds = |rule: &&'static Rule| kinds(rule.subject).iter().copied();
    let mut asked: Vec<Kind> = rules.iter().flat_map(kinds).collect();
    asked.sort_unstable();
    asked.dedup();
    if only_live {
        asked.retain(|kind| *kind == Kind::Snapshot);
    }
    let mut words = Vec::new();
    let mut broken = Vec::new();
    for kind in &asked {
        let documents = seen.project.documents.iter().filter(|document| document.kind() == *kind);
        let mut count = 0;
        for document in documents.filter(|document| document.environment != Environment::Development) {
            let subjects = rules.iter().map(|rule| rule.subject);
            let is_seen = match document.content() {
                Content::Snapshot(snapshot) => subjects.into_iter().any(|subject| told(&snapshot.snapshot, subject)),
                Content::Unread | Content::Panicked => false,
                _ => !is_broken(seen.outcome, document.file),
            };
            count += usize::from(is_seen);
            if !is_seen {
                broken.push(document.source.path.clone());
            }
        }
        if count > 0 {
            words.push(format!("{count} {}{}", noun(*kind), if count == 1 { "" } else { "s" }));
        }
    }
    if let Some(first) = broken.first() {
        let more = if broken.len() > 1 { format!(", nor could {} others", broken.len() - 1) } else { String::new() };
        return Err(Answer::new(State::NotCollected, format!("{first} could not be judged{more}")));
    }
    if !words.is_empty() {
        return Ok(words.join(", "));
    }
    if asked.contains(&Kind::Snapshot) {
        return Err(Answer::new(State::NotCollected, "no snapshot of what runs was looked at: `--input FILE` names one"));
    }
    let missing: Vec<&str> = asked.iter().map(|kind| noun(*kind)).collect();
    Err(Answer::new(State::NotApplicable, format!("there is no {} here", missing.join(", no "))))
}

/// Whether a rule that compares with the configuration has anything there to compare with; without it, it is silent whatever it sees.
fn has_measure(project: &Project, rule: &str) -> bool {
    let any = |said: &dyn Fn(&Policy) -> bool| project.documents.iter().any(|document| said(&document.policy));
    match rule {
        "container/port-against-policy" => any(&|policy| policy.published_ports().is_some()),
        "dockerfile/untrusted-registry" => any(&Policy::restricts_registries),
        "image/too-large" => any(&|policy| policy.max_image_size().is_some()),
        rule if rule.starts_with("policy/") => any(&Policy::speaks_of_services),
        _ => true,
    }
}

/// Whether a snapshot says anything about a subject: what `docker inspect` printed knows no engine.
pub(super) fn told(snapshot: &crate::live::Snapshot, subject: &str) -> bool {
    match subject {
        "engine" => snapshot.engines.iter().any(|engine| !engine.version.is_empty()),
        "image" => snapshot.engines.iter().any(|engine| !engine.images.is_empty()),
        "container" => snapshot.engines.iter().any(|engine| !engine.containers.is_empty()),
        _ => false,
    }
}

/// An engine would refuse the file: rules on its meaning had little to look at.
fn is_broken(outcome: &Outcome, file: crate::source::FileId) -> bool {
    let refused = ["dockerfile/parse-error", "compose/load-error", "nginx/parse-error"];
    outcome.findings.iter().any(|judged| judged.finding.primary.file == file && refused.contains(&judged.finding.rule))
}

/// The kinds of files that rules on a subject look at.
fn kinds(subject: &str) -> &'static [Kind] {
    match subject.split('.').next().unwrap_or(subject) {
        "dockerfile" => &[Kind::Dockerfile],
        "compose" | "project" | "fleet" => &[Kind::Compose],
        "nginx" => &[Kind::Nginx],
        "env" => &[Kind::Env],
        "secret" => &[Kind::Dockerfile, Kind::Compose, Kind::Env, Kind::Nginx],
        "policy" => &[Kind::Dockerfile, Kind::Compose],
        "engine" | "container" | "image" | "snapshot" => &[Kind::Snapshot],
        _ => &[],
    }
}

const fn noun(kind: Kind) -> &'static str {
    match kind {
        Kind::Dockerfile => "Dockerfile",
        Kind::Compose => "compose file",
        Kind::Nginx => "nginx file",
        Kind::Env => "env file",
        Kind::Snapshot => "snapshot",
        Kind::Neighbour => "other file",
        Kind::Kubernetes => "Kubernetes manifest",
        Kind::Terraform => "Terraform file",
    }
}

fn by_column(seen: &Seen<'_>, column: &str) -> Answer {
    let cells = seen.matrix.rows.iter().filter(|row| row.counts()).filter_map(|row| Some((row, row.cell(column)?)));
    let cells: Vec<_> = cells.collect();
    let of = |state: CellState| cells.iter().filter(|(_, cell)| cell.state == state).copied().collect::<Vec<_>>();
    let said = |cells: &[(&crate::matrix::Row, &crate::matrix::Cell)]| {
        let words: Vec<String> = cells.iter().map(|(row, cell)| format!("`{}`: {}", row.name, cell.reason)).collect();
        match words.split_first() {
            Some((first, [])) => first.clone(),
            Some((first, others)) => format!("{first}, and {} more", others.len()),
            None => String::new(),
        }
    };
    let answer = |state: State, cells: &[(&crate::matrix::Row, &crate::matrix::Cell)]| {
        let evidence = cells.iter().flat_map(|(row, cell)| {
            let about = |evidence: &Evidence| Evidence { text: format!("`{}`: {}", row.name, evidence.text), ..evidence.clone() };
            let nothing = Evidence::fact(seen.project, format!("`{}`: {}", row.name, cell.reason), None);
            if cell.evidence.is_empty() { vec![nothing] } else { cell.evidence.iter().map(about).collect() }
        });
        Answer { evidence: evidence.collect(), ..Answer::new(state, said(cells)) }
    };
    let subjects = |cells: &[(&crate::matrix::Row, &crate::matrix::Cell)]| {
        let of_cell = |(row, cell): &(&crate::matrix::Row, &crate::matrix::Cell)| {
            let found: Vec<String> = cell
                .evidence
                .iter()
                .filter(|evidence| evidence.waived.is_none())
                .filter_map(|evidence| evidence.fingerprint.as_deref().map(short))
                .collect();
            if found.is_empty() { vec![super::digest::short(&[column, &row.name, &row.path])] } else { found }
        };
        cells.iter().flat_map(of_cell).collect::<Vec<_>>()
    };
    let (fails, unseen, waived, passes) =
        (of(CellState::Fail), of(CellState::NotSeen), of(CellState::Waived), of(CellState::Pass));
    match () {
        () if !fails.is_empty() => Answer { subjects: subjects(&fails), ..answer(State::Fail, &fails) },
        () if !unseen.is_empty() => Answer { subjects: subjects(&unseen), ..answer(State::NotCollected, &unseen) },
        () if !waived.is_empty() => answer(State::Waived, &waived),
        () if !passes.is_empty() => {
            let counted = format!("so it is for {}", crate::report::counted(passes.len(), "service"));
            Answer { reason: counted, ..answer(State::Pass, &passes) }
        }
        () if cells.is_empty() => Answer::new(State::NotApplicable, "there is no service, no image and no container here"),
        () => Answer::new(State::NotApplicable, cells[0].1.reason.clone()),
    }
}

fn by_command(seen: &Seen<'_>, command: &super::document::Command) -> Answer {
    let shown = command.run.join(" ");
    let Some(folder) = seen.commands else {
        let reason = format!("`{shown}` was not run: `--allow-commands` lets it");
        return Answer { subjects: vec![super::digest::short(&["command", &shown])], ..Answer::new(State::NotCollected, reason) };
    };
    let ran = command::run(command, folder);
    let evidence = |text: String| vec![Evidence::fact(seen.project, text, None)];
    let subjects = vec![super::digest::short(&["command", &shown])];
    match ran {
        Ran::Ended { code, tail } => {
            let ended = code.map_or("ended by a signal".to_owned(), |code| format!("ended with exit code {code}"));
            let text = hidden(seen.project, &tail);
            let text = if text.is_empty() { format!("`{shown}` {ended}") } else { format!("`{shown}` {ended}: {text}") };
            match code == Some(command.expect) {
                true => Answer { evidence: evidence(text), ..Answer::new(State::Pass, format!("`{shown}` {ended}")) },
                false => Answer { evidence: evidence(text), subjects, ..Answer::new(State::Fail, format!("`{shown}` {ended}")) },
            }
        }
        Ran::TooLong => {
            let reason = format!("`{shown}` did not end within {} s", command.seconds);
            Answer { subjects, ..Answer::new(State::NotCollected, reason) }
        }
        Ran::NotStarted(why) => {
            Answer { subjects, ..Answer::new(State::NotCollected, format!("`{shown}` could not be run: {why}")) }
        }
    }
}

/// What a program printed, without the secrets of the files.
fn hidden(project: &Project, text: &str) -> String {
    let mut text = text.to_owned();
    for document in &project.documents {
        for secret in document.secrets() {
            let secret = secret.slice(document.source.text());
            if secret.len() >= 4 && text.contains(secret) {
                text = text.replace(secret, "***");
            }
        }
    }
    text
}

/// Enough of a fingerprint to be told from others by.
pub(super) fn short(fingerprint: &str) -> String {
    fingerprint.get(..12).unwrap_or(fingerprint).to_owned()
}
