//! The checklist as one JSON document; `schemas/checklist-report.schema.json` is made from these types.

use schemars::JsonSchema;
use schemars::generate::SchemaSettings;
use serde::Serialize;

use super::Checklist;
use crate::checklist::{ListResult, Note, Summary};
use crate::matrix::Matrix;

/// Raised when a field changes its meaning or goes away; new fields do not raise it.
const SCHEMA_VERSION: u32 = 1;

/// What a checklist says of a system. Paths are relative to the current directory, with `/`; lines count from 1. Secret values never appear.
#[derive(Serialize, JsonSchema)]
struct Report<'a> {
    schema_version: u32,
    tool: Tool,
    /// In words.
    verdict: String,
    /// Something that was asked for could not be looked at: the exit code is 2.
    incomplete: bool,
    summary: &'a Summary,
    matrix: &'a Matrix,
    lists: &'a [ListResult],
    /// Sign-offs and waivers that somebody has to look at.
    notes: &'a [Note],
    /// Files that could not be read or judged, and what was not seen.
    errors: Vec<Error<'a>>,
}

#[derive(Serialize, JsonSchema)]
struct Tool {
    name: &'static str,
    version: &'static str,
}

#[derive(Serialize, JsonSchema)]
struct Error<'a> {
    path: &'a str,
    message: &'a str,
}

pub(in crate::report) fn text(checklist: &Checklist<'_>) -> String {
    let audit = checklist.audit;
    let report = Report {
        schema_version: SCHEMA_VERSION,
        tool: Tool { name: env!("CARGO_PKG_NAME"), version: env!("CARGO_PKG_VERSION") },
        verdict: checklist.verdict(),
        incomplete: checklist.incomplete,
        summary: &audit.summary,
        matrix: &audit.matrix,
        lists: &audit.lists,
        notes: &audit.notes,
        errors: checklist.errors.iter().map(|error| Error { path: &error.path, message: &error.message }).collect(),
    };
    // Every field has a text or a number: nothing in it can fail.
    serde_json::to_string_pretty(&report).unwrap_or_default() + "\n"
}

/// The JSON Schema of the document.
pub fn schema() -> serde_json::Value {
    let mut generator = SchemaSettings::draft2020_12().for_serialize().into_generator();
    let mut schema = generator.root_schema_for::<Report<'static>>();
    let id = format!("{}/raw/main/schemas/checklist-report.schema.json", env!("CARGO_PKG_REPOSITORY"));
    schema.insert("$id".to_owned(), id.into());
    schema.insert("title".to_owned(), "Report of `shipworthy checklist`".into());
    schema.to_value()
}

#[cfg(test)]
mod tests {
    /// `UPDATE_SCHEMAS=1 cargo test` writes the file.
    #[test]
    fn the_schema_file_is_fresh() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/schemas/checklist-report.schema.json");
        let schema = serde_json::to_string_pretty(&super::schema()).unwrap() + "\n";
        if std::env::var_os("UPDATE_SCHEMAS").is_some() {
            std::fs::write(path, &schema).unwrap();
        }
        let written = std::fs::read_to_string(path).unwrap_or_default();
        assert!(written == schema, "schemas/checklist-report.schema.json is stale: UPDATE_SCHEMAS=1 cargo test writes it");
    }
}
