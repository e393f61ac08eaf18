//! Sign-offs and waivers, as they are kept in a file that is committed: who, when, why, until when, and for what exactly.

use std::path::{Path, PathBuf};

use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use toml::Spanned;

use crate::config::ConfigError;
use crate::source::Span;

/// The file of sign-offs and waivers.
#[derive(Debug, Default)]
pub struct Records {
    pub path: PathBuf,
    /// As it is shown.
    pub shown: String,
    pub text: String,
    pub records: Vec<Record>,
}

/// Whether somebody says that it is so, or answers for it not being so.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum RecordKind {
    SignOff,
    Waiver,
}

impl RecordKind {
    pub const fn name(self) -> &'static str {
        match self {
            Self::SignOff => "sign-off",
            Self::Waiver => "waiver",
        }
    }
}

/// A sign-off or a waiver.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    pub kind: RecordKind,
    /// `list/control`, or of a waiver perhaps a rule.
    pub target: String,
    pub is_rule: bool,
    pub by: String,
    pub on: Date,
    /// What is stated; of a waiver, why.
    pub words: String,
    pub until: Option<Date>,
    pub ticket: Option<String>,
    pub evidence: Option<String>,
    /// The files that it speaks of, where those are not what the control binds; of a waiver of a rule, globs of paths.
    pub files: Vec<String>,
    /// The digest of what was signed.
    pub digest: Option<String>,
    /// Of a waiver, what it speaks of: beginnings of fingerprints.
    pub findings: Vec<String>,
    /// In the file, from 1; 0 for one that is not written yet.
    pub line: usize,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
struct Written {
    sign_off: Vec<Spanned<SignOff>>,
    waiver: Vec<Spanned<Waiver>>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct SignOff {
    control: String,
    by: Spanned<String>,
    on: Spanned<toml::value::Datetime>,
    statement: Spanned<String>,
    until: Option<Spanned<toml::value::Datetime>>,
    ticket: Option<String>,
    evidence: Option<String>,
    #[serde(default)]
    files: Vec<String>,
    digest: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct Waiver {
    control: Option<String>,
    rule: Option<String>,
    by: Spanned<String>,
    on: Spanned<toml::value::Datetime>,
    reason: Spanned<String>,
    until: Spanned<toml::value::Datetime>,
    ticket: Option<String>,
    #[serde(default)]
    files: Vec<String>,
    #[serde(default)]
    findings: Vec<String>,
    digest: Option<String>,
}

impl Records {
    /// Reads the file; one that is not there holds nothing. A file that is wrong stops the run: nobody can tell what it meant.
    pub fn load(path: &Path, shown: &str) -> Result<Self, ConfigError> {
        let text = match std::fs::read_to_string(path) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                return Ok(Self { path: path.to_owned(), shown: shown.to_owned(), ..Self::default() });
            }
            Err(error) => return Err(ConfigError::file(shown, format!("cannot be read: {error}"))),
        };
        let records = read(shown, &text)?;
        Ok(Self { path: path.to_owned(), shown: shown.to_owned(), text, records })
    }
}

/// Reads the text of the file.
pub fn read(shown: &str, text: &str) -> Result<Vec<Record>, ConfigError> {
    let wrong = |span: std::ops::Range<usize>, message: String| ConfigError::at(shown, text, Span::from(span), message);
    let written: Written = toml::from_str(text)
        .map_err(|error: toml::de::Error| wrong(error.span().unwrap_or_default(), error.message().to_owned()))?;
    let date = |date: &Spanned<toml::value::Datetime>| match date.get_ref().date {
        Some(day) if date.get_ref().time.is_none() => Date::new(day.year as i16, day.month as i8, day.day as i8)
            .map_err(|_| wrong(date.span(), "there is no such day".to_owned())),
        _ => Err(wrong(date.span(), "write a day, such as 2026-12-31".to_owned())),
    };
    let filled = |text: &Spanned<String>, what: &str| match text.get_ref().trim() {
        "" => Err(wrong(text.span(), format!("{what} cannot be empty"))),
        filled => Ok(filled.to_owned()),
    };
    let line = |span: std::ops::Range<usize>| text[..span.start.min(text.len())].matches('\n').count() + 1;
    let mut records = Vec::new();
    for spanned in &written.sign_off {
        let record = spanned.get_ref();
        records.push(Record {
            kind: RecordKind::SignOff,
            target: record.control.clone(),
            is_rule: false,
            by: filled(&record.by, "who signs")?,
            on: date(&record.on)?,
            words: filled(&record.statement, "what is stated")?,
            until: record.until.as_ref().map(date).transpose()?,
            ticket: record.ticket.clone(),
            evidence: record.evidence.clone(),
            files: record.files.clone(),
            digest: record.digest.clone(),
            findings: Vec::new(),
            line: line(spanned.span()),
        });
    }
    for spanned in &written.waiver {
        let record = spanned.get_ref();
        let (target, is_rule) = match (&record.control, &record.rule) {
            (Some(control), None) => (control.clone(), false),
            (None, Some(rule)) => (rule.clone(), true),
            _ => return Err(wrong(spanned.span(), "a waiver speaks of one `control` or of one `rule`".to_owned())),
        };
        records.push(Record {
            kind: RecordKind::Waiver,
            target,
            is_rule,
            by: filled(&record.by, "who answers for it")?,
            on: date(&record.on)?,
            words: filled(&record.reason, "the reason")?,
            until: Some(date(&record.until)?),
            ticket: record.ticket.clone(),
            evidence: None,
            files: record.files.clone(),
            digest: record.digest.clone(),
            findings: record.findings.clone(),
            line: line(spanned.span()),
        });
    }
    records.sort_by_key(|record| record.line);
    Ok(records)
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &str = "\
[[sign-off]] # of us
control = \"pre-production/backup-restored\"
by = \"Ada\"
on = 2026-11-20
statement = \"Restored on staging\"
until = 2027-02-20

[[waiver]]
rule = \"compose/no-memory-limit\"
by = \"Bo\"
on = 2026-11-01
reason = \"OPS-7 sizes them\"
until = 2026-12-31
files = [\"legacy/**\"]
";

    #[test]
    fn both_kinds_are_read_with_their_lines() {
        let records = read("s.toml", FILE).unwrap();
        assert_eq!(records.len(), 2);
        assert_eq!((records[0].kind, records[0].by.as_str(), records[0].line), (RecordKind::SignOff, "Ada", 1));
        assert_eq!((records[1].kind, records[1].is_rule, records[1].line), (RecordKind::Waiver, true, 8));
        assert_eq!(records[1].until, Some(Date::constant(2026, 12, 31)));
    }

    #[test]
    fn what_is_wrong_stops_the_run_where_it_stands() {
        let error = |from: &str, to: &str| read("s.toml", &FILE.replace(from, to)).unwrap_err().to_string();
        assert!(error("reason = \"OPS-7 sizes them\"\n", "").contains("reason"), "a waiver has a reason");
        assert!(error("until = 2026-12-31\n", "").contains("until"), "a waiver has an end");
        assert!(error("\"OPS-7 sizes them\"", "\"  \"").contains("s.toml:12:10"));
        assert!(error("on = 2026-11-01", "on = \"today\"").contains("s.toml:11:"));
        assert!(error("on = 2026-11-01", "on = 2026-11-01T10:00:00").contains("write a day"));
        assert!(error("rule = \"compose/no-memory-limit\"\n", "").contains("one `control` or of one `rule`"));
        assert!(error("by = \"Ada\"", "bye = \"Ada\"").contains("bye"));
        assert!(read("s.toml", "").unwrap().is_empty());
    }
}
