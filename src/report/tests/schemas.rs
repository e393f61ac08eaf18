//! What machines read is what the schemas promise.

use std::collections::BTreeSet;
use std::io::Write;
use std::process::Command;

use serde_json::Value;

use super::sample::Sample;
use crate::report::{Format, Verbosity, json_schema};
use crate::source::Kind;

fn samples() -> Vec<Sample> {
    let mut verbose = Sample::full();
    verbose.verbosity = Verbosity::Verbose;
    let odd = Sample::of(&[("ü mlaut/%#?:[1]", Kind::Dockerfile, "FROM a"), ("/abs/x", Kind::Env, "")]);
    vec![Sample::full(), verbose, odd, Sample::of(&[])]
}

fn validate(schema: &Value, instance: &Value) {
    let validator = jsonschema::options().should_validate_formats(true).build(schema).expect("the schema is one");
    let errors: Vec<_> = validator.iter_errors(instance).map(|error| format!("{error} at {}", error.instance_path())).collect();
    assert!(errors.is_empty(), "{errors:#?}");
}

#[test]
fn json_is_valid() {
    for sample in samples() {
        let report: Value = serde_json::from_str(&sample.write(Format::Json)).unwrap();
        validate(&json_schema(), &report);
        let findings = report["findings"].as_array().unwrap();
        let lines: Vec<Value> = sample.write(Format::Jsonl).lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        assert_eq!(*findings, lines);
    }
}

#[test]
fn sarif_is_valid() {
    let mut schema: Value = serde_json::from_str(include_str!("../../../schemas/vendor/sarif-2.1.0.schema.json")).unwrap();
    // Two patterns have a lone `]`, which is no regular expression to a strict reader. We write no language.
    schema["definitions"]["run"]["properties"]["language"].as_object_mut().unwrap().remove("pattern");
    schema["definitions"]["toolComponent"]["properties"]["language"].as_object_mut().unwrap().remove("pattern");
    for sample in samples() {
        let log: Value = serde_json::from_str(&sample.write(Format::Sarif)).unwrap();
        validate(&schema, &log);
        let run = &log["runs"][0];
        for result in run["results"].as_array().unwrap() {
            let index = result["ruleIndex"].as_u64().unwrap() as usize;
            assert_eq!(run["tool"]["driver"]["rules"][index]["id"], result["ruleId"]);
        }
    }
}

#[test]
fn gitlab_is_valid_and_names_each_finding_once() {
    let schema: Value = serde_json::from_str(include_str!("../../../tests/schemas/gitlab-code-quality.schema.json")).unwrap();
    for sample in samples() {
        let report: Value = serde_json::from_str(&sample.write(Format::Gitlab)).unwrap();
        validate(&schema, &report);
        let issues = report.as_array().unwrap();
        let names: BTreeSet<&str> = issues.iter().map(|issue| issue["fingerprint"].as_str().unwrap()).collect();
        assert_eq!(names.len(), issues.len());
    }
}

/// With libxml2's own validator, which CI has to have.
#[test]
fn junit_is_valid() {
    let schema = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/schemas/junit.xsd");
    for sample in samples() {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        file.write_all(sample.write(Format::Junit).as_bytes()).unwrap();
        match Command::new("xmllint").args(["--noout", "--nonet", "--schema", schema]).arg(file.path()).output() {
            Ok(output) => assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr)),
            Err(_) => {
                assert!(std::env::var_os("CI").is_none_or(|ci| ci != "true"), "xmllint has to be there in CI");
                eprintln!("skipped, not installed: xmllint");
            }
        }
    }
}

#[test]
fn sarif_keeps_what_was_silenced_from_github() {
    let log: Value = serde_json::from_str(&Sample::full().write(Format::Sarif)).unwrap();
    assert_eq!(log["runs"][0]["results"].as_array().unwrap().len(), 4);
}

/// `UPDATE_SCHEMAS=1 cargo test` writes the file.
#[test]
fn the_schema_file_is_fresh() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/schemas/report.schema.json");
    let schema = serde_json::to_string_pretty(&json_schema()).unwrap() + "\n";
    if std::env::var_os("UPDATE_SCHEMAS").is_some() {
        std::fs::write(path, &schema).unwrap();
    }
    assert!(std::fs::read_to_string(path).is_ok_and(|file| file == schema), "run UPDATE_SCHEMAS=1 cargo test report");
}
