//! Rules of a user: the same documents as the embedded ones, read and validated when the configuration names their folders.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use jsonschema::Validator;

use super::document::{self, ExampleText, FixText, RuleDocument, VariantText};
use super::rule::{AliasTable, Example, FixWords, Rule, SeverityLevels, Variant};
use super::{Registry, schema};
use crate::finding::{Applicability, Confidence, Profile, Severity};
use crate::source::{Kind, SourceFile, Span};
use crate::yaml::{self, Tree};

/// The schema that every rule document fits.
pub const RULE_SCHEMA: &str = include_str!("../../schemas/rule.schema.json");

/// A document holds at most this many bytes; larger ones are refused unread.
const MAX_DOCUMENT_BYTES: u64 = 1024 * 1024;

static VALIDATOR: LazyLock<Option<Validator>> =
    LazyLock::new(|| serde_json::from_str(RULE_SCHEMA).ok().and_then(|schema| jsonschema::validator_for(&schema).ok()));

/// What is wrong with a rule document, and where.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}:{line}:{column}: {message}", path.display())]
pub struct RuleError {
    pub path: PathBuf,
    pub line: usize,
    pub column: usize,
    pub message: String,
}

/// Reads every `*.yaml` and `*.yml` below the folders and adds the rules; all errors at once.
pub fn load_folders(registry: &mut Registry, folders: &[PathBuf]) -> Result<(), Vec<RuleError>> {
    let mut errors = Vec::new();
    for folder in folders {
        let mut paths = Vec::new();
        if let Err(error) = documents(folder, &mut paths) {
            errors.push(RuleError {
                path: folder.clone(),
                line: 1,
                column: 1,
                message: format!("cannot read this folder of rules: {error}"),
            });
        }
        for path in paths {
            match load(&path, registry) {
                Ok(rule) => registry.extend([rule]),
                Err(wrong) => errors.extend(wrong),
            }
        }
    }
    if errors.is_empty() { Ok(()) } else { Err(errors) }
}

fn documents(folder: &Path, found: &mut Vec<PathBuf>) -> std::io::Result<()> {
    let mut open = vec![folder.to_owned()];
    while let Some(next) = open.pop() {
        for entry in fs::read_dir(&next)? {
            let entry = entry?;
            let path = entry.path();
            // A link is read only where it leads to a file: a loop of folders would never end.
            if entry.file_type()?.is_dir() {
                open.push(path);
            } else if path.extension().is_some_and(|extension| extension == "yaml" || extension == "yml") {
                found.push(path);
            }
        }
    }
    found.sort();
    Ok(())
}

fn load(path: &Path, registry: &Registry) -> Result<&'static Rule, Vec<RuleError>> {
    let whole = |message: String| vec![RuleError { path: path.to_owned(), line: 1, column: 1, message }];
    let size = fs::metadata(path).map_err(|error| whole(format!("cannot read this rule: {error}")))?.len();
    if size > MAX_DOCUMENT_BYTES {
        return Err(whole(format!("a rule document of {size} bytes; at most {MAX_DOCUMENT_BYTES} are read")));
    }
    let bytes = fs::read(path).map_err(|error| whole(format!("cannot read this rule: {error}")))?;
    let source = SourceFile::new(path.to_string_lossy(), Kind::Compose, bytes);
    parse(&source, registry).map_err(|problems| {
        let error = |(message, span): (String, Span)| {
            let position = source.position(span.start());
            RuleError { path: path.to_owned(), line: position.line, column: position.column, message }
        };
        problems.into_iter().map(error).collect()
    })
}

fn parse(source: &SourceFile, registry: &Registry) -> Result<&'static Rule, Vec<(String, Span)>> {
    let document = document::read(source.text())
        .map_err(|problems| problems.into_iter().map(|problem| (problem.message, problem.span)).collect::<Vec<_>>())?;
    let stream = yaml::parse(source.text());
    let tree = &stream.documents[0];
    let mut problems = against_schema(tree);
    let at = |pointer: &str| tree.pointer(pointer).map_or(Span::default(), |node| tree.node(node).span);
    if registry.get(&document.id).is_some() {
        problems.push((format!("there is a rule `{}` already; give this one another id", document.id), at("/id")));
    }
    if document.assert.is_none() {
        problems.push(("a rule of your own needs `assert`: a JSON Schema that its subject must satisfy".into(), at("")));
    }
    if document.needs.is_some() {
        problems.push(("a rule of your own needs nothing that a build may lack".into(), at("/needs")));
    }
    if document.mandatory {
        problems.push(("a rule of your own cannot be mandatory".into(), at("/mandatory")));
    }
    if schema::Subject::named(&document.subject).is_none() {
        let known: Vec<_> = schema::Subject::ALL.iter().map(|subject| subject.name).collect();
        problems.push((format!("there is no subject `{}`; one of {}", document.subject, known.join(", ")), at("/subject")));
    }
    for (name, text) in [("/when", &document.when), ("/assert", &document.assert)] {
        if let Some(Err(message)) = text.as_deref().map(schema::compile) {
            problems.push((format!("not a JSON Schema: {message}"), at(name)));
        }
    }
    if problems.is_empty() { leak(document).map_err(|message| vec![(message, Span::default())]) } else { Err(problems) }
}

fn against_schema(tree: &Tree) -> Vec<(String, Span)> {
    let (Some(root), Some(validator)) = (tree.root, VALIDATOR.as_ref()) else { return Vec::new() };
    let json = match tree.to_json(root) {
        Ok(json) => json,
        Err(problem) => return vec![(problem.message, problem.span)],
    };
    let place = |pointer: &str| {
        let (key, value) = tree.pointer_nearest(pointer);
        tree.node(key.unwrap_or(value)).span
    };
    validator.iter_errors(&json).map(|error| (error.to_string(), place(error.instance_path().as_str()))).collect()
}

/// Makes static data of a document; it lives as long as the process, as the embedded rules do.
fn leak(document: RuleDocument) -> Result<&'static Rule, String> {
    let severity = SeverityLevels {
        default: document.severity.default.parse()?,
        staging: document.severity.staging.as_deref().map(str::parse).transpose()?,
        development: document.severity.development.as_deref().map(str::parse).transpose()?,
    };
    let labels: Vec<(&str, &str)> = document.labels.into_iter().map(|(key, label)| (text(key), text(label))).collect();
    let variants: Vec<Variant> = document.variants.into_iter().map(variant).collect::<Result<_, _>>()?;
    let examples: Vec<Example> = document.examples.into_iter().map(example).collect();
    let references: Vec<&str> = document.references.into_iter().map(text).collect();
    Ok(Box::leak(Box::new(Rule {
        id: text(document.id),
        title: text(document.title),
        severity,
        confidence: document.confidence.parse::<Confidence>()?,
        profile: document.profile.parse::<Profile>()?,
        subject: text(document.subject),
        mandatory: false,
        needs: None,
        when: document.when.map(text),
        each: document.each.map(text),
        assert: document.assert.map(text),
        at: document.at.map(text),
        message: text(document.message),
        together: document.together.map(text),
        labels: labels.leak(),
        fix: document.fix.map(fix).transpose()?,
        variants: variants.leak(),
        why: text(document.why),
        instead: text(document.instead),
        ignore_when: text(document.ignore_when),
        examples: examples.leak(),
        aliases: aliases(document.aliases),
        references: references.leak(),
        since: text(document.since),
        check: None,
    })))
}

fn text(text: String) -> &'static str {
    text.leak()
}

fn fix(fix: FixText) -> Result<FixWords, String> {
    Ok(FixWords {
        safety: fix.safety.parse::<Applicability>()?,
        title: text(fix.title),
        remove: fix.remove.into_iter().map(text).collect::<Vec<_>>().leak(),
        ensure: fix.ensure.map(text),
        append: fix.append.map(text),
    })
}

fn variant(variant: VariantText) -> Result<Variant, String> {
    Ok(Variant {
        name: text(variant.name),
        message: variant.message.map(text),
        severity: variant.severity.as_deref().map(str::parse::<Severity>).transpose()?,
        confidence: variant.confidence.as_deref().map(str::parse::<Confidence>).transpose()?,
        fix: variant.fix.map(fix).transpose()?,
        aliases: aliases(variant.aliases),
    })
}

fn example(example: ExampleText) -> Example {
    let files: Vec<(&str, &str)> = example.files.into_iter().map(|(path, content)| (text(path), text(content))).collect();
    Example {
        path: example.path.map(text),
        files: files.leak(),
        bad: example.bad.map(text),
        lines: example.lines.leak(),
        fixed: example.fixed.map(text),
        good: example.good.map(text),
    }
}

fn aliases(table: Vec<(String, Vec<String>)>) -> AliasTable {
    let ids = |ids: Vec<String>| -> &'static [&'static str] { ids.into_iter().map(text).collect::<Vec<_>>().leak() };
    table.into_iter().map(|(family, names)| (text(family), ids(names))).collect::<Vec<_>>().leak()
}

#[cfg(test)]
mod tests {
    use super::*;

    const RULE: &str = "\
id: team/label
title: The image has no owner
severity: low
confidence: high
profile: default
subject: dockerfile.stage
assert: { properties: { user: { const: app } } }
at: /user
message: \"stage {index} does not run as `app`\"
why: The platform team maps this user to a service account, others cannot write anywhere.
instead: Write `USER app`.
examples:
  - bad: |
      FROM a
    lines: [1]
    good: |
      FROM a
      USER app
since: 0.1.0
";

    fn errors(rule: &str) -> Vec<String> {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("rule.yaml"), rule).unwrap();
        let mut registry = Registry::embedded();
        match load_folders(&mut registry, &[folder.path().to_owned()]) {
            Ok(()) => Vec::new(),
            Err(errors) => errors.iter().map(|error| format!("{}:{}: {}", error.line, error.column, error.message)).collect(),
        }
    }

    #[test]
    fn a_right_rule_joins_the_registry() {
        assert_eq!(errors(RULE), Vec::<String>::new());
    }

    #[test]
    fn errors_point_into_the_document() {
        let typo = errors(&RULE.replace("severity: low", "severity: lowest"));
        assert!(typo[0].starts_with("3:1: ") && typo[0].contains("lowest"), "{typo:?}");
        let key = errors(&RULE.replace("at: /user", "atx: /user"));
        assert!(key[0].starts_with("8:1: ") && key[0].contains("`atx`"), "{key:?}");
        let subject = errors(&RULE.replace("dockerfile.stage", "dockerfile.stages"));
        assert!(subject[0].starts_with("6:10: ") && subject[0].contains("dockerfile.stage,"), "{subject:?}");
        let schema = errors(&RULE.replace("const: app", "type: nothing"));
        assert!(schema[0].starts_with("7:9: not a JSON Schema"), "{schema:?}");
    }
}
