//! What a run has to say, in one of several formats: one file each. Everything is drawn from masked text, so that no
//! format can show a secret, and whatever a terminal may see has its control characters escaped.

pub mod checklist;
mod comparison;
mod concise;
mod full;
mod github;
mod gitlab;
mod html;
mod json;
mod jsonl;
mod markdown;
pub mod matrix;
mod page;
mod rdjson;
pub mod record;
mod sarif;
mod severity;
mod stream;
mod style;
mod summary;
mod view;
mod visible;
mod xml;

#[cfg(test)]
mod tests;

use std::io::{self, Write};

use crate::project::Project;
use crate::rules::Registry;
use crate::triage::{FailOn, Outcome};
use checklist::Checklist;
use record::Record;

pub use comparison::Comparison;
pub use json::schema as json_schema;
pub use style::Style;
pub use summary::{FixCounts, KindCounts, SeverityCounts, Summary, SuppressedCounts, Verdict};
pub use visible::{visible, wrap};

/// How a run is written down. What hadolint calls the same is understood.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, clap::ValueEnum)]
#[value(rename_all = "lower")]
pub enum Format {
    /// Each finding with its source, its reason and its fix as a diff; a summary
    #[default]
    #[value(alias = "tty")]
    Full,
    /// One line for each finding; a summary line
    #[value(alias = "gnu")]
    Concise,
    /// One JSON document: summary, files, findings, suppressed, errors
    Json,
    /// One JSON object for each finding, a line each, and nothing else
    Jsonl,
    /// SARIF 2.1.0, for GitHub code scanning and editors
    Sarif,
    /// Workflow commands that annotate a GitHub pull request
    Github,
    /// A Code Quality report of GitLab
    #[value(aliases = ["codeclimate", "gitlab_codeclimate"])]
    Gitlab,
    /// JUnit XML: a test suite for each file
    Junit,
    /// Checkstyle XML
    Checkstyle,
    /// Reviewdog diagnostics, with fixes as suggestions
    Rdjson,
    /// For the summary of a CI step or a ticket
    Markdown,
    /// One page that needs nothing else, to be kept, printed and signed
    Html,
}

impl Format {
    /// Whether the format shows fixes as diffs; for one that does not, none need be computed.
    pub const fn shows_diffs(self) -> bool {
        matches!(self, Self::Full | Self::Json | Self::Jsonl | Self::Markdown | Self::Html)
    }

    /// Whether the format tells the fingerprints of findings.
    pub const fn tells_fingerprints(self) -> bool {
        !matches!(self, Self::Full | Self::Concise | Self::Github | Self::Junit | Self::Checkstyle | Self::Rdjson)
    }

    /// Whether the format is a record of the run, which says who judged what, when and by which rules.
    pub const fn is_kept(self) -> bool {
        matches!(self, Self::Markdown | Self::Html)
    }
}

/// How much is said beside the findings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub enum Verbosity {
    /// Findings and errors, no summary.
    Quiet,
    #[default]
    Normal,
    /// Also what was suppressed, and why.
    Verbose,
}

/// `1 service`, `2 services`.
pub fn counted(count: usize, noun: &str) -> String {
    summary::plural(count, noun)
}

/// What reports are made from.
#[derive(Debug, Clone, Copy)]
pub struct Run<'a> {
    pub project: &'a Project,
    pub registry: &'a Registry,
    pub outcome: &'a Outcome,
    pub fail_on: FailOn,
    /// A count for each rule in the place of the findings, in the formats for people.
    pub statistics: bool,
    pub verbosity: Verbosity,
    /// For the formats that people read.
    pub style: Style,
    /// For the formats that are kept.
    pub record: Option<&'a Record>,
    /// The services and controls, for the page of a checklist.
    pub checklist: Option<&'a Checklist<'a>>,
    /// An earlier report to tell the difference from.
    pub comparison: Option<&'a Comparison>,
}

/// Writes the run. An error is one of `out`, a closed pipe too: the caller decides what that means.
pub fn write(format: Format, run: &Run<'_>, out: &mut dyn Write) -> io::Result<()> {
    let mut out = io::BufWriter::with_capacity(1 << 16, out);
    let view = view::View::new(run);
    match format {
        Format::Full => full::write(&view, &mut out),
        Format::Concise => concise::write(&view, &mut out),
        Format::Json => json::write(&view, &mut out),
        Format::Jsonl => jsonl::write(&view, &mut out),
        Format::Sarif => sarif::write(&view, &mut out),
        Format::Github => github::write(&view, &mut out),
        Format::Gitlab => gitlab::write(&view, &mut out),
        Format::Junit => xml::write_junit(&view, &mut out),
        Format::Checkstyle => xml::write_checkstyle(&view, &mut out),
        Format::Rdjson => rdjson::write(&view, &mut out),
        Format::Markdown => markdown::write(&view, &mut out),
        Format::Html => html::write(&view, &mut out),
    }?;
    out.flush()
}
