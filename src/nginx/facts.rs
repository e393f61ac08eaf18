//! A configuration as JSON: what `shipworthy facts` shows.

use serde_json::{Value, json};

use super::configuration::Configuration;
use crate::source::{FileId, Span};

/// Directives after includes as a flat list, each with the index of its block, its file and line. `is_secret` says of which
/// arguments the text is covered.
pub fn facts(configuration: &Configuration, is_secret: &dyn Fn(FileId, Span) -> bool) -> Value {
    let directives: Vec<Value> = configuration
        .directives()
        .map(|directive| {
            let arguments: Vec<&str> = directive
                .arguments()
                .map(|argument| if is_secret(directive.file(), argument.span) { "***" } else { argument.text })
                .collect();
            json!({
                "name": directive.name(),
                "arguments": arguments,
                "block": directive.is_block(),
                "parent": directive.parent().map(|parent| parent.id().index()),
                "file": directive.read_file().source.path,
                "line": directive.line(),
            })
        })
        .collect();
    let errors: Vec<Value> = configuration
        .files
        .iter()
        .flat_map(|read| read.tree.problems.iter().map(move |problem| (read, problem)))
        .map(|(read, problem)| {
            let line = read.source.line(problem.span.start());
            json!({ "reason": problem.reason.name(), "file": read.source.path, "line": line })
        })
        .collect();
    let files: Vec<&str> = configuration.files.iter().map(|read| read.source.path.as_str()).collect();
    json!({ "main": configuration.kind == super::configuration::Kind::Main, "files": files, "directives": directives, "errors": errors })
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::nginx::expand::expand;
    use crate::nginx::syntax::parse;
    use crate::source::sources::Memory;
    use crate::source::{Kind, SourceFile};

    #[test]
    fn facts_fit_their_schema_and_hide_secrets() {
        let file = |path: &str, text: &str| Arc::new(SourceFile::new(path, Kind::Nginx, text.as_bytes().to_vec()));
        let main = file("nginx.conf", "http {\n  include a.conf;\n  set $key 's3cret';\n  { }\n");
        let memory = Memory::new([main, file("a.conf", "gzip on;\n")]);
        let configuration = expand(FileId(0), &memory, &|_, source| Arc::new(parse(source.text())));
        let document = facts(&configuration, &|_, span| span.end() - span.start() == 8);
        let schema: Value = serde_json::from_str(include_str!("../../schemas/facts/nginx.schema.json")).unwrap();
        let validator = jsonschema::validator_for(&schema).unwrap();
        let errors: Vec<String> = validator.iter_errors(&document).map(|error| error.to_string()).collect();
        assert!(errors.is_empty(), "{errors:?}");
        assert_eq!(document["files"], json!(["nginx.conf", "a.conf"]));
        assert_eq!(
            document["directives"][2],
            json!({ "name": "gzip", "arguments": ["on"], "block": false, "parent": 0, "file": "a.conf", "line": 1 })
        );
        assert!(
            !document.to_string().contains("s3cret") && document["errors"].as_array().is_some_and(|errors| !errors.is_empty())
        );
    }
}
