//! What reports that are kept say of the run itself. Nothing of it is worked out unless such a report is written.

use std::io::Read;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::OnceLock;
use std::time::{Duration, Instant};
use std::{env, fs};

use jiff::Timestamp;
use sha2::{Digest, Sha256};

use super::Exit;
use super::arguments::SelectionArguments;
use super::session::Session;
use crate::report::record::{Commit, Configuration, Record, quoted};

/// A repository in which git takes longer is shown without its commit.
const GIT_LIMIT: Duration = Duration::from_secs(3);

/// More of what git says is not needed: one line beyond its head tells that something changed.
const GIT_BYTES: u64 = 1 << 20;

static STARTED: OnceLock<Timestamp> = OnceLock::new();

/// Remembers the moment at which the process began.
pub fn begin() {
    let _ = STARTED.set(Timestamp::now());
}

/// What a command knows of its run.
pub struct About<'a> {
    /// As they were named.
    pub targets: Vec<String>,
    /// The arguments that decide what is read.
    pub input_arguments: Vec<String>,
    pub selection: &'a SelectionArguments,
    pub exit: Exit,
}

/// The record of a run.
pub fn record(session: &Session, no_timestamps: bool, operator: Option<&String>, about: &About<'_>) -> Record {
    let (started, ended) = if no_timestamps { (None, None) } else { times() };
    Record {
        command_line: command_line(env::args().collect()),
        targets: about.targets.clone(),
        input_arguments: about.input_arguments.clone(),
        profile: profile(session, about.selection),
        configurations: configurations(session),
        commit: commit(Path::new(".")),
        started,
        ended,
        host: (!no_timestamps).then(host).flatten(),
        operator: operator.cloned().filter(|name| !name.is_empty()),
        exit: about.exit as u8,
        rules: session.settings.rules(&session.registry),
        excluded: session.excluded,
    }
}

/// Beginning and end, both at the moment that SOURCE_DATE_EPOCH names where it is set, so that two runs are equal.
fn times() -> (Option<String>, Option<String>) {
    let fixed = env::var("SOURCE_DATE_EPOCH").ok().and_then(|seconds| Timestamp::from_second(seconds.trim().parse().ok()?).ok());
    let written = |moment: Timestamp| moment.strftime("%Y-%m-%dT%H:%M:%SZ").to_string();
    let now = fixed.unwrap_or_else(Timestamp::now);
    let start = fixed.unwrap_or_else(|| STARTED.get().copied().unwrap_or(now));
    (Some(written(start)), Some(written(now)))
}

fn configurations(session: &Session) -> Vec<Configuration> {
    let mut found: Vec<Configuration> = Vec::new();
    for config in session.settings.configurations() {
        if let (Some(path), Some(text)) = (config.path(), config.text()) {
            let one = Configuration { path: path.to_owned(), sha256: hex(&Sha256::digest(text)) };
            if !found.contains(&one) {
                found.push(one);
            }
        }
    }
    found
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// What decides which rules run.
fn profile(session: &Session, selection: &SelectionArguments) -> String {
    if !selection.select.is_empty() {
        return format!("only {}", selection.select.join(", "));
    }
    let mut words = session.settings.configurations().find_map(|config| {
        let check = &config.file.check;
        let selected = check.select.as_ref().filter(|_| selection.profile.is_none());
        let names =
            |list: &Vec<toml::Spanned<String>>| list.iter().map(|name| name.get_ref().as_str()).collect::<Vec<_>>().join(", ");
        selected.map(|list| format!("only {}", names(list.get_ref()))).or_else(|| {
            let profile = selection.profile.or(check.profile.as_ref().map(|profile| *profile.get_ref()))?;
            Some(profile.name().to_owned())
        })
    });
    let words = words.get_or_insert_with(|| selection.profile.unwrap_or(crate::finding::Profile::Default).name().to_owned());
    for (list, how) in [(&selection.extend_select, "with"), (&selection.ignore, "without")] {
        if !list.is_empty() {
            words.push_str(&format!(", {how} {}", list.join(", ")));
        }
    }
    words.clone()
}

/// The command line as a shell takes it: of `--env NAME=VALUE` the value, and of addresses the account, are left out.
fn command_line(arguments: Vec<String>) -> String {
    let mut words = vec!["shipworthy".to_owned()];
    let mut value_follows = false;
    for argument in arguments.into_iter().skip(1) {
        let word = match argument.strip_prefix("--env=") {
            Some(variable) => format!("--env={}", without_value(variable)),
            None if value_follows => without_value(&argument),
            None => without_account(&argument),
        };
        value_follows = argument == "--env";
        words.push(quoted(&word));
    }
    words.join(" ")
}

fn without_value(variable: &str) -> String {
    variable.split_once('=').map_or_else(|| variable.to_owned(), |(name, _)| format!("{name}=***"))
}

fn without_account(word: &str) -> String {
    let Some((scheme, rest)) = word.split_once("://") else { return word.to_owned() };
    let authority = rest.split('/').next().unwrap_or_default();
    match authority.rsplit_once('@') {
        Some((account, _)) if account.contains(':') => format!("{scheme}://***{}", &rest[account.len()..]),
        _ => word.to_owned(),
    }
}

fn host() -> Option<String> {
    let named = fs::read_to_string("/proc/sys/kernel/hostname").ok();
    let named = named.or_else(|| env::var("COMPUTERNAME").ok()).or_else(|| env::var("HOSTNAME").ok())?;
    let name = named.trim();
    (!name.is_empty() && name.len() <= 255).then(|| name.to_owned())
}

/// The commit of the repository around a folder, asked of git in one question.
fn commit(folder: &Path) -> Option<Commit> {
    folder.canonicalize().ok()?.ancestors().find(|folder| folder.join(".git").exists())?;
    let mut child = Command::new("git")
        // A file system monitor is a program that the repository names: it is not run.
        .args(["--no-optional-locks", "-c", "core.fsmonitor=false", "-C"])
        .arg(folder)
        .args(["status", "--porcelain=v2", "--branch", "--untracked-files=no", "--no-renames"])
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .ok()?;
    let stdout = child.stdout.take()?;
    let reader = std::thread::spawn(move || {
        let mut text = Vec::new();
        stdout.take(GIT_BYTES).read_to_end(&mut text).ok().map(|_| text)
    });
    let begun = Instant::now();
    while !reader.is_finished() && begun.elapsed() < GIT_LIMIT {
        std::thread::sleep(Duration::from_millis(1));
    }
    if !reader.is_finished() {
        let _ = child.kill();
        let _ = child.wait();
        return None;
    }
    let text = reader.join().ok().flatten()?;
    let _ = child.kill();
    let _ = child.wait();
    of_status(&String::from_utf8_lossy(&text))
}

/// git-status, "Porcelain Format Version 2".
fn of_status(text: &str) -> Option<Commit> {
    let head = |name: &str| text.lines().find_map(|line| line.strip_prefix("# branch.")?.strip_prefix(name)?.strip_prefix(' '));
    let id = head("oid").filter(|id| !id.starts_with('('))?.to_owned();
    let branch = head("head").filter(|name| !name.starts_with('(')).map(str::to_owned);
    Some(Commit { id, branch, changed: text.lines().any(|line| !line.starts_with('#')) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_tells_no_values() {
        let line = |words: &[&str]| command_line(std::iter::once("x").chain(words.iter().copied()).map(str::to_owned).collect());
        assert_eq!(
            line(&["check", "--env", "A=hunter2", "--env=B=hunter2", "--env", "C", "a b", "it's"]),
            r"shipworthy check --env 'A=***' '--env=B=***' --env C 'a b' 'it'\''s'"
        );
        assert_eq!(line(&["audit", "-H", "tcp://me:hunter2@host:2375/x"]), "shipworthy audit -H 'tcp://***@host:2375/x'");
        assert_eq!(line(&["audit", "-H", "ssh://me@host"]), "shipworthy audit -H ssh://me@host");
    }

    #[test]
    fn commits_are_read_as_git_tells_them() {
        let commit = of_status("# branch.oid 12ab\n# branch.head main\n").unwrap();
        assert_eq!(commit, Commit { id: "12ab".into(), branch: Some("main".into()), changed: false });
        let commit = of_status("# branch.oid 12ab\n# branch.head (detached)\n1 .M N... a\n").unwrap();
        assert_eq!(commit, Commit { id: "12ab".into(), branch: None, changed: true });
        assert_eq!(of_status("# branch.oid (initial)\n# branch.head main\n"), None);
        assert_eq!(of_status(""), None);
    }
}
