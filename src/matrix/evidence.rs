//! What an answer rests on: a line of a file, a fact, a finding.

use schemars::JsonSchema;
use serde::Serialize;

use crate::finding::{Finding, Severity};
use crate::project::Project;
use crate::source::Location;

/// Something that was seen. Secret values are not in it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Evidence {
    /// One sentence or less.
    pub text: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    /// From 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub line: Option<usize>,
    /// The rule, of a finding.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rule: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub severity: Option<Severity>,
    /// Which of the findings of the report it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fingerprint: Option<String>,
    /// Why it does not count, of a finding that was waived.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub waived: Option<String>,
}

impl Evidence {
    /// A fact, and where it is written.
    pub fn fact(project: &Project, text: impl Into<String>, place: Option<Location>) -> Self {
        let document = place.map(|place| (project.document(place.file), place));
        Self {
            text: text.into(),
            path: document.map(|(document, _)| document.source.path.clone()),
            line: document.map(|(document, place)| document.source.position(place.span.start()).line),
            rule: None,
            severity: None,
            fingerprint: None,
            waived: None,
        }
    }

    /// A finding.
    pub fn finding(project: &Project, finding: &Finding, fingerprint: &str) -> Self {
        Self {
            rule: Some(finding.rule),
            severity: Some(finding.severity),
            fingerprint: Some(fingerprint.to_owned()),
            ..Self::fact(project, &*finding.message, Some(finding.primary))
        }
    }

    /// `path:line`, else nothing.
    pub fn place(&self) -> String {
        match (&self.path, self.line) {
            (Some(path), Some(line)) => format!("{path}:{line}"),
            (Some(path), None) => path.clone(),
            _ => String::new(),
        }
    }
}
