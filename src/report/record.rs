//! What a run was, for reports that are kept: who judged what, when, by which rules, in which state of the tree.

use crate::rules::Rule;

/// Known to the command line alone; a report that is kept shows it at its head. Nothing in it is secret.
#[derive(Debug, Clone, Default)]
pub struct Record {
    /// As it could be typed again; values of variables are left out.
    pub command_line: String,
    /// What was judged, as it was named.
    pub targets: Vec<String>,
    /// The arguments that decide what is read, for commands that a report proposes.
    pub input_arguments: Vec<String>,
    /// `default`, or what was selected instead of a profile.
    pub profile: String,
    /// Empty where the defaults hold.
    pub configurations: Vec<Configuration>,
    /// `None` outside a repository, or where git could not be asked in time.
    pub commit: Option<Commit>,
    /// RFC 3339 in UTC; `None` with `--no-timestamps`.
    pub started: Option<String>,
    pub ended: Option<String>,
    /// The name of the machine; `None` with `--no-timestamps`.
    pub host: Option<String>,
    pub operator: Option<String>,
    /// With which the process ends.
    pub exit: u8,
    /// Those that had to run.
    pub rules: Vec<&'static Rule>,
    /// Named paths that the configuration leaves out.
    pub excluded: usize,
}

/// A configuration that held for some of the files.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Configuration {
    pub path: String,
    pub sha256: String,
}

/// The commit that was checked out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Commit {
    pub id: String,
    pub branch: Option<String>,
    /// Tracked files differ from it.
    pub changed: bool,
}

/// A word as a shell reads it.
pub(crate) fn quoted(word: &str) -> String {
    let plain = |char: char| char.is_ascii_alphanumeric() || "-_./:=,@%+".contains(char);
    if !word.is_empty() && word.chars().all(plain) { word.to_owned() } else { format!("'{}'", word.replace('\'', r"'\''")) }
}
