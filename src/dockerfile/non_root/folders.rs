//! The folders that a service writes to, as far as the file shows them.

use super::super::instruction::{Body, Instruction};
use super::super::model::Manager;
use super::super::packages::{Action, invocation};
use super::Scene;
use super::start::{Start, paths_of_root};
use crate::shell::{Command, Word};

/// Parts of names of folders that hold what a service writes.
const DATA: &[&str] = &[
    "backup",
    "backups",
    "cache",
    "data",
    "database",
    "datadir",
    "db",
    "download",
    "downloads",
    "incomplete",
    "instance",
    "log",
    "logdir",
    "logs",
    "media",
    "output",
    "outputs",
    "results",
    "sessions",
    "spool",
    "staticfiles",
    "storage",
    "temp",
    "tmp",
    "upload",
    "uploads",
];

/// Folders of the system that stay root's, or that anybody writes to, and all below them.
const SYSTEM: &[&str] = &[
    "/bin",
    "/boot",
    "/dev",
    "/etc",
    "/lib",
    "/lib64",
    "/proc",
    "/root",
    "/run",
    "/sbin",
    "/sys",
    "/tmp",
    "/usr/bin",
    "/usr/include",
    "/usr/lib",
    "/usr/local/bin",
    "/usr/local/include",
    "/usr/local/lib",
    "/usr/sbin",
    "/usr/share",
    "/var/cache/apt",
    "/var/lib/apt",
    "/var/lib/dpkg",
    "/var/run",
    "/var/tmp",
];

/// Folders that hold others: never given away themselves.
const SHARED: &[&str] = &[
    "/",
    "/home",
    "/media",
    "/mnt",
    "/opt",
    "/usr",
    "/usr/local",
    "/usr/src",
    "/var",
    "/var/cache",
    "/var/lib",
    "/var/log",
    "/var/spool",
];

/// A folder that the account has to own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Folder {
    pub path: String,
    /// With all that is in it; else the folder alone, so that files can be made in it.
    pub whole: bool,
    pub origin: Origin,
    /// As the `mkdir` writes it.
    pub written: Option<String>,
    /// The first VOLUME that names it.
    pub volume: Option<usize>,
}

/// What makes a folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Origin {
    /// WORKDIR or COPY.
    Instruction(usize),
    /// `mkdir` of a RUN.
    Run(usize),
    /// Nothing does; an option, a variable or a VOLUME names it.
    Named,
}

impl Folder {
    pub fn made_by_run(&self) -> Option<usize> {
        match self.origin {
            Origin::Run(index) if self.whole => Some(index),
            _ => None,
        }
    }
}

/// Whether a path is a folder or lies below it.
pub(super) fn lies_in(path: &str, folder: &str) -> bool {
    path.strip_prefix(folder).is_some_and(|rest| rest.is_empty() || rest.starts_with('/') || folder == "/")
}

/// All folders that have to change hands; `None` when one is written to that must stay root's.
pub(super) fn written(scene: &Scene<'_>, start: &Start) -> Option<Vec<Folder>> {
    let mut folders: Vec<Folder> = Vec::new();
    let mut add = |folder: Folder| match folders.iter_mut().find(|known| known.path == folder.path) {
        Some(known) => {
            known.volume = known.volume.or(folder.volume);
            known.whole |= folder.whole;
        }
        None => folders.push(folder),
    };
    for (index, instruction) in &scene.instructions {
        if let Body::Run { .. } = &instruction.body {
            made_in_run(scene, *index).into_iter().for_each(&mut add);
        }
        // A COPY gives the files to the account, but not a folder that is there already.
        if let Some(path) = application(scene, start, *index, instruction).filter(|path| !is_shared(path))
            && let Some(maker) = made_before(scene, *index, &path)
        {
            add(Folder { path, whole: false, origin: Origin::Instruction(maker), written: None, volume: None });
        }
    }
    for path in named(scene, start)? {
        if is_settled(scene, 0, &path) {
            continue;
        }
        let (origin, whole) = (origin_before(scene, usize::MAX, &path), scene.work() != Some(&path));
        add(Folder { path, whole, origin, written: None, volume: None });
    }
    for (index, instruction) in &scene.instructions {
        let Body::Volume { paths, .. } = &instruction.body else { continue };
        for path in paths {
            let path = scene.path(*index, &path.text)?;
            if is_system(&path) {
                // Everybody writes there, or it is a socket of the host.
                if lies_in(&path, "/tmp") || lies_in(&path, "/var/tmp") {
                    continue;
                }
                return None;
            }
            let is_work = scene.work() == Some(&path);
            let origin = origin_before(scene, *index, &path);
            add(Folder { path, whole: !is_work, origin, written: None, volume: Some(*index) });
        }
    }
    // What a script of `package.json` starts may keep files beside its code too.
    let made = scene.instructions.last().map_or(0, |(index, _)| *index);
    for path in node_modules(scene, start).into_iter().flatten() {
        add(Folder { path, whole: false, origin: Origin::Instruction(made), written: None, volume: None });
    }
    let is_covered = |path: &str| folders.iter().any(|folder| lies_in(path, &folder.path));
    let is_fine = paths_of_root(start).all(|path| is_covered(path) || path.starts_with("/run/secrets/"));
    // What lies in another one that changes hands with all that is in it needs no word of its own.
    let all = folders.clone();
    let is_inner = |folder: &Folder| {
        all.iter().any(|outer| {
            outer.whole && outer.path != folder.path && lies_in(&folder.path, &outer.path) && outer.origin == folder.origin
        })
    };
    folders.retain(|folder| !is_inner(folder));
    is_fine.then_some(folders)
}

/// The commands that give folders away, for a RUN.
pub(super) fn commands(folders: &[&Folder], owner: &str) -> Vec<String> {
    let list =
        |folders: &mut dyn Iterator<Item = &&Folder>| folders.map(|folder| folder.path.as_str()).collect::<Vec<_>>().join(" ");
    let missing = list(&mut folders.iter().filter(|folder| folder.origin == Origin::Named));
    // What was just made is empty.
    let alone = list(&mut folders.iter().filter(|folder| !folder.whole || folder.origin == Origin::Named));
    let whole = list(&mut folders.iter().filter(|folder| folder.whole && folder.origin != Origin::Named));
    let mut commands = Vec::new();
    if !missing.is_empty() {
        commands.push(format!("mkdir -p {missing}"));
    }
    if !alone.is_empty() {
        commands.push(format!("chown {owner} {alone}"));
    }
    if !whole.is_empty() {
        commands.push(format!("chown -R {owner} {whole}"));
    }
    commands
}

/// Folders as the `mkdir` that makes them writes them.
pub(super) fn as_written(folders: &[&Folder]) -> String {
    folders.iter().map(|folder| folder.written.as_deref().unwrap_or(&folder.path)).collect::<Vec<_>>().join(" ")
}

/// Where the whole application lands, when a runtime reads it there: a copy of the build context, or of the same folder of another
/// stage.
pub(super) fn application(scene: &Scene<'_>, start: &Start, index: usize, instruction: &Instruction) -> Option<String> {
    let (Body::Copy(transfer) | Body::Add(transfer)) = &instruction.body else { return None };
    if !start.is_interpreted() || instruction.flag("chown").is_some() {
        return None;
    }
    let destination = scene.path(index, &transfer.destination.text).filter(|path| !is_system(path))?;
    let [source] = transfer.sources.as_slice() else { return None };
    let is_whole = if instruction.flag("from").is_some() {
        let name = source.text.trim_end_matches('/').rsplit('/').next().unwrap_or_default();
        scene.work() == Some(&destination) && !name.contains('.') && source.text.starts_with('/')
    } else {
        matches!(source.text.as_str(), "." | "./" | "/" | "./.") && (scene.work().is_none_or(|work| lies_in(work, &destination)))
    };
    (is_whole && destination != "/").then_some(destination)
}

/// The instruction that makes a folder, when that stands in front of another one.
fn made_before(scene: &Scene<'_>, index: usize, path: &str) -> Option<usize> {
    let mut before = scene.instructions.iter().take_while(|(other, _)| *other < index);
    before.find(|(other, instruction)| makes(scene, *other, instruction, path)).map(|(other, _)| *other)
}

/// The last instruction that puts something into a folder, or makes it, in front of another one.
fn origin_before(scene: &Scene<'_>, end: usize, path: &str) -> Origin {
    let before = scene.instructions.iter().rev().filter(|(index, _)| *index < end);
    let mut makers = before.filter(|(index, instruction)| makes(scene, *index, instruction, path));
    makers.next().map_or(Origin::Named, |(index, _)| Origin::Instruction(*index))
}

fn makes(scene: &Scene<'_>, index: usize, instruction: &Instruction, path: &str) -> bool {
    match &instruction.body {
        Body::Workdir(word) => scene.path(index, &word.text).is_some_and(|made| lies_in(&made, path)),
        Body::Copy(transfer) | Body::Add(transfer) => {
            scene.path(index, &transfer.destination.text).is_some_and(|made| lies_in(&made, path))
        }
        Body::Run { .. } => mkdirs(scene, index).iter().any(|(made, _)| lies_in(made, path)),
        _ => false,
    }
}

/// The folders for data that the `mkdir`s of a RUN make and that nobody removes or opens to everybody again.
fn made_in_run(scene: &Scene<'_>, index: usize) -> Vec<Folder> {
    let mut folders: Vec<Folder> = Vec::new();
    for (path, written) in mkdirs(scene, index) {
        let Some((path, written)) = folder_of_data(scene.work(), &path, &written) else { continue };
        if is_system(&path)
            || is_shared(&path)
            || is_settled(scene, index, &path)
            || folders.iter().any(|known| known.path == path)
        {
            continue;
        }
        folders.push(Folder { path, whole: true, origin: Origin::Run(index), written: Some(written), volume: None });
    }
    folders
}

/// The paths that the `mkdir`s of a RUN make, whole and as written.
fn mkdirs(scene: &Scene<'_>, index: usize) -> Vec<(String, String)> {
    let mut made = Vec::new();
    for script in scene.dockerfile.scripts_of(index).iter().filter(|script| script.script.clean) {
        let moves = |command: &Command| matches!(command.name(), "cd" | "pushd");
        let has_moved = script.script.commands.iter().any(moves);
        for command in script.script.commands.iter().filter(|command| command.name() == "mkdir" && !command.substitution) {
            for word in command.operands(&["-m", "--mode"]).filter(|word| word.literal) {
                if word.text.starts_with('/') || !has_moved && !word.text.starts_with('~') {
                    let directory = scene.directories.get(index).and_then(Option::as_deref);
                    let path = super::super::model::working_directory(directory, &word.text, false);
                    made.extend(path.map(|path| (path, word.text.to_string())));
                }
            }
        }
    }
    made
}

/// The folder of a path that holds data: below the application the first one of such a name, elsewhere the path itself.
fn folder_of_data(work: Option<&str>, path: &str, written: &str) -> Option<(String, String)> {
    let below = work.filter(|work| *work != "/").and_then(|work| path.strip_prefix(work)?.strip_prefix('/'));
    match below {
        Some(below) => {
            let mut end = path.len() - below.len();
            for part in below.split('/') {
                end += part.len();
                if is_data(part) {
                    let cut = path.len() - end;
                    let written = written.trim_end_matches('/');
                    let written = written.get(..written.len().checked_sub(cut)?)?;
                    return Some((path[..end].to_owned(), written.to_owned()));
                }
                end += 1;
            }
            None
        }
        None if path.split('/').any(is_data) => Some((path.to_owned(), written.to_owned())),
        None => None,
    }
}

/// Whether the name of a folder, or of a variable or option, says that something is written.
fn is_data(name: &str) -> bool {
    let name = name.trim_start_matches('.').to_ascii_lowercase();
    name.split(['-', '_']).any(|part| DATA.contains(&part))
}

/// Removed later, open to everybody, or given away by the author.
fn is_settled(scene: &Scene<'_>, from: usize, path: &str) -> bool {
    let later = scene.instructions.iter().filter(|(index, _)| *index >= from);
    for (index, _) in later {
        for command in scene.dockerfile.scripts_of(*index).iter().flat_map(|script| &script.script.commands) {
            let directory = scene.directories.get(*index).and_then(Option::as_deref);
            let names = |word: &Word| {
                let full = super::super::model::working_directory(directory, &word.text, false);
                full.is_some_and(|full| lies_in(path, &full) && full != "/")
            };
            let is_exact =
                |word: &Word| super::super::model::working_directory(directory, &word.text, false).as_deref() == Some(path);
            let is_open = |word: &Word| {
                matches!(word.text.as_str(), "777" | "0777" | "1777" | "a+rwx" | "a+rwX" | "ugo+rwx" | "a+w" | "o+w")
            };
            let mut words = command.arguments().iter();
            let settled = match command.name() {
                "rm" | "chown" => command.arguments().iter().any(names),
                "chmod" if command.has_flag(&["-R", "--recursive"]) => {
                    words.any(is_open) && command.arguments().iter().any(names)
                }
                "chmod" => words.any(is_open) && command.arguments().iter().any(is_exact),
                _ => false,
            };
            if settled {
                return true;
            }
        }
    }
    false
}

/// The folders that variables and options name: `DATA_DIR=/data`, `--datadir=/data`, `sqlite:////data/app.db`. `None` when one of them is of the
/// system.
fn named(scene: &Scene<'_>, start: &Start) -> Option<Vec<String>> {
    let mut found = Vec::new();
    let mut add = |name: &str, value: &str, is_option: bool| -> Option<()> {
        let value = value.trim_matches(['"', '\'']);
        if let Some((scheme, path)) = value.split_once(":///") {
            if scheme.starts_with("sqlite") {
                let path = path.split('?').next().unwrap_or_default();
                let folder = match path.strip_prefix('/') {
                    Some(_) => parent(path).to_owned(),
                    None => {
                        super::super::model::working_directory(scene.work(), path, false).map(|path| parent(&path).to_owned())?
                    }
                };
                found.push(folder);
            }
            return Some(());
        }
        let name = name.trim_start_matches('-');
        let is_named = is_data(name) || is_option && name.ends_with("-dir") && !is_read_only(name);
        if !value.starts_with('/') || !is_named || value.contains('$') || value.contains(':') {
            return Some(());
        }
        let last = value.rsplit('/').next().unwrap_or_default();
        let is_file = [".db", ".sqlite", ".sqlite3", ".log"].iter().any(|ending| last.ends_with(ending));
        let folder = if is_file { parent(value) } else { value.trim_end_matches('/') };
        if lies_in(folder, "/tmp") || lies_in(folder, "/var/tmp") || lies_in(folder, "/dev") {
            return Some(());
        }
        (!is_system(folder) && !is_shared(folder)).then(|| found.push(folder.to_owned()))
    };
    for variable in scene.dockerfile.variables_of(scene.stage).iter().filter(|variable| variable.environment && !variable.secret)
    {
        if let Some(value) = &variable.value {
            add(&variable.name, value, false)?;
        }
    }
    for words in &start.programs {
        for (at, word) in words.iter().enumerate().filter(|(_, word)| word.is_flag()) {
            match word.text.split_once('=') {
                Some((name, value)) => add(name, value, true)?,
                None => add(&word.text, words.get(at + 1).map_or("", |next| next.text.as_str()), true)?,
            }
        }
    }
    found.retain(|folder| scene.work() != Some(folder.as_str()) || !is_shared(folder));
    Some(found)
}

/// Options for folders that are only read.
fn is_read_only(name: &str) -> bool {
    ["static", "template", "web", "public", "plugin", "app", "module", "dist", "ch"].iter().any(|part| name.contains(part))
}

fn parent(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(parent, _)| parent)
}

fn is_system(path: &str) -> bool {
    SYSTEM.iter().any(|folder| lies_in(path, folder))
}

fn is_shared(path: &str) -> bool {
    SHARED.contains(&path)
}

/// The folder of the application and that of the packages of node, where tools keep caches in them.
fn node_modules(scene: &Scene<'_>, start: &Start) -> Option<[String; 2]> {
    let work = scene.work().filter(|work| !is_shared(work) && start.writes_to_node_modules())?;
    let installs = scene.instructions.iter().any(|(index, _)| {
        let commands = scene.dockerfile.scripts_of(*index).iter().flat_map(|script| &script.script.commands);
        let mut calls = commands.filter_map(invocation);
        let is_here = scene.directories.get(*index).and_then(Option::as_deref) == Some(work);
        is_here
            && calls.any(|call| {
                let is_of_node = matches!(call.manager, Manager::Npm | Manager::Yarn | Manager::Pnpm);
                is_of_node
                    && call.action == Action::Install
                    && call.packages.is_empty()
                    && call.flag(&["-g", "--global"]).is_none()
            })
    });
    installs.then(|| [work.to_owned(), format!("{work}/node_modules")])
}
