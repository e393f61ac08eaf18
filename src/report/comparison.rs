//! A run beside an earlier one, by the fingerprints of the findings.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use rustc_hash::FxHashSet;
use serde::Deserialize;

use crate::finding::Severity;
use crate::triage::Outcome;

/// A larger report is not read.
const MAX_BYTES: u64 = 256 << 20;

/// How the embedded report of an HTML page begins; see `rules/report/report.html`.
const EMBEDDED: &str = "<script type=\"application/json\" id=\"report\">";

/// What changed since an earlier report.
#[derive(Debug, Clone, Default)]
pub struct Comparison {
    /// The earlier report, as it was named.
    pub path: String,
    /// Findings of today that it does not have.
    pub new: usize,
    /// Findings that both have.
    pub unchanged: usize,
    /// Findings of then that are not found any more.
    pub gone: Vec<Past>,
    /// Findings of then that are silenced now.
    pub silenced: Vec<Past>,
    known: FxHashSet<String>,
}

/// A finding of an earlier report.
#[derive(Debug, Clone, Deserialize)]
pub struct Past {
    pub rule: String,
    pub severity: Severity,
    pub message: String,
    pub path: String,
    pub line: usize,
    fingerprint: String,
}

#[derive(Deserialize)]
struct Report {
    schema_version: u32,
    findings: Vec<Past>,
}

impl Comparison {
    /// Reads a report in `json`, or an HTML page with one in it. The error says what is wrong with the file.
    pub fn read(path: &Path, outcome: &Outcome) -> Result<Self, String> {
        let mut text = String::new();
        let file = File::open(path).map_err(|error| format!("cannot be read: {error}"))?;
        let length = file.take(MAX_BYTES + 1).read_to_string(&mut text).map_err(|error| format!("cannot be read: {error}"))?;
        if length as u64 > MAX_BYTES {
            return Err("is too large for a report".to_owned());
        }
        Self::of(path.to_string_lossy().replace('\\', "/"), &text, outcome)
    }

    fn of(path: String, text: &str, outcome: &Outcome) -> Result<Self, String> {
        let embedded = text.split_once(EMBEDDED).and_then(|(_, rest)| rest.split_once("</script>"));
        let json = embedded.map_or(text, |(json, _)| json);
        let report: Report = serde_json::from_str(json)
            .map_err(|error| format!("is no report: {error}; `-f json` and `-f html` write what can be compared"))?;
        if report.schema_version != super::json::SCHEMA_VERSION {
            return Err(format!("is a report of version {}", report.schema_version));
        }
        let now: FxHashSet<&str> = outcome.findings.iter().map(|judged| judged.fingerprint.as_str()).collect();
        let quiet: FxHashSet<&str> = outcome.suppressed.iter().map(|suppressed| suppressed.fingerprint.as_str()).collect();
        let known: FxHashSet<String> = report.findings.iter().map(|past| past.fingerprint.clone()).collect();
        let unchanged = now.iter().filter(|fingerprint| known.contains(**fingerprint)).count();
        let past = report.findings.into_iter().filter(|past| !now.contains(past.fingerprint.as_str()));
        let (silenced, gone) = past.partition(|past| quiet.contains(past.fingerprint.as_str()));
        Ok(Self { path, new: now.len() - unchanged, unchanged, gone, silenced, known })
    }

    /// Whether the earlier report does not have a finding.
    pub fn is_new(&self, fingerprint: &str) -> bool {
        !self.known.contains(fingerprint)
    }

    /// `3 new, 2 gone, 10 as before`
    pub fn words(&self) -> String {
        let mut words = format!("{} new, {} gone, {} as before", self.new, self.gone.len(), self.unchanged);
        if !self.silenced.is_empty() {
            words.push_str(&format!(", {} silenced since", self.silenced.len()));
        }
        words
    }
}
