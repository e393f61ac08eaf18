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
