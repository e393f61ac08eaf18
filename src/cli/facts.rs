//! `shipworthy facts`: what rules see, as JSON.

use std::io::{self, Write};

use serde_json::{Value, json};

use super::arguments::{FactsArguments, FactsFormat};
use super::session::Session;
use super::{Exit, Failure};
use crate::config::Overrides;
use crate::project::Document;

pub fn run(arguments: &FactsArguments) -> Result<Exit, Failure> {
    let session = Session::open(&arguments.input, &Overrides::default(), None)?;
    let mut out = io::BufWriter::new(io::stdout().lock());
    let mut lines = session.project.documents.iter().filter_map(|document| line(document, arguments.input.show_secrets));
    let written = match arguments.output_format {
        FactsFormat::Jsonl => lines.try_for_each(|line| writeln!(out, "{line}")),
        FactsFormat::Json => {
            let all: Vec<Value> = lines.collect();
            serde_json::to_writer_pretty(&mut out, &all).map_err(io::Error::from).and_then(|()| writeln!(out))
        }
    };
    super::tolerate_closed_pipe(written.and_then(|()| out.flush()))?;
    for error in &session.errors {
        let _ = writeln!(io::stderr(), "shipworthy: {}: {}", error.path, error.message);
    }
    Ok(match () {
        () if session.incomplete => Exit::Incomplete,
        () if session.project.documents.is_empty() && !arguments.input.allow_empty => Exit::Nothing,
        () => Exit::Success,
    })
}

fn line(document: &Document, show_secrets: bool) -> Option<Value> {
    let mut facts = document.facts()?;
    if !show_secrets {
        for pointer in &facts.secrets {
            if let Some(value) = facts.document.pointer_mut(pointer) {
                *value = json!("***");
            }
        }
    }
    Some(json!({ "path": document.source.path, "kind": document.kind().name(), "document": facts.document }))
}
