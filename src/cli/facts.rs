//! `shipworthy facts`: what rules see, as JSON.

use std::io::{self, Write};

use serde_json::{Value, json};

use super::arguments::{FactsArguments, FactsFormat};
use super::session::Session;
use super::{Exit, Failure};
use crate::compose::{self, ComposeProject};
use crate::config::Overrides;
use crate::dockerfile;
use crate::env;
use crate::nginx;
use crate::project::{Document, Project, Unit, UnitContent};
use crate::source::Span;

pub fn run(arguments: &FactsArguments) -> Result<Exit, Failure> {
    let mut session = Session::open(&arguments.input, &Overrides::default(), None)?;
    let mut out = io::BufWriter::new(io::stdout().lock());
    let project = &session.project;
    let documents = project.documents.iter().filter_map(|document| of_document(document, arguments.input.show_secrets));
    let units = project.units.iter().map(|unit| of_unit(project, unit, arguments.input.show_secrets));
    let whole = std::iter::once_with(|| crate::project::facts::facts(project)).flatten();
    let whole = whole.map(|facts| json!({ "path": ".", "kind": "project", "document": facts }));
    let mut lines = documents.chain(units).chain(whole);
    let written = match arguments.output_format {
        FactsFormat::Jsonl => lines.try_for_each(|line| writeln!(out, "{line}")),
        FactsFormat::Json => {
            let all: Vec<Value> = lines.collect();
            serde_json::to_writer_pretty(&mut out, &all).map_err(io::Error::from).and_then(|()| writeln!(out))
        }
    };
    super::tolerate_closed_pipe(written.and_then(|()| out.flush()))?;
    session.fail_unread();
    for error in &session.errors {
        let _ = writeln!(io::stderr(), "shipworthy: {}: {}", error.path, error.message);
    }
    Ok(match () {
        () if session.incomplete => Exit::Incomplete,
        () if session.project.documents.is_empty() && !arguments.input.allow_empty => Exit::Nothing,
        () => Exit::Success,
    })
}

/// The facts of a file that means something by itself.
fn of_document(document: &Document, show_secrets: bool) -> Option<Value> {
    if let Some(snapshot) = document.snapshot() {
        return Some(json!({ "path": document.source.path, "kind": document.kind().name(), "document": snapshot.facts }));
    }
    if let Some(file) = document.env() {
        let is_secret = |span: Span| {
            let overlaps = |secret: &Span| secret.start < span.end && span.start < secret.end;
            !show_secrets && document.secrets().iter().any(overlaps)
        };
        let facts = env::facts(&document.source, file, &is_secret);
        return Some(json!({ "path": document.source.path, "kind": document.kind().name(), "document": facts }));
    }
    let dockerfile = document.dockerfile()?;
    let mut found = dockerfile::facts::facts(document.source.text(), &dockerfile);
    if !show_secrets {
        for pointer in &found.secrets {
            if let Some(value) = found.document.pointer_mut(pointer) {
                *value = json!("***");
            }
        }
    }
    Some(json!({ "path": document.source.path, "kind": document.kind().name(), "document": found.document }))
}

/// The facts of several files, under the path of their root.
fn of_unit(project: &Project, unit: &Unit, show_secrets: bool) -> Value {
    let facts = match &unit.content {
        UnitContent::Compose(compose) => {
            let mut facts = Value::clone(&compose.facts());
            if !show_secrets {
                hide(project, compose, &mut facts);
            }
            facts
        }
        UnitContent::Nginx(configuration) => nginx::facts::facts(configuration, &|file, span| {
            let overlaps = |secret: &Span| secret.start < span.end && span.start < secret.end;
            !show_secrets && project.document(file).secrets().iter().any(overlaps)
        }),
    };
    json!({ "path": project.document(unit.root).source.path, "kind": unit.kind().name(), "document": facts })
}

/// Covers every text that stands where a secret does.
fn hide(project: &Project, compose: &ComposeProject, facts: &mut Value) {
    let mut waiting = vec![(String::new(), &compose.tree)];
    while let Some((pointer, node)) = waiting.pop() {
        match &node.value {
            compose::Value::List(items) => {
                waiting.extend(items.iter().enumerate().map(|(index, item)| (format!("{pointer}/{index}"), item)));
            }
            compose::Value::Map(map) => {
                let entries = map.iter();
                waiting.extend(entries.map(|(key, value)| (format!("{pointer}/{}", crate::json_pointer::escaped(key)), value)));
            }
            compose::Value::Text(_) => {
                let place = node.origin.location();
                let secrets = project.document(place.file).secrets();
                let is_secret = secrets.iter().any(|secret| secret.start < place.span.end && place.span.start < secret.end);
                if let Some(value) = facts.pointer_mut(&pointer).filter(|_| is_secret) {
                    *value = json!("***");
                }
            }
            _ => {}
        }
    }
}
