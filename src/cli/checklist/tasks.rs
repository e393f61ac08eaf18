//! `shipworthy checklist init --from FILE` and `--tick FILE`: the Markdown lists that a team keeps.

use std::fs;
use std::io::{self, Write};
use std::path::Path;

use super::{Looked, config};
use crate::checklist::{self, State, propose, state_of_rules, tick};
use crate::cli::arguments::InitArguments;
use crate::cli::{Exit, Failure};
use crate::fix::{self, FixedFile};
use crate::project::Project;
use crate::source::{FileId, Span};

/// A list in Markdown holds at most this many bytes; larger ones are refused unread.
const MAX_BYTES: u64 = 4 * 1024 * 1024;

/// Shorter secrets are not looked for in Markdown: a word of three letters would be found everywhere.
const SHORTEST_SECRET: usize = 6;

/// Proposes the marks that tie items to controls.
pub fn init(arguments: &InitArguments) -> Result<Exit, Failure> {
    let input = &arguments.looked_at;
    let config = config(input)?;
    let registry = crate::cli::registry(input.isolated, input.config.clone())?;
    let lists = checklist::lists(&config, &input.list, &registry)?;
    let before = read(&arguments.from)?;
    let proposal = propose(&before, &lists);
    let shown = arguments.from.to_string_lossy().replace('\\', "/");
    let mut errors = io::stderr().lock();
    for item in &proposal.untied {
        let _ = writeln!(
            errors,
            "shipworthy: {shown}: not certain what decides `{}`: tie it yourself, or sign it",
            crate::report::visible(item)
        );
    }
    let tied = proposal.tied.len();
    let _ = writeln!(
        errors,
        "shipworthy: {shown}: {} tied, {} tied before, {} left",
        crate::report::counted(tied, "item"),
        proposal.marked,
        proposal.untied.len()
    );
    drop(errors);
    finish(&arguments.from, &before, &proposal.text, &Project::default(), arguments.write)?;
    Ok(if tied + proposal.marked + proposal.untied.len() == 0 { Exit::Nothing } else { Exit::Success })
}

/// Ticks what holds, and unticks what no longer does.
pub fn set_boxes(looked: &Looked, path: &Path, write: bool) -> Result<Exit, Failure> {
    let session = &looked.judged.session;
    let before = read(path)?;
    let shown = path.to_string_lossy().replace('\\', "/");
    let state = |name: &str| -> Result<State, String> {
        let no_control = match looked.lists.full_name(name) {
            Ok(full) => {
                let control = looked.audit.controls().find(|control| control.id == full);
                return control.map(|control| control.state).ok_or_else(|| format!("there is no control `{name}`"));
            }
            Err(no_control) => no_control,
        };
        let rule = state_of_rules(&session.project, &session.registry, &looked.judged.outcome, &looked.audit.matrix, name);
        rule.map_err(|no_rule| match () {
            () if no_control.contains("did you mean") || !no_rule.contains("did you mean") => no_control,
            () => no_rule,
        })
    };
    let ticked = tick(&before, state).map_err(|unknown| {
        let lines: Vec<String> = unknown.iter().map(|unknown| format!("{shown}:{}: {}", unknown.line, unknown.message)).collect();
        Failure::new(lines.join("\nerror: "))
    })?;
    let mut errors = io::stderr().lock();
    for (line, why) in &ticked.left {
        let _ = writeln!(errors, "shipworthy: {shown}:{line}: left as it is: {}", crate::report::visible(why));
    }
    let _ = writeln!(errors, "shipworthy: {shown}: {} ticked, {} unticked", ticked.ticked, ticked.unticked);
    drop(errors);
    finish(path, &before, &ticked.text, &session.project, write)?;
    Ok(match () {
        () if session.incomplete => Exit::Incomplete,
        () if ticked.text != before && !write => Exit::Findings,
        () => Exit::Success,
    })
}

fn read(path: &Path) -> Result<String, Failure> {
    let cannot = |why: String| Failure::new(format_args!("{}: {why}", path.display()));
    let size = fs::metadata(path).map_err(|error| cannot(format!("cannot be read: {error}")))?.len();
    if size > MAX_BYTES {
        return Err(cannot(format!("has {size} bytes; at most {MAX_BYTES} are read")));
    }
    let bytes = fs::read(path).map_err(|error| cannot(format!("cannot be read: {error}")))?;
    String::from_utf8(bytes).map_err(|_| cannot("is not UTF-8".to_owned()))
}

/// Writes the file, or shows what would be written.
fn finish(path: &Path, before: &str, after: &str, project: &Project, write: bool) -> Result<(), Failure> {
    if before == after {
        return Ok(());
    }
    if write {
        return fix::replace(path, before.as_bytes(), after.as_bytes()).map_err(Failure::new);
    }
    let file = FixedFile {
        file: FileId(0),
        path: path.to_string_lossy().replace('\\', "/"),
        before: before.as_bytes().to_vec(),
        after: after.as_bytes().to_vec(),
        secrets_before: secrets(project, before),
        secrets_after: secrets(project, after),
        together: FileId(0),
    };
    let patch = fix::patch(&[file], false);
    if !patch.withheld.is_empty() {
        let _ = writeln!(io::stderr(), "shipworthy: {}: the change would show a secret; --write makes it", path.display());
    }
    crate::cli::tolerate_closed_pipe(io::stdout().lock().write_all(&patch.text))
}

/// Where secrets of the project stand in a text that is no part of it.
fn secrets(project: &Project, text: &str) -> Vec<Span> {
    let mut found: Vec<Span> = Vec::new();
    for document in &project.documents {
        for secret in document.secrets() {
            let secret = secret.slice(document.source.text());
            if secret.len() >= SHORTEST_SECRET {
                found.extend(text.match_indices(secret).map(|(at, _)| Span::new(at, at + secret.len())));
            }
        }
    }
    found.sort_unstable();
    found.dedup();
    found
}
