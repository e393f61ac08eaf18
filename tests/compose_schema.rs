//! `schemas/compose.schema.json` and the loader say the same of a compose file, but for what only one of them can say.

use std::sync::Arc;

use serde_json::Value;
use shipworthy::compose::load::{Loader, Options};
use shipworthy::source::sources::Memory;
use shipworthy::source::{FileId, Kind, SourceFile};

const SCHEMA: &str = include_str!("../schemas/compose.schema.json");
const CASES: &str = include_str!("compose_schema.yaml");

/// What the attributes of the service `web` may name.
const DECLARED: &str = "  db: {image: postgres}
networks: {front: }
volumes: {data: }
secrets: {token: {environment: T}}
configs: {settings: {content: x}}
models: {llm: {model: ai/x}}
";

/// A YAML text as JSON; nothing where it is no YAML, or no JSON can say it.
fn json(text: &str) -> Option<Value> {
    let stream = shipworthy::yaml::parse(text);
    let tree = stream.documents.first().filter(|_| stream.problems.is_empty())?;
    tree.to_json(tree.root?).ok()
}

/// What compose refuses, as the loader says it.
fn refused(text: &str) -> Vec<String> {
    let memory = Memory::new([Arc::new(SourceFile::new("compose.yaml", Kind::Compose, text.as_bytes().to_vec()))]);
    let project = Loader::new(&memory, Options::default()).load(FileId(0));
    project.problems.into_iter().map(|problem| problem.message).collect()
}

fn whole(attributes: &str) -> String {
    let image = if attributes.starts_with("image:") { "" } else { "    image: nginx\n" };
    format!("services:\n  web:\n{image}    {}\n{DECLARED}", attributes.replace('\n', "\n    "))
}

#[test]
fn schema_and_loader_agree() {
    let schema: Value = serde_json::from_str(SCHEMA).expect("it is JSON");
    let validator = jsonschema::validator_for(&schema).expect("it is a schema");
    let cases = json(CASES).expect("the cases are YAML");
    let (mut count, mut faults) = (0, Vec::new());
    for (of, verdicts) in cases.as_object().expect("a mapping") {
        for (verdict, cases) in verdicts.as_object().expect("a mapping") {
            let (by_schema, by_loader) = match verdict.as_str() {
                "both take" => (true, true),
                "both refuse" => (false, false),
                "only the loader refuses" => (true, false),
                "only the schema refuses" => (false, true),
                other => panic!("{other}"),
            };
            for case in cases.as_array().expect("a list") {
                assert!(by_schema == by_loader || case["why"].as_str().is_some_and(|why| why.len() > 15), "{case}: why?");
                let text = case.as_str().or(case["text"].as_str()).expect("a text");
                let text = if of == "of a service" { whole(text) } else { text.to_owned() };
                count += 1;
                let refused = refused(&text);
                if refused.is_empty() != by_loader {
                    faults.push(format!("loader, {verdict}: {text}\n{refused:?}"));
                }
                let said: Vec<_> = json(&text)
                    .iter()
                    .flat_map(|value| validator.iter_errors(value))
                    .map(|error| format!("{}: {error}", error.instance_path()))
                    .collect();
                if said.is_empty() != by_schema {
                    faults.push(format!("schema, {verdict}: {text}\n{said:?}"));
                }
            }
        }
    }
    assert!(faults.is_empty(), "{} of {count}\n{}", faults.len(), faults.join("\n"));
    assert!(count >= 350, "{count}");
}

#[test]
fn it_is_a_schema_of_2020_12() {
    let schema: Value = serde_json::from_str(SCHEMA).expect("it is JSON");
    assert_eq!(schema["$schema"], "https://json-schema.org/draft/2020-12/schema");
    assert!(jsonschema::draft202012::meta::is_valid(&schema));
}
