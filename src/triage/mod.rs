//! From what the rules found to what is shown: selection, severity, suppression, the gate.

pub mod baseline;
mod decide;
pub mod fingerprint;
pub mod prepare;
mod selection;
mod settings;
mod suppression;
#[cfg(test)]
mod testing;
#[cfg(test)]
mod tests;
mod together;

pub use baseline::Baseline;
pub use decide::triage;
pub use selection::{Layer, Selection, names_finding};
pub use settings::{FileSettings, Settings};
pub use suppression::ignore;
pub use together::fold;

pub use crate::config::FailOn;
use crate::finding::{BoxedFinding, Finding};
use crate::source::FileId;

/// What a run has to say, sorted by path, line and rule. Reports are made from this and the project alone.
#[derive(Debug, Default)]
pub struct Outcome {
    pub findings: Vec<Judged>,
    pub suppressed: Vec<Suppressed>,
    pub errors: Vec<FileError>,
    /// Found, but below `--min-severity` or `--min-confidence`.
    pub hidden: usize,
    /// What the baseline did, where there is one.
    pub baseline: Option<baseline::Applied>,
}

impl Outcome {
    /// Whether a finding makes the run fail.
    pub fn fails(&self) -> bool {
        self.findings.iter().any(|judged| judged.fails)
    }
}

/// A finding that is shown.
#[derive(Debug, Clone)]
pub struct Judged {
    pub finding: BoxedFinding,
    /// The same for the same fault when lines move: a hash of rule, path, the masked and trimmed text of the line, and
    /// which of several such it is. 32 hexadecimal digits.
    pub fingerprint: String,
    /// It makes the run fail: it reaches the gate of its file, or an engine refuses the file, which no gate lets through.
    pub fails: bool,
    /// The fix as a unified diff with secrets masked; only computed for formats that show it.
    pub diff: Option<String>,
}

/// A finding that a comment, the configuration, a baseline or a waiver silenced.
#[derive(Debug, Clone)]
pub struct Suppressed {
    pub finding: Finding,
    pub fingerprint: String,
    pub by: SuppressedBy,
    pub reason: Option<String>,
}

/// What silenced a finding.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum SuppressedBy {
    /// A comment in the file.
    Comment,
    /// `per-file-ignores` of the configuration.
    Configuration,
    Baseline,
    Waiver,
}

/// Why a file could not be read or judged.
#[derive(Debug, Clone)]
pub struct FileError {
    /// As it is shown.
    pub path: String,
    /// In the project, when it got that far.
    pub file: Option<FileId>,
    pub message: String,
}
