//! Runs made by hand.

use std::sync::Arc;

use crate::finding::{Alias, Applicability, Confidence, Edit, Finding, Fix, Location, Profile, Related, Severity};
use crate::project::{Content, Document, Project};
use crate::report::{Format, Run, Style, Verbosity, write};
use crate::rules::rule::{Example, FixWords, SeverityLevels};
use crate::rules::{Registry, Rule};
use crate::source::{FileId, Kind, SourceFile, Span};
use crate::triage::{FailOn, FileError, Judged, Outcome, Suppressed, SuppressedBy, fingerprint};

pub const SECRET: &str = "hunter2-s3cret";

pub const DOCKERFILE: &str = "\
FROM node:latest AS build
WORKDIR /app
ENV API_TOKEN=hunter2-s3cret
RUN apt-get update && \\
    apt-get install curl
EXPOSE 3000
CMD npm start
";

pub const NGINX: &str = "\
server {
    listen 80;
    location / { proxy_pass http://api:8080; }
}
";

static RULES: [Rule; 4] = [
    rule(
        "dockerfile/latest-tag",
        "Base image without a fixed version",
        Severity::Medium,
        "The tag moves, so that two builds of one commit differ. Nobody can tell which one runs.\n\nMore words.",
    ),
    rule("dockerfile/root-user", "Container runs as root", Severity::High, "A fault in the program owns the container."),
    rule("secret/in-env", "Secret in the image", Severity::Critical, "Every layer of an image can be read by whoever pulls it."),
    rule(
        "project/port-mismatch",
        "Proxy and service disagree on the port",
        Severity::High,
        "nginx answers 502 for every request.",
    ),
];

const fn rule(id: &'static str, title: &'static str, severity: Severity, why: &'static str) -> Rule {
    Rule {
        id,
        title,
        severity: SeverityLevels { default: severity, staging: None, development: None },
        confidence: Confidence::High,
        profile: Profile::Default,
        subject: "dockerfile",
        when: None,
        each: None,
        assert: None,
        at: None,
        together: None,
        message: "",
        labels: &[],
        fix: Some(FixWords { safety: Applicability::Unsafe, title: "", remove: &[], ensure: None, append: None }),
        variants: &[],
        why,
        instead: "Do it `better`.",
        ignore_when: "",
        examples: &[Example {
            path: None,
            files: &[],
            bad: Some("FROM node:latest\n"),
            lines: &[1],
            fixed: Some("FROM node:22\n"),
            good: None,
        }],
        aliases: &[("hadolint", &["DL3007"])],
        references: &["https://docs.docker.com/"],
        since: "0.1.0",
        mandatory: false,
        needs: None,
        check: None,
    }
}

/// What a test reports on.
pub struct Sample {
    pub project: Project,
    pub registry: Registry,
    pub outcome: Outcome,
    pub fail_on: FailOn,
    pub statistics: bool,
    pub verbosity: Verbosity,
    pub style: Style,
}

impl Sample {
    /// Files without findings; one of kind Dockerfile counts as judged.
    pub fn of(files: &[(&str, Kind, &str)]) -> Self {
        let documents = files.iter().enumerate().map(|(index, (path, kind, text))| {
            let content = match kind {
                Kind::Dockerfile => Content::Dockerfile,
                _ => Content::Unread,
            };
            let source = SourceFile::new(*path, *kind, text.as_bytes().to_vec());
            Arc::new(Document::of_parts(FileId(index as u32), source, content, Vec::new()))
        });
        let mut registry = Registry::embedded();
        registry.extend(RULES.iter());
        Self {
            project: Project { documents: documents.collect(), ..Project::default() },
            registry,
            outcome: Outcome::default(),
            fail_on: FailOn::At(Severity::Medium),
            statistics: false,
            verbosity: Verbosity::Normal,
            style: Style::plain(),
        }
    }

    /// Something of everything: several severities, fixes of all classes, other files, a secret, errors.
    pub fn full() -> Self {
        let mut sample = Self::of(&[("api/Dockerfile", Kind::Dockerfile, DOCKERFILE), ("web/nginx.conf", Kind::Nginx, NGINX)]);
        sample.hide(0, SECRET);
        let latest = sample.at(0, "latest");
        let mut finding =
            finding_of("dockerfile/latest-tag", Severity::Medium, latest, "`node:latest` is another image tomorrow");
        finding.aliases.push(Alias { family: "hadolint", id: "DL3007" });
        finding.fix = Some(fix(Applicability::Unsafe, "name the version", latest, "22"));
        let diff = "--- a/api/Dockerfile\n+++ b/api/Dockerfile\n@@ -1,3 +1,3 @@\n-FROM node:latest AS build\n+FROM node:22 AS build\n WORKDIR /app\n ENV API_TOKEN=**************\n";
        sample.add(finding, Some(diff));

        let token = sample.at(0, SECRET);
        let mut finding =
            finding_of("secret/in-env", Severity::Critical, sample.at(0, "API_TOKEN"), "`API_TOKEN` stays in the image");
        finding.related.push(Related { location: token, label: "its value".into() });
        finding.fix = Some(fix(Applicability::Manual, "mount it as a secret", token, SECRET));
        sample.add(finding, None);

        let command = sample.at(0, "CMD npm start\n");
        let mut finding = finding_of("dockerfile/root-user", Severity::High, command, "nothing says who runs `npm start`");
        finding.confidence = Confidence::Medium;
        finding
            .related
            .push(Related { location: sample.at(0, "FROM node:latest AS build"), label: "the stage begins here".into() });
        let place = Location { file: FileId(0), span: Span::empty(command.span.start()) };
        finding.fix = Some(fix(Applicability::Safe, "run as `node`", place, "USER node\n"));
        let diff = "--- a/api/Dockerfile\n+++ b/api/Dockerfile\n@@ -4,4 +4,5 @@\n RUN apt-get update && \\\n     apt-get install curl\n EXPOSE 3000\n+USER node\n CMD npm start\n";
        sample.add(finding, Some(diff));

        let mut finding = finding_of(
            "project/port-mismatch",
            Severity::High,
            sample.at(1, "8080"),
            "the service `api` does not listen on 8080",
        );
        finding.related.push(Related { location: sample.at(0, "3000"), label: "it listens here".into() });
        sample.add(finding, None);

        let silent = finding_of("dockerfile/latest-tag", Severity::Medium, sample.at(0, "WORKDIR"), "hushed");
        sample.outcome.suppressed.push(Suppressed {
            finding: silent,
            fingerprint: "0".repeat(32),
            by: SuppressedBy::Comment,
            reason: Some("we know".into()),
        });
        sample.outcome.hidden = 2;
        sample.outcome.errors.push(FileError {
            path: "broken/Dockerfile".into(),
            file: None,
            message: "permission denied".into(),
        });
        sample.seal()
    }

    /// The first place of a text in a file.
    pub fn at(&self, file: u32, text: &str) -> Location {
        let start = self.project.documents[file as usize].source.text().find(text).expect("the text is there");
        Location { file: FileId(file), span: Span::new(start, start + text.len()) }
    }

    pub fn add(&mut self, finding: Finding, diff: Option<&str>) {
        self.outcome.findings.push(Judged {
            finding: Box::new(finding),
            fingerprint: String::new(),
            fails: false,
            diff: diff.map(str::to_owned),
        });
        self.gate(self.fail_on);
    }

    /// Sets the gate, and what fails by it.
    pub fn gate(&mut self, fail_on: FailOn) {
        self.fail_on = fail_on;
        for judged in &mut self.outcome.findings {
            let mandatory = self.registry.get(judged.finding.rule).is_some_and(|rule| rule.mandatory);
            judged.fails = mandatory || fail_on.includes(judged.finding.severity);
        }
    }

    /// Makes every occurrence of a text in a file a secret.
    pub fn hide(&mut self, file: usize, text: &str) {
        let document = Arc::get_mut(&mut self.project.documents[file]).expect("not shared");
        let source = Arc::clone(&document.source);
        let found = source.text().match_indices(text);
        document.hide(found.map(|(at, text)| Span::new(at, at + text.len())).collect());
    }

    /// Sorts the findings and gives them their fingerprints.
    pub fn seal(mut self) -> Self {
        self.outcome.findings.sort_by_key(|judged| judged.finding.primary);
        let findings: Vec<_> = self.outcome.findings.iter().map(|judged| Finding::clone(&judged.finding)).collect();
        for (judged, fingerprint) in self.outcome.findings.iter_mut().zip(fingerprint::assign(&self.project, &findings)) {
            judged.fingerprint = fingerprint;
        }
        self.gate(self.fail_on);
        self
    }

    pub fn run(&self) -> Run<'_> {
        Run {
            project: &self.project,
            registry: &self.registry,
            outcome: &self.outcome,
            fail_on: self.fail_on,
            statistics: self.statistics,
            verbosity: self.verbosity,
            style: self.style,
            record: None,
            checklist: None,
            comparison: None,
        }
    }

    pub fn write(&self, format: Format) -> String {
        let mut out = Vec::new();
        write(format, &self.run(), &mut out).expect("memory takes everything");
        String::from_utf8(out).expect("reports are UTF-8")
    }
}

pub fn finding(rule: &'static str, severity: Severity, primary: Location, message: &str) -> Finding {
    Finding {
        among: None,
        rule,
        severity,
        confidence: Confidence::High,
        message: message.to_owned(),
        primary,
        related: Vec::new(),
        aliases: Vec::new(),
        fix: None,
    }
}

use finding as finding_of;

pub fn fix(applicability: Applicability, title: &str, location: Location, replacement: &str) -> Fix {
    let edit = Edit { file: location.file, span: location.span, replacement: replacement.to_owned() };
    Fix { applicability, title: title.to_owned().into(), edits: vec![edit] }
}
