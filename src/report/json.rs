//! `json`: one document with everything. `schemas/report.schema.json` is made from these types.

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::sync::Arc;

use schemars::JsonSchema;
use schemars::generate::SchemaSettings;
use serde::{Serialize, Serializer};

use crate::finding::{Alias, Applicability, Confidence, Finding, Related, Severity};
use crate::project::Document;
use crate::triage::{FileError, Judged, Suppressed, SuppressedBy};

use super::stream::{self, Each};
use super::summary::{self, Status, Summary};
use super::view::{Place, View};

/// Raised when a field changes its meaning or goes away; new fields do not raise it.
pub(super) const SCHEMA_VERSION: u32 = 1;

pub(super) fn write(view: &View<'_>, out: &mut dyn Write) -> io::Result<()> {
    let report = Report {
        schema_version: SCHEMA_VERSION,
        tool: Tool { name: env!("CARGO_PKG_NAME"), version: env!("CARGO_PKG_VERSION") },
        summary: Summary::from_view(view),
        files: Each { view, items: &view.run.project.documents, record: FileRecord::new },
        findings: Each { view, items: &view.run.outcome.findings, record: FindingRecord::new },
        suppressed: Each { view, items: &view.run.outcome.suppressed, record: SuppressedRecord::new },
        errors: Each { view, items: &view.run.outcome.errors, record: ErrorRecord::new },
    };
    stream::write_pretty(out, &report)
}

/// The JSON Schema of the document.
pub fn schema() -> serde_json::Value {
    let mut generator = SchemaSettings::draft2020_12().for_serialize().into_generator();
    let mut schema = generator.root_schema_for::<Report<'static, 'static>>();
    schema.insert("$id".to_owned(), format!("{}/raw/main/schemas/report.schema.json", env!("CARGO_PKG_REPOSITORY")).into());
    schema.insert("title".to_owned(), "Report of shipworthy".into());
    schema.to_value()
}

/// The report of one run. Lines and columns count from 1, columns in Unicode code points; an end is just after the last
/// character. Paths are relative to the current directory, with `/`. Secret values never appear.
#[derive(Serialize, JsonSchema)]
struct Report<'v, 'a> {
    schema_version: u32,
    tool: Tool,
    summary: Summary,
    /// Every file that was found, also those that were not judged.
    #[schemars(with = "Vec<FileRecord<'a>>")]
    files: Each<'v, 'a, Arc<Document>, FileRecord<'a>>,
    /// Sorted by path, line and rule.
    #[schemars(with = "Vec<FindingRecord<'a>>")]
    findings: Each<'v, 'a, Judged, FindingRecord<'a>>,
    /// Findings that a comment, the configuration, a baseline or a waiver silenced.
    #[schemars(with = "Vec<SuppressedRecord<'a>>")]
    suppressed: Each<'v, 'a, Suppressed, SuppressedRecord<'a>>,
    /// Files that could not be read or judged.
    #[schemars(with = "Vec<ErrorRecord<'a>>")]
    errors: Each<'v, 'a, FileError, ErrorRecord<'a>>,
}

#[derive(Serialize, JsonSchema)]
struct Tool {
    name: &'static str,
    version: &'static str,
}

#[derive(Serialize, JsonSchema)]
struct FileRecord<'a> {
    path: &'a str,
    kind: &'static str,
    status: Status,
}

/// One finding, in `json` and, a line each, in `jsonl`.
#[derive(Serialize, JsonSchema)]
pub(super) struct FindingRecord<'a> {
    /// The id of the rule, `family/name`.
    rule: &'a str,
    /// What the rule is about, the same for all its findings.
    title: &'a str,
    severity: Severity,
    confidence: Confidence,
    message: &'a str,
    #[serde(flatten)]
    place: PlaceRecord<'a>,
    /// Other places that the finding speaks of, perhaps in other files.
    related: Vec<RelatedRecord<'a>>,
    /// The identifiers of other tools that the finding answers to, by tool.
    #[schemars(with = "BTreeMap<String, Vec<String>>")]
    aliases: Aliases<'a>,
    fix: Option<FixRecord<'a>>,
    /// Stays the same when lines move.
    fingerprint: &'a str,
    /// The page of the rule.
    url: Option<String>,
}

#[derive(Serialize, JsonSchema)]
struct PlaceRecord<'a> {
    path: &'a str,
    line: usize,
    column: usize,
    end_line: usize,
    end_column: usize,
}

#[derive(Serialize, JsonSchema)]
struct RelatedRecord<'a> {
    /// What is to be seen there.
    label: &'a str,
    #[serde(flatten)]
    place: PlaceRecord<'a>,
}

#[derive(Serialize, JsonSchema)]
struct FixRecord<'a> {
    applicability: Applicability,
    title: &'a str,
    /// Unified diff with secrets masked; null when it was withheld or not asked for.
    diff: Option<&'a str>,
}

#[derive(Serialize, JsonSchema)]
struct SuppressedRecord<'a> {
    #[serde(flatten)]
    finding: FindingRecord<'a>,
    by: SuppressedBy,
    reason: Option<&'a str>,
}

#[derive(Serialize, JsonSchema)]
struct ErrorRecord<'a> {
    path: &'a str,
    message: &'a str,
}

struct Aliases<'a>(&'a [Alias]);

impl Serialize for Aliases<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut families: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        for alias in self.0 {
            families.entry(alias.family).or_default().push(alias.id);
        }
        families.serialize(serializer)
    }
}

impl<'a> FindingRecord<'a> {
    pub fn new(view: &View<'a>, judged: &'a Judged) -> Self {
        Self::of(view, &judged.finding, &judged.fingerprint, judged.diff.as_deref())
    }

    fn of(view: &View<'a>, finding: &'a Finding, fingerprint: &'a str, diff: Option<&'a str>) -> Self {
        let rule = view.rule(finding.rule);
        let fix = finding.fix.as_ref();
        Self {
            rule: finding.rule,
            title: rule.map_or(finding.rule, |rule| rule.title),
            severity: finding.severity,
            confidence: finding.confidence,
            message: &finding.message,
            place: view.place(finding.primary).into(),
            related: finding.related.iter().map(|related| RelatedRecord::new(view, related)).collect(),
            aliases: Aliases(&finding.aliases),
            fix: fix.map(|fix| FixRecord { applicability: fix.applicability, title: &fix.title, diff }),
            fingerprint,
            url: rule.map(|rule| rule.url()),
        }
    }
}

impl<'a> From<Place<'a>> for PlaceRecord<'a> {
    fn from(place: Place<'a>) -> Self {
        let Place { path, line, column, end_line, end_column } = place;
        Self { path, line, column, end_line, end_column }
    }
}

impl<'a> RelatedRecord<'a> {
    fn new(view: &View<'a>, related: &'a Related) -> Self {
        Self { label: &related.label, place: view.place(related.location).into() }
    }
}

impl<'a> SuppressedRecord<'a> {
    fn new(view: &View<'a>, suppressed: &'a Suppressed) -> Self {
        Self {
            finding: FindingRecord::of(view, &suppressed.finding, &suppressed.fingerprint, None),
            by: suppressed.by,
            reason: suppressed.reason.as_deref(),
        }
    }
}

impl<'a> FileRecord<'a> {
    fn new(view: &View<'a>, document: &'a Arc<Document>) -> Self {
        Self { path: &document.source.path, kind: document.kind().name(), status: summary::status(view, document) }
    }
}

impl<'a> ErrorRecord<'a> {
    fn new(_: &View<'a>, error: &'a FileError) -> Self {
        Self { path: &error.path, message: &error.message }
    }
}
