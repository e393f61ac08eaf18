//! The one table from our severities to those of other formats.

use crate::finding::Severity;

/// What a severity is called elsewhere.
pub(super) struct Mapped {
    /// `result.level` of SARIF.
    pub sarif: &'static str,
    /// `security-severity` of GitHub code scanning: above 9.0 critical, from 7.0 high, from 4.0 medium, from 0.1 low.
    pub security: Option<&'static str>,
    /// `problem.severity` of GitHub code scanning.
    pub problem: &'static str,
    /// The workflow command of GitHub Actions.
    pub command: Command,
    /// GitLab Code Quality.
    pub gitlab: &'static str,
    pub checkstyle: &'static str,
    pub rdjson: &'static str,
}

/// The kinds of annotations that GitHub Actions knows, worst first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Command {
    Error,
    Warning,
    Notice,
}

impl Command {
    pub const ALL: [Self; 3] = [Self::Error, Self::Warning, Self::Notice];

    pub const fn name(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
            Self::Notice => "notice",
        }
    }
}

pub(super) const fn mapped(severity: Severity) -> Mapped {
    let (sarif, security, problem, command) = match severity {
        Severity::Critical => ("error", Some("9.5"), "error", Command::Error),
        Severity::High => ("error", Some("8.0"), "error", Command::Error),
        Severity::Medium => ("warning", Some("5.5"), "warning", Command::Warning),
        Severity::Low => ("note", Some("2.0"), "recommendation", Command::Notice),
        Severity::Info => ("note", None, "recommendation", Command::Notice),
    };
    let (gitlab, checkstyle, rdjson) = match severity {
        Severity::Critical => ("blocker", "error", "ERROR"),
        Severity::High => ("critical", "error", "ERROR"),
        Severity::Medium => ("major", "warning", "WARNING"),
        Severity::Low => ("minor", "info", "INFO"),
        Severity::Info => ("info", "info", "INFO"),
    };
    Mapped { sarif, security, problem, command, gitlab, checkstyle, rdjson }
}
