//! Configurations of peers as ours: `shipworthy config migrate`.
//!
//! A peer's file is read into [`Settings`] and [`Note`]s: what holds here too, and what does not, with the reason. [`write()`]
//! puts settings into a `shipworthy.toml`, new or existing.

mod dclint;
mod hadolint;
mod names;
mod peer_file;
mod write;

use std::fmt;

use clap::ValueEnum;

use crate::config::{ConfigError, FailOn, LabelContent};
use crate::finding::Severity;
use crate::rules::Registry;

pub use write::write;

use names::Named;
use peer_file::PeerFile;

/// A tool whose configuration is understood.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Peer {
    Hadolint,
    Dclint,
}

impl Peer {
    /// Every name that the tool itself looks for in a folder, in its order. A `package.json` counts where it has the key `dclint`.
    pub const fn file_names(self) -> &'static [&'static str] {
        match self {
            Self::Hadolint => &[".hadolint.yaml", ".hadolint.yml"],
            Self::Dclint => &[
                "package.json",
                ".dclintrc",
                ".dclintrc.json",
                ".dclintrc.yaml",
                ".dclintrc.yml",
                ".dclintrc.js",
                ".dclintrc.ts",
                ".dclintrc.mjs",
                ".dclintrc.cjs",
                ".config/dclintrc",
                ".config/dclintrc.json",
                ".config/dclintrc.yaml",
                ".config/dclintrc.yml",
                ".config/dclintrc.js",
                ".config/dclintrc.ts",
                ".config/dclintrc.mjs",
                ".config/dclintrc.cjs",
                "dclint.config.js",
                "dclint.config.ts",
                "dclint.config.mjs",
                "dclint.config.cjs",
            ],
        }
    }

    /// The tool that a file is for, by its name.
    pub fn of_name(path: &str) -> Option<Self> {
        let name = path.rsplit(['/', '\\']).next().unwrap_or(path);
        if name.contains("hadolint") {
            Some(Self::Hadolint)
        } else if name.contains("dclint") || name == "package.json" {
            Some(Self::Dclint)
        } else {
            None
        }
    }
}

/// What a peer's configuration says, in our words.
#[derive(Debug, Default, PartialEq)]
pub struct Settings {
    pub ignore: Vec<Named>,
    /// What was asked for by name and is not in the default profile.
    pub extend_select: Vec<Named>,
    pub severity: Vec<(Named, Severity)>,
    pub exclude: Vec<String>,
    pub trusted_registries: Vec<String>,
    pub labels: Vec<(String, LabelContent)>,
    pub strict_labels: Option<bool>,
    pub fail_on: Option<FailOn>,
    pub min_severity: Option<Severity>,
    pub foreign_suppressions: Option<bool>,
}

impl Settings {
    /// Whether there is nothing to write.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// The settings of a second peer beside those of a first: the first keeps what both say.
    pub fn join(&mut self, other: Self) {
        extend(&mut self.ignore, other.ignore);
        extend(&mut self.extend_select, other.extend_select);
        extend(&mut self.severity, other.severity);
        extend(&mut self.exclude, other.exclude);
        extend(&mut self.trusted_registries, other.trusted_registries);
        extend(&mut self.labels, other.labels);
        self.strict_labels = self.strict_labels.or(other.strict_labels);
        self.fail_on = self.fail_on.or(other.fail_on);
        self.min_severity = self.min_severity.or(other.min_severity);
        self.foreign_suppressions = self.foreign_suppressions.or(other.foreign_suppressions);
    }

    /// What is silenced needs neither a severity nor to be asked for.
    fn settle(&mut self) {
        let ignored = &self.ignore;
        self.severity.retain(|(named, _)| !ignored.contains(named));
        self.extend_select.retain(|named| !ignored.contains(named));
    }
}

fn extend<T: PartialEq>(all: &mut Vec<T>, more: Vec<T>) {
    for one in more {
        if !all.contains(&one) {
            all.push(one);
        }
    }
}

/// What is not carried over, or means something else here, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    pub path: String,
    /// From 1.
    pub line: usize,
    pub text: String,
}

impl fmt::Display for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // What stands in a file must not steer a terminal.
        let text: String = self.text.chars().map(|char| if char.is_control() { '\u{fffd}' } else { char }).collect();
        write!(f, "{}:{}: {text}", self.path, self.line)
    }
}

/// Reads the configuration of a peer. `path` is the file as it is shown.
///
/// # Errors
/// A file that the peer could not read either, and one that is a program.
pub fn read(peer: Peer, path: &str, text: &str, registry: &Registry) -> Result<(Settings, Vec<Note>), ConfigError> {
    if is_program(path, text) {
        return Err(ConfigError::file(path, "is a program, and what it would say is only known by running it").with_help(
            format!("print it as JSON and name that file: node -p 'JSON.stringify(require(\"./{path}\"))' > dclint.json"),
        ));
    }
    let mut file = PeerFile::read(path, text)?;
    let mut settings = match peer {
        Peer::Hadolint => hadolint::settings(&mut file, registry)?,
        Peer::Dclint => dclint::settings(&mut file, registry)?,
    };
    settings.settle();
    Ok((settings, file.notes()))
}

/// JavaScript and TypeScript, by the name or, for names without an ending, by how they begin.
fn is_program(path: &str, text: &str) -> bool {
    let by_name = [".js", ".cjs", ".mjs", ".ts"].iter().any(|ending| path.ends_with(ending));
    let begins = |start: &str| text.lines().any(|line| line.trim_start().starts_with(start));
    by_name || begins("module.exports") || begins("export default")
}
