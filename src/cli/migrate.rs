//! `shipworthy config migrate`: configurations of other tools as a shipworthy.toml.

use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use super::arguments::MigrateArguments;
use super::{Exit, Failure};
use crate::config::{Config, ConfigSet, NAMES};
use crate::migrate::{self, Note, Peer, Settings};
use crate::rules::Registry;

pub fn run(arguments: &MigrateArguments) -> Result<Exit, Failure> {
    let files = match arguments.files.as_slice() {
        [] => in_folder(Path::new("."))?,
        files => files.iter().map(|path| named(path, arguments.from)).collect::<Result<_, _>>()?,
    };
    let registry = Registry::embedded();
    let mut settings = Settings::default();
    let mut notes = Vec::new();
    for (peer, path) in &files {
        let (more, said) = migrate::read(*peer, &shown(path), &text(path)?, &registry)?;
        settings.join(more);
        notes.extend(said);
    }
    let there = NAMES.iter().map(Path::new).find(|path| path.exists());
    let target = there.unwrap_or(Path::new(NAMES[0]));
    if there.is_some() && !arguments.force && !arguments.stdout {
        let name = target.display();
        return Err(Failure::new(format!(
            "{name} is there already\nhelp: --force adds to it and keeps what it says, its comments too; --stdout shows what that gives"
        )));
    }
    let before = there.map(text).transpose()?;
    let (mut after, kept) = migrate::write(&shown(target), before.as_deref().unwrap_or_default(), &settings)?;
    if before.is_none() {
        after.insert_str(0, &head(&files));
    }
    // Nobody gets a file that the next run refuses.
    Config::parse(&shown(target), after.clone(), Path::new("."))?;
    if arguments.stdout {
        super::tolerate_closed_pipe(io::stdout().lock().write_all(after.as_bytes()))?;
    } else if let Some(before) = &before {
        crate::fix::replace(target, before.as_bytes(), after.as_bytes()).map_err(Failure::new)?;
    } else {
        let new = OpenOptions::new().write(true).create_new(true).open(target);
        let written = new.and_then(|mut file| file.write_all(after.as_bytes()));
        written.map_err(|error| Failure::new(format!("{}: cannot be written: {error}", target.display())))?;
    }
    say(arguments, target, &notes, &kept, there.is_none())?;
    Ok(Exit::Success)
}

/// What is worth knowing, on standard error: standard output may be the file.
fn say(arguments: &MigrateArguments, target: &Path, notes: &[Note], kept: &[String], is_new: bool) -> Result<(), Failure> {
    let mut lines: Vec<String> = notes.iter().map(|note| format!("note: {note}")).collect();
    lines.extend(kept.iter().map(|value| format!("note: {} stays as it is: {value}", target.display())));
    if is_new && let Some(above) = ConfigSet::nearest().of_folder(&Path::new(".").join(".."))?.path() {
        lines.push(format!("note: {above} no longer holds in this folder: only the nearest configuration counts"));
    }
    if !arguments.stdout {
        lines.push(format!("wrote {}; `shipworthy config show` prints what is in force", target.display()));
    }
    let mut error = io::stderr().lock();
    super::tolerate_closed_pipe(lines.iter().try_for_each(|line| writeln!(error, "{line}")))
}

/// The first lines of a new file.
fn head(files: &[(Peer, PathBuf)]) -> String {
    let names: Vec<String> = files.iter().map(|(_, path)| shown(path)).collect();
    let names = names.join(" and ").replace(char::is_control, "\u{fffd}");
    format!("# From {names}, by `shipworthy config migrate`. `shipworthy config init` shows every other key.\n")
}

fn named(path: &Path, from: Option<Peer>) -> Result<(Peer, PathBuf), Failure> {
    let peer = from.or_else(|| Peer::of_name(&path.to_string_lossy()));
    peer.map(|peer| (peer, path.to_owned())).ok_or_else(|| {
        Failure::new(format!("{}: the name does not tell which tool it is for\nhelp: say it with --from", path.display()))
    })
}

/// The files that the peers themselves would read in a folder, the first of each.
fn in_folder(folder: &Path) -> Result<Vec<(Peer, PathBuf)>, Failure> {
    let mut found = Vec::new();
    for peer in [Peer::Hadolint, Peer::Dclint] {
        let names = peer.file_names().iter().map(|name| folder.join(name).components().skip(1).collect::<PathBuf>());
        let first = names.filter(|path| path.is_file()).find(|path| !path.ends_with("package.json") || has_section(path));
        found.extend(first.map(|path| (peer, path)));
    }
    if found.is_empty() {
        let message = "there is no configuration of hadolint or dclint in this folder\nhelp: name the file";
        return Err(Failure::new(message));
    }
    Ok(found)
}

/// Whether a package.json speaks to dclint.
fn has_section(path: &Path) -> bool {
    let value: Option<serde_json::Value> = fs::read(path).ok().and_then(|bytes| serde_json::from_slice(&bytes).ok());
    value.is_some_and(|value| value.get("dclint").is_some())
}

fn text(path: &Path) -> Result<String, Failure> {
    let fault = |why: String| Failure::new(format!("{}: {why}", path.display()));
    let bytes = fs::read(path).map_err(|error| fault(format!("cannot be read: {error}")))?;
    String::from_utf8(bytes).map_err(|_| fault("is not UTF-8".to_owned()))
}

fn shown(path: &Path) -> String {
    path.to_string_lossy().into_owned()
}
