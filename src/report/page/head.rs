//! What stands at the head: who judged what, when, by which rules.

use sha2::{Digest, Sha256};

use crate::config::FailOn;
use crate::report::record::Record;
use crate::report::summary::{Summary, plural};
use crate::report::view::View;

/// A fact about the run.
pub(in crate::report) struct Fact {
    pub name: &'static str,
    pub value: String,
    /// It is something that a machine reads: a hash, a command.
    pub is_code: bool,
}

/// The facts that are known, each once.
pub(super) fn facts(view: &View<'_>, summary: &Summary) -> Vec<Fact> {
    let mut facts = Facts(Vec::new());
    let none = Record::default();
    let record = view.run.record.unwrap_or(&none);
    if !record.targets.is_empty() {
        facts.code("Target", record.targets.join(" "));
    } else if view.run.record.is_some() {
        facts.text("Target", "the current folder".to_owned());
    }
    if let Some(commit) = &record.commit {
        let branch = commit.branch.as_ref().map(|branch| format!(" on {branch}")).unwrap_or_default();
        let changed = if commit.changed { ", with changes that are not committed" } else { ", nothing changed since" };
        facts.text("Commit", format!("{}{branch}{changed}", commit.id));
    } else if view.run.record.is_some() {
        facts.text("Commit", "none is known".to_owned());
    }
    let rules = if record.rules.is_empty() { view.run.registry.iter().collect() } else { record.rules.clone() };
    let version = env!("CARGO_PKG_VERSION");
    facts.text("Tool", format!("shipworthy {version}"));
    facts.text("Rules", format!("{}, set {}", plural(rules.len(), "rule"), rule_set(view)));
    if !record.profile.is_empty() {
        facts.text("Profile", record.profile.clone());
    }
    facts.text(
        "Gate",
        match view.run.fail_on {
            FailOn::Never => "none: findings do not fail the run".to_owned(),
            FailOn::At(severity) => format!("findings of severity {severity} and above fail the run"),
        },
    );
    match record.configurations.as_slice() {
        [] if view.run.record.is_some() => facts.text("Configuration", "none: the defaults hold".to_owned()),
        configurations => {
            for configuration in configurations {
                facts.text("Configuration", format!("{}, sha256 {}", configuration.path, configuration.sha256));
            }
        }
    }
    match (&record.started, &record.ended) {
        (Some(started), Some(ended)) if started == ended => facts.text("Time", started.clone()),
        (Some(started), Some(ended)) => facts.text("Time", format!("{started} to {ended}")),
        _ => {}
    }
    for (name, value) in [("Host", &record.host), ("Operator", &record.operator)] {
        if let Some(value) = value {
            facts.text(name, value.clone());
        }
    }
    if !record.command_line.is_empty() {
        facts.code("Command", record.command_line.clone());
        facts.text("Exit", format!("{} ({})", record.exit, exit_words(record.exit)));
    }
    if let Some(comparison) = view.run.comparison {
        facts.text("Since", format!("{}: {}", comparison.path, comparison.words()));
    }
    for (_, words) in summary.details().into_iter().filter(|(name, _)| *name == "hidden") {
        facts.text("Hidden", words);
    }
    facts.0
}

struct Facts(Vec<Fact>);

impl Facts {
    fn text(&mut self, name: &'static str, value: String) {
        self.0.push(Fact { name, value, is_code: false });
    }

    fn code(&mut self, name: &'static str, value: String) {
        self.0.push(Fact { name, value, is_code: true });
    }
}

/// A name for the set of all rules, those of the user too: the same where all of them are the same.
fn rule_set(view: &View<'_>) -> String {
    let mut hash = Sha256::new();
    for rule in view.run.registry.iter() {
        let severity = rule.severity.default.name();
        let texts =
            [rule.id, severity, rule.subject, rule.message, rule.assert.unwrap_or_default(), rule.when.unwrap_or_default()];
        for text in texts {
            hash.update((text.len() as u64).to_le_bytes());
            hash.update(text);
        }
    }
    hash.finalize().iter().take(6).map(|byte| format!("{byte:02x}")).collect()
}

const fn exit_words(exit: u8) -> &'static str {
    match exit {
        0 => "success",
        1 => "something stops the release: findings at the gate, a control, or a file that does not parse",
        2 => "not everything could be looked at",
        _ => "nothing to check",
    }
}

/// What the page is about: the folder, file or engines that were named.
pub(super) fn name(view: &View<'_>) -> String {
    let targets = view.run.record.map(|record| record.targets.as_slice()).unwrap_or_default();
    match targets {
        [] => current_folder(),
        [one] if one == "." => current_folder(),
        [one] => one.clone(),
        [one, others @ ..] => format!("{one} and {} more", others.len()),
    }
}

fn current_folder() -> String {
    let folder = std::env::current_dir().ok();
    let name = folder.and_then(|folder| Some(folder.file_name()?.to_string_lossy().into_owned()));
    name.unwrap_or_else(|| "the current folder".to_owned())
}

/// `shop · 2026-11-20 · commit 1a2b3c4`
pub(super) fn running(view: &View<'_>) -> String {
    let mut parts = vec![name(view)];
    if let Some(record) = view.run.record {
        parts.extend(record.ended.as_ref().map(|ended| ended.split('T').next().unwrap_or_default().to_owned()));
        parts.extend(record.commit.as_ref().map(|commit| {
            let id: String = commit.id.chars().take(12).collect();
            format!("commit {id}{}", if commit.changed { ", changed" } else { "" })
        }));
    }
    parts.join(" · ")
}
