//! `sarif`: SARIF 2.1.0 as GitHub code scanning wants it, and editors beside it.
//!
//! Suppressed findings are left out unless the run is verbose: GitHub does not read `suppressions` and would open an alert
//! for each. `partialFingerprints` has our own key only: the upload action computes `primaryLocationLineHash` its own way,
//! and warns about every result that brings another one.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::{self, Write};

use serde::Serialize;

use crate::finding::{Confidence, Finding, Fix, Severity};
use crate::rules::Rule;
use crate::rules::rule::Example;
use crate::source::Location;
use crate::triage::{FileError, Judged, Suppressed, SuppressedBy};

use super::Verbosity;
use super::severity::mapped;
use super::stream;
use super::view::{Place, View};

const SCHEMA: &str = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

/// GitHub cuts longer descriptions.
const MAX_DESCRIPTION: usize = 1024;

/// GitHub refuses a file with more.
const MAX_RESULTS: usize = 25_000;

pub(super) fn write(view: &View<'_>, out: &mut dyn Write) -> io::Result<()> {
    let outcome = view.run.outcome;
    let suppressed = if view.run.verbosity == Verbosity::Verbose { outcome.suppressed.as_slice() } else { &[] };
    let reported = outcome.findings.iter().map(|judged| judged.finding.rule);
    let mut rules: BTreeMap<&str, usize> =
        reported.chain(suppressed.iter().map(|suppressed| suppressed.finding.rule)).map(|rule| (rule, 0)).collect();
    for (index, (_, place)) in rules.iter_mut().enumerate() {
        *place = index;
    }
    let severities = outcome.findings.iter().map(|judged| judged.finding.severity);
    let silenced = suppressed.iter().map(|suppressed| suppressed.finding.severity);
    let stays = worst(severities.chain(silenced).collect(), MAX_RESULTS);
    let left_out = stays.iter().filter(|stays| !**stays).count();
    let cut = (left_out > 0)
        .then(|| format!("{left_out} more results, of the least severe, are left out: readers refuse larger files"));
    let log = Log {
        schema: SCHEMA,
        version: "2.1.0",
        runs: [Run {
            tool: Tool {
                driver: Driver {
                    name: env!("CARGO_PKG_NAME"),
                    information_uri: env!("CARGO_PKG_REPOSITORY"),
                    version: env!("CARGO_PKG_VERSION"),
                    semantic_version: env!("CARGO_PKG_VERSION"),
                    rules: rules.keys().map(|id| Descriptor::new(id, view.rule(id))).collect(),
                },
            },
            automation_details: AutomationDetails { id: "shipworthy/" },
            column_kind: "unicodeCodePoints",
            invocations: [Invocation {
                execution_successful: outcome.errors.is_empty(),
                tool_execution_notifications: Notifications { errors: &outcome.errors, cut: cut.as_deref() },
            }],
            results: Results { view, rules: &rules, findings: &outcome.findings, suppressed, stays: &stays },
        }],
    };
    stream::write_pretty(out, &log)
}

#[derive(Serialize)]
struct Log<'v, 'a> {
    #[serde(rename = "$schema")]
    schema: &'static str,
    version: &'static str,
    runs: [Run<'v, 'a>; 1],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Run<'v, 'a> {
    tool: Tool,
    automation_details: AutomationDetails,
    column_kind: &'static str,
    invocations: [Invocation<'v, 'a>; 1],
    results: Results<'v, 'a>,
}

#[derive(Serialize)]
struct Tool {
    driver: Driver,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Driver {
    name: &'static str,
    information_uri: &'static str,
    version: &'static str,
    semantic_version: &'static str,
    rules: Vec<Descriptor>,
}

#[derive(Serialize)]
struct AutomationDetails {
    id: &'static str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Invocation<'v, 'a> {
    execution_successful: bool,
    tool_execution_notifications: Notifications<'v, 'a>,
}

/// What could not be read or judged, and what was left out.
struct Notifications<'v, 'a> {
    errors: &'a [FileError],
    cut: Option<&'v str>,
}

impl Serialize for Notifications<'_, '_> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let cut = self.cut.map(|text| Notification { level: "warning", message: Message { text }, locations: Vec::new() });
        serializer.collect_seq(self.errors.iter().map(Notification::new).chain(cut))
    }
}

#[derive(Serialize)]
struct Notification<'a> {
    level: &'static str,
    message: Message<'a>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    locations: Vec<SarifLocation<'a>>,
}

/// A rule.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Descriptor {
    id: String,
    short_description: Text,
    full_description: Text,
    help: Text,
    #[serde(skip_serializing_if = "Option::is_none")]
    help_uri: Option<String>,
    default_configuration: Configuration,
    properties: DescriptorProperties,
}

#[derive(Serialize)]
struct Text {
    text: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    markdown: Option<String>,
}

#[derive(Serialize)]
struct Configuration {
    level: &'static str,
}

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct DescriptorProperties {
    tags: Vec<String>,
    precision: &'static str,
    #[serde(rename = "problem.severity")]
    problem: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    security_severity: Option<&'static str>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct SarifResult<'a> {
    rule_id: &'a str,
    rule_index: usize,
    level: &'static str,
    message: Message<'a>,
    locations: [SarifLocation<'a>; 1],
    #[serde(skip_serializing_if = "Vec::is_empty")]
    related_locations: Vec<SarifLocation<'a>>,
    partial_fingerprints: Fingerprints<'a>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    fixes: Vec<SarifFix<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    suppressions: Vec<Suppression<'a>>,
    properties: ResultProperties<'a>,
}

#[derive(Serialize)]
struct Message<'a> {
    text: &'a str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct SarifLocation<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<usize>,
    physical_location: PhysicalLocation,
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<Message<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct PhysicalLocation {
    artifact_location: ArtifactLocation,
    #[serde(skip_serializing_if = "Option::is_none")]
    region: Option<Region>,
}

#[derive(Serialize)]
struct ArtifactLocation {
    uri: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Region {
    start_line: usize,
    start_column: usize,
    end_line: usize,
    end_column: usize,
}

#[derive(Serialize)]
struct Fingerprints<'a> {
    #[serde(rename = "shipworthy/v1")]
    ours: &'a str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct SarifFix<'a> {
    description: Text,
    artifact_changes: Vec<ArtifactChange<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ArtifactChange<'a> {
    artifact_location: ArtifactLocation,
    replacements: Vec<Replacement<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Replacement<'a> {
    deleted_region: Region,
    /// Written for a deletion too: some readers ask for it.
    inserted_content: Message<'a>,
}

#[derive(Serialize)]
struct Suppression<'a> {
    kind: &'static str,
    status: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    justification: Option<&'a str>,
}

#[derive(Serialize)]
struct ResultProperties<'a> {
    severity: Severity,
    confidence: Confidence,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    aliases: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    fix: Option<&'a str>,
}

/// The results, each made when it is written.
struct Results<'v, 'a> {
    view: &'v View<'a>,
    rules: &'v BTreeMap<&'a str, usize>,
    findings: &'a [Judged],
    suppressed: &'a [Suppressed],
    /// For each of them, findings first, whether it is told.
    stays: &'v [bool],
}

/// Which of many results stay: the worst, and of those the first.
fn worst(severities: Vec<Severity>, most: usize) -> Vec<bool> {
    let mut stays = vec![true; severities.len()];
    if severities.len() > most {
        let mut order: Vec<usize> = (0..severities.len()).collect();
        order.sort_by_key(|index| std::cmp::Reverse(severities[*index]));
        order[most..].iter().for_each(|index| stays[*index] = false);
    }
    stays
}

impl Serialize for Results<'_, '_> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let findings = self.findings.iter().map(|judged| (&*judged.finding, judged.fingerprint.as_str(), None));
        let suppressed = self.suppressed.iter();
        let suppressed = suppressed.map(|silent| (&silent.finding, silent.fingerprint.as_str(), Some(silent)));
        let told = findings.chain(suppressed).zip(self.stays).filter(|(_, stays)| **stays);
        serializer.collect_seq(told.map(|((finding, fingerprint, suppressed), _)| {
            let index = self.rules.get(finding.rule).copied().unwrap_or_default();
            SarifResult::new(self.view, finding, index, fingerprint, suppressed)
        }))
    }
}

impl<'a> SarifResult<'a> {
    fn new(
        view: &View<'a>,
        finding: &'a Finding,
        rule_index: usize,
        fingerprint: &'a str,
        suppressed: Option<&'a Suppressed>,
    ) -> Self {
        let related = finding.related.iter().enumerate();
        let related = related.map(|(index, related)| SarifLocation {
            id: Some(index + 1),
            message: Some(Message { text: &related.label }),
            ..SarifLocation::new(view.place(related.location))
        });
        Self {
            rule_id: finding.rule,
            rule_index,
            level: mapped(finding.severity).sarif,
            message: Message { text: &finding.message },
            locations: [SarifLocation::new(view.place(finding.primary))],
            related_locations: related.collect(),
            partial_fingerprints: Fingerprints { ours: fingerprint },
            fixes: finding.fix.iter().filter_map(|fix| SarifFix::new(view, fix)).collect(),
            suppressions: suppressed.into_iter().map(Suppression::new).collect(),
            properties: ResultProperties {
                severity: finding.severity,
                confidence: finding.confidence,
                aliases: finding.aliases.iter().map(|alias| format!("{}:{}", alias.family, alias.id)).collect(),
                fix: finding.fix.as_ref().map(|fix| fix.applicability.name()),
            },
        }
    }
}

impl<'a> SarifLocation<'a> {
    fn new(place: Place<'_>) -> Self {
        let region = Some(Region::new(place));
        let physical_location = PhysicalLocation { artifact_location: ArtifactLocation::new(place.path), region };
        Self { id: None, physical_location, message: None }
    }
}

impl Region {
    const fn new(place: Place<'_>) -> Self {
        let Place { line, column, end_line, end_column, .. } = place;
        Self { start_line: line, start_column: column, end_line, end_column }
    }
}

impl ArtifactLocation {
    /// A relative reference: percent-encoded but for `/`, a `./` in front where a colon would look like a scheme.
    fn new(path: &str) -> Self {
        let mut uri = String::with_capacity(path.len());
        for byte in path.bytes() {
            match byte {
                b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' | b'+' | b'@' => uri.push(byte.into()),
                _ => write!(uri, "%{byte:02X}").unwrap_or_default(),
            }
        }
        Self { uri }
    }
}

impl<'a> SarifFix<'a> {
    /// A fix by hand is no fix that an editor may offer; one that would show a secret stays unseen.
    fn new(view: &View<'a>, fix: &'a Fix) -> Option<Self> {
        let safety = match fix.applicability {
            crate::finding::Applicability::Manual => return None,
            crate::finding::Applicability::Unsafe => " (unsafe: may change behaviour)",
            crate::finding::Applicability::Safe => "",
        };
        let mut changes: Vec<ArtifactChange<'a>> = Vec::new();
        let mut last = None;
        for edit in &fix.edits {
            let location = Location { file: edit.file, span: edit.span };
            if view.reveals(location, &edit.replacement) {
                return None;
            }
            let source = &view.document(edit.file).source;
            if last != Some(edit.file) {
                let artifact_location = ArtifactLocation::new(&source.path);
                changes.push(ArtifactChange { artifact_location, replacements: Vec::new() });
                last = Some(edit.file);
            }
            // To the byte, a line end included: this is an edit, not a place to look at.
            let (start, end) = (source.position(edit.span.start()), source.position(edit.span.end()));
            let (start_line, start_column, end_line, end_column) = (start.line, start.column, end.line, end.column);
            let deleted_region = Region { start_line, start_column, end_line, end_column };
            let inserted_content = Message { text: &edit.replacement };
            changes.last_mut()?.replacements.push(Replacement { deleted_region, inserted_content });
        }
        let description = Text { text: format!("{}{safety}", fix.title), markdown: None };
        (!changes.is_empty()).then_some(Self { description, artifact_changes: changes })
    }
}

impl<'a> Suppression<'a> {
    fn new(suppressed: &'a Suppressed) -> Self {
        let kind = match suppressed.by {
            SuppressedBy::Comment => "inSource",
            SuppressedBy::Configuration | SuppressedBy::Baseline | SuppressedBy::Waiver => "external",
        };
        Self { kind, status: "accepted", justification: suppressed.reason.as_deref() }
    }
}

impl<'a> Notification<'a> {
    fn new(error: &'a FileError) -> Self {
        let physical_location = PhysicalLocation { artifact_location: ArtifactLocation::new(&error.path), region: None };
        let location = SarifLocation { id: None, physical_location, message: None };
        Self { level: "error", message: Message { text: &error.message }, locations: vec![location] }
    }
}

impl Descriptor {
    fn new(id: &str, rule: Option<&'static Rule>) -> Self {
        let severity = rule.map_or(Severity::Medium, |rule| rule.severity.default);
        let mapped = mapped(severity);
        let precision = match rule.map(|rule| rule.confidence) {
            Some(Confidence::High) => "high",
            Some(Confidence::Medium) | None => "medium",
            Some(Confidence::Low) => "low",
        };
        let family = id.split_once('/').map_or(id, |(family, _)| family);
        let mut tags = vec![family.to_owned()];
        if mapped.security.is_some() {
            // Without this tag GitHub does not look at `security-severity`.
            tags.insert(0, "security".to_owned());
        }
        Self {
            id: id.to_owned(),
            short_description: plain(rule.map_or(id, |rule| rule.title)),
            full_description: plain(rule.map_or(id, |rule| rule.why.split("\n\n").next().unwrap_or(rule.why))),
            help: rule.map_or_else(|| plain(id), help),
            help_uri: rule.map(Rule::url),
            default_configuration: Configuration { level: mapped.sarif },
            properties: DescriptorProperties { tags, precision, problem: mapped.problem, security_severity: mapped.security },
        }
    }
}

fn plain(text: &str) -> Text {
    let text = text.trim();
    let end = text.char_indices().nth(MAX_DESCRIPTION).map_or(text.len(), |(at, _)| at);
    Text { text: text[..end].to_owned(), markdown: None }
}

/// The page of a rule, in short.
fn help(rule: &'static Rule) -> Text {
    let (why, instead) = (rule.why.trim(), rule.instead.trim());
    let mut markdown = why.to_owned();
    if !instead.is_empty() {
        let _ = write!(markdown, "\n\n**Instead.** {instead}");
    }
    if let Some(example) = rule.examples.first() {
        push_example(&mut markdown, rule, example);
    }
    if !rule.references.is_empty() {
        markdown.push('\n');
        for reference in rule.references {
            let _ = write!(markdown, "\n- <{reference}>");
        }
    }
    let aliases = rule.all_aliases();
    if !aliases.is_empty() {
        let aliases: Vec<_> = aliases.iter().map(|(family, id)| format!("{family} `{id}`")).collect();
        let _ = write!(markdown, "\n\nAlso known as {}.", aliases.join(", "));
    }
    let text = [why, instead, &format!("See {}", rule.url())].join("\n\n");
    Text { text, markdown: Some(markdown) }
}

fn push_example(markdown: &mut String, rule: &Rule, example: &Example) {
    let language = match rule.family() {
        "dockerfile" | "shell" => "dockerfile",
        "compose" | "policy" => "yaml",
        "nginx" => "nginx",
        _ => "",
    };
    for (heading, code) in [("Bad", example.bad), ("Better", example.fixed.or(example.good))] {
        if let Some(code) = code {
            let fence = if code.contains("```") { "~~~~" } else { "```" };
            let _ = write!(markdown, "\n\n{heading}:\n\n{fence}{language}\n{}\n{fence}", code.trim_end());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_more_than_readers_take_the_worst_stay_in_their_places() {
        use Severity::{High, Info, Low};
        assert_eq!(worst(vec![Low, High, Info], 3), [true, true, true]);
        assert_eq!(worst(vec![Low, High, Low, Info, High], 3), [true, true, false, false, true]);
        assert_eq!(worst(Vec::new(), 0), Vec::<bool>::new());
    }
}
