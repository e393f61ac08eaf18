//! An env file as the JSON that `shipworthy facts` prints, described by `schemas/facts/env.schema.json`.

use serde_json::{Value as Json, json};

use super::{EnvFile, Quote, Value, resolve};
use crate::compose::interpolate::Lookup;
use crate::source::{SourceFile, Span};

/// The variables with their values, by what the file alone says. `hidden` tells the places of secrets.
pub fn facts(source: &SourceFile, file: &EnvFile, hidden: &dyn Fn(Span) -> bool) -> Json {
    let resolved = resolve(file, &|_| Lookup::Unset);
    let unknown = resolved.iter().enumerate().filter(|(_, variable)| variable.unknown);
    let unknown: Vec<Json> = unknown.map(|(index, _)| json!(format!("/variables/{index}/value"))).collect();
    let variables = resolved.iter().map(|variable| {
        let entry = variable.entry;
        let value = variable.value.as_deref().map(|value| if hidden(entry.value_span()) { "***" } else { value });
        json!({ "name": entry.key, "value": value, "quote": quote(&entry.value), "line": source.line(entry.key_span.start()) })
    });
    let variables: Vec<Json> = variables.collect();
    let problems =
        file.problems.iter().map(|problem| json!({ "message": problem.message, "line": source.line(problem.span.start()) }));
    json!({ "variables": variables, "unknown": unknown, "errors": problems.collect::<Vec<_>>() })
}

fn quote(value: &Value) -> Option<&'static str> {
    match value {
        Value::Inherited => None,
        Value::Written { quote: Quote::Single, .. } => Some("single"),
        Value::Written { quote: Quote::Double, .. } => Some("double"),
        Value::Written { .. } => Some("none"),
    }
}
