//! One Dockerfile with what was found in it.

use std::sync::Arc;

use jiff::civil::Date;

use crate::config::{Config, Overrides};
use crate::finding::Finding;
use crate::project::{Content, Document, Project};
use crate::source::{FileId, Kind, SourceFile, Span};
use crate::triage::testing::{finding, registry, with_alias};
use crate::triage::{Outcome, Settings, triage};

/// A Dockerfile, what is found in it, and what the run goes by.
pub struct Bench {
    project: Project,
    findings: Vec<Finding>,
    config: String,
    pub overrides: Overrides,
    pub today: Date,
}

impl Bench {
    pub fn of(text: &str) -> Self {
        let source = SourceFile::new("app/Dockerfile", Kind::Dockerfile, text.as_bytes().to_vec());
        let document = Document::of_parts(FileId(0), source, Content::Dockerfile, Vec::new());
        let mut project = Project::default();
        project.documents.push(Arc::new(document));
        Self {
            project,
            findings: Vec::new(),
            config: String::new(),
            overrides: Overrides::default(),
            today: Date::constant(2026, 11, 20),
        }
    }

    pub fn config(mut self, text: &str) -> Self {
        text.clone_into(&mut self.config);
        self
    }

    /// A finding on the first word of a line, perhaps with an alias `family:id`.
    pub fn found(mut self, line: usize, rule: &'static str, alias: &'static str) -> Self {
        let source = &self.project.documents[0].source;
        let span = source.line_span(line);
        let text = span.slice(source.text());
        let start = span.start() + text.len() - text.trim_start().len();
        let mut found = finding(rule);
        found.primary.span = Span::new(start, start + text.split_whitespace().next().map_or(0, str::len));
        if let Some((family, id)) = alias.split_once(':') {
            found = with_alias(found, family, id);
        }
        self.findings.push(found);
        self
    }

    pub fn settings(&self) -> Settings {
        let here = std::env::current_dir().unwrap();
        let config = Config::parse("shipworthy.toml", self.config.clone(), &here).unwrap();
        Settings::resolve(&Arc::new(config), &self.overrides, &registry(), self.today).unwrap()
    }

    pub fn outcome(&self) -> Outcome {
        triage(&self.project, &registry(), self.findings.clone(), &self.settings())
    }

    /// What is shown: line and rule, the family left out but for suppressions.
    pub fn shown(&self) -> Vec<String> {
        self.outcome().findings.iter().map(|judged| self.place(&judged.finding)).collect()
    }

    /// What is silenced, as [`Bench::shown`].
    pub fn silenced(&self) -> Vec<String> {
        self.outcome().suppressed.iter().map(|suppressed| self.place(&suppressed.finding)).collect()
    }

    /// The text with the fixes of all that is shown.
    pub fn fixed(&self) -> String {
        let outcome = self.outcome();
        let fixes = outcome.findings.iter().filter_map(|judged| judged.finding.fix.as_ref());
        let mut edits: Vec<_> = fixes.flat_map(|fix| &fix.edits).collect();
        edits.sort();
        let mut text = self.project.documents[0].source.text().to_owned();
        for edit in edits.iter().rev() {
            text.replace_range(edit.span.range(), &edit.replacement);
        }
        text
    }

    fn place(&self, finding: &Finding) -> String {
        let line = self.project.documents[0].source.line(finding.primary.span.start());
        format!("{line} {}", finding.rule.strip_prefix("dockerfile/").unwrap_or(finding.rule))
    }
}
