//! What lies in the home of root, which no other account may enter: what the service needs of it has to move.

use std::collections::BTreeSet;

use super::super::instruction::{Body, Instruction};
use super::super::model::{InstructionScript, Manager, Stage};
use super::super::packages::{Action, invocation};
use super::super::startup::base_name;
use super::Scene;
use super::account::Account;
use crate::shell::Command;
use crate::source::Span;

/// Where `pip install --user` of root puts packages.
const PACKAGES: &str = "/root/.local";

/// Words that say that something is fetched into the home of whoever runs the command.
const FETCHERS: &[&str] = &[
    "camoufox",
    "from_pretrained",
    "huggingface",
    "huggingface-cli",
    "load_model",
    "nltk",
    "patchright",
    "playwright",
    "puppeteer",
    "sentence_transformers",
    "snapshot_download",
    "torch.hub",
    "transformers",
    "whisper",
];

/// What has to change for the home of root.
#[derive(Debug, Default)]
pub(super) struct Moves {
    pub edits: Vec<(Span, String)>,
    /// Copies whose files the account has to own.
    pub owned: BTreeSet<usize>,
}

/// The moves out of `/root`; `None` when something stays there that may be needed, or when that cannot be told.
pub(super) fn moves(scene: &Scene<'_>, account: &Account) -> Option<Moves> {
    let mut moves = Moves::default();
    // Packages that were installed for root alone are installed for all, and their folder is no longer searched.
    let mut is_installed = false;
    for (index, instruction) in &scene.instructions {
        match &instruction.body {
            Body::Copy(transfer) | Body::Add(transfer) if is_of_root(&transfer.destination.text) => {
                let home = account.home.as_deref().filter(|_| is_copy_of_packages(scene, *index, instruction))?;
                let destination = &transfer.destination;
                let slash = if destination.text.ends_with('/') { "/" } else { "" };
                let is_written = destination.span.slice(scene.text) == destination.text;
                moves.edits.push((destination.span, is_written.then(|| format!("{home}/.local{slash}"))?));
                moves.owned.insert(*index);
            }
            Body::Run { .. } => {
                for script in scene.dockerfile.scripts_of(*index) {
                    for command in &script.script.commands {
                        is_installed |= run_in_home(scene, script, command, &mut moves)?;
                    }
                }
                if scene.dockerfile.scripts_of(*index).iter().any(|script| fetches(scene, script)) {
                    return None;
                }
            }
            Body::Workdir(path) if is_of_root(&path.text) => return None,
            Body::Volume { paths, .. } if paths.iter().any(|path| is_of_root(&path.text)) => return None,
            Body::Cmd(_) | Body::Entrypoint(_) | Body::Healthcheck(_) if instruction.rest.text().contains("/root") => {
                return None;
            }
            _ => {}
        }
    }
    let is_copied = !moves.owned.is_empty();
    for (_, instruction) in &scene.instructions {
        let Body::Env(pairs) = &instruction.body else { continue };
        for pair in pairs {
            let Some(value) = pair.value.as_ref().filter(|value| value.text.contains("/root")) else { continue };
            let places: Vec<_> = value.text.match_indices("/root").map(|(at, _)| at).collect();
            let are_packages = places.iter().all(|at| lies_in_packages(&value.text[*at..]));
            let is_path = pair.key.text == "PATH";
            if is_copied && is_path && are_packages {
                for at in places {
                    let span = instruction.place(value, at..at + PACKAGES.len())?;
                    moves.edits.push((span, format!("{}/.local", account.home.as_deref()?)));
                }
            } else if is_installed && is_path && pairs.len() == 1 && value.text.trim_matches('"') == "/root/.local/bin:$PATH" {
                moves.edits.push((instruction.lines(scene.text), String::new()));
            } else {
                return None;
            }
        }
    }
    Some(moves)
}

/// Whether a mode keeps others from reading; `None` for one in letters that may.
pub(super) fn hides(mode: &str) -> Option<bool> {
    if !mode.is_empty() && mode.bytes().all(|byte| byte.is_ascii_digit()) {
        return Some(!matches!(mode.as_bytes().last(), Some(b'4'..=b'7')));
    }
    (!mode.contains(['=', '-', '$'])).then_some(false)
}

/// Notes what a command of a RUN does in the home of root: whether it installed packages there, which now go elsewhere.
fn run_in_home(scene: &Scene<'_>, script: &InstructionScript, command: &Command, moves: &mut Moves) -> Option<bool> {
    let name = command.name();
    if matches!(name, "umask" | "pipx" | "conda" | "mamba" | "rustup" | "nvm" | "corepack" | "sdk") {
        return None;
    }
    if name == "chmod" && command.non_flag_words().next().is_some_and(|mode| hides(&mode.text) != Some(false)) {
        return None;
    }
    let is_removal = matches!(name, "rm" | "echo" | "printf");
    let mentions =
        |text: &str| text.contains("/root") || text.starts_with('~') || text.contains("$HOME") || text.contains("${HOME}");
    let words = command.words.iter().map(|word| word.text.as_str());
    let targets = command.redirections.iter().map(|redirection| redirection.target.text.as_str());
    if !is_removal && words.chain(targets).any(mentions) {
        return None;
    }
    if command.assignments.iter().any(|assignment| assignment.name == "HOME") {
        return None;
    }
    let has_word = |text: &str| command.words.iter().any(|word| word.text == text);
    match name {
        "poetry"
            if has_word("install")
                && !is_set(scene, "virtualenvs.create", &["POETRY_VIRTUALENVS_CREATE", "POETRY_VIRTUALENVS_IN_PROJECT"]) =>
        {
            return None;
        }
        "pipenv" if !has_word("--system") && !is_set(scene, "--system", &["PIPENV_VENV_IN_PROJECT"]) => return None,
        "uv" if has_word("python") || has_word("tool") => return None,
        "composer" if has_word("global") => return None,
        "dotnet" if has_word("tool") => return None,
        _ => {}
    }
    let call = invocation(command).filter(|call| call.manager == Manager::Pip && call.action == Action::Install);
    let Some(flag) = call.as_ref().and_then(|call| call.flag(&["--user"])) else { return Some(false) };
    let at = command.words.iter().position(|word| word.span == flag.word.span)?;
    let removal = command.removal(at..at + 1, scene.text, scene.dockerfile.tree.escape)?;
    let is_text = !super::super::insertion::is_json(scene.dockerfile, script, command);
    is_text.then(|| moves.edits.push((removal, String::new())))?;
    Some(true)
}

/// Whether a RUN fetches something into the home of whoever runs it, by itself or with an installer from the network.
fn fetches(scene: &Scene<'_>, script: &InstructionScript) -> bool {
    let is_set_elsewhere = || {
        let elsewhere =
            ["HF_HOME", "NLTK_DATA", "PLAYWRIGHT_BROWSERS_PATH", "TRANSFORMERS_CACHE", "PUPPETEER_CACHE_DIR", "XDG_CACHE_HOME"];
        scene.dockerfile.variables_of(scene.stage).iter().any(|variable| elsewhere.contains(&variable.name.as_str()))
    };
    let is_install = |command: &Command| invocation(command).is_some_and(|call| call.action == Action::Install);
    let mentions = |command: &Command| {
        let words = command.words.iter().any(|word| FETCHERS.iter().any(|fetcher| word.text.contains(fetcher)));
        words && !is_install(command)
    };
    // What an installer from the network does, nobody can tell from here; those of package sources are known.
    let is_installer = |command: &Command| {
        let is_shell = matches!(base_name(command.name()), "sh" | "bash" | "python" | "python3");
        let is_piped = command.connector == crate::shell::Connector::Pipe && command.embedded.is_none();
        is_shell && is_piped
    };
    let commands = &script.script.commands;
    let is_source = commands.iter().flat_map(|command| &command.words).any(|word| word.text.contains("nodesource.com"));
    commands.iter().any(|command| mentions(command) && !is_set_elsewhere())
        || !is_source && commands.iter().any(is_installer)
        || !script.script.clean
}

/// Whether a command of the stage names a setting, or a variable sets one.
fn is_set(scene: &Scene<'_>, setting: &str, variables: &[&str]) -> bool {
    let by_variable =
        scene.dockerfile.variables_of(scene.stage).iter().any(|variable| variables.contains(&variable.name.as_str()));
    let scripts = scene.instructions.iter().flat_map(|(index, _)| scene.dockerfile.scripts_of(*index));
    let mut commands = scripts.flat_map(|script| &script.script.commands);
    by_variable || commands.any(|command| command.words.iter().any(|word| word.text == setting))
}

/// `COPY --from=build /root/.local /root/.local`, where the other stage holds nothing there but what `pip install --user` put in: scripts of
/// these name the interpreter of the system and not their own folder, so that they may move.
fn is_copy_of_packages(scene: &Scene<'_>, index: usize, instruction: &Instruction) -> bool {
    let Body::Copy(transfer) = &instruction.body else { return false };
    let is_folder = |text: &str| text.trim_end_matches('/') == PACKAGES;
    let [source] = transfer.sources.as_slice() else { return false };
    is_folder(&source.text)
        && is_folder(&transfer.destination.text)
        && instruction.flag("chown").is_none()
        && scene.stage_of_copy(index, instruction).is_some_and(|stage| installs_for_user(scene, stage))
}

fn installs_for_user(scene: &Scene<'_>, stage: &Stage) -> bool {
    let lineage: Vec<&Stage> = scene.dockerfile.lineage(stage).collect();
    let scripts = || {
        let instructions = lineage.iter().flat_map(|stage| scene.dockerfile.instructions_of(stage));
        instructions.flat_map(|(index, _)| scene.dockerfile.scripts_of(index))
    };
    let mut commands = scripts().flat_map(|script| &script.script.commands);
    let is_other = |command: &Command| matches!(command.name(), "pipx" | "poetry" | "uv" | "pipenv" | "virtualenv");
    let has_other = scripts().flat_map(|script| &script.script.commands).any(is_other);
    let installs = commands.any(|command| {
        let call = invocation(command).filter(|call| call.manager == Manager::Pip && call.action == Action::Install);
        call.is_some_and(|call| call.flag(&["--user"]).is_some())
    });
    installs && !has_other && !scripts().any(|script| fetches(scene, script))
}

fn is_of_root(path: &str) -> bool {
    path.contains("/root") || path.starts_with('~') || path.contains("$HOME") || path.contains("${HOME}")
}

fn lies_in_packages(text: &str) -> bool {
    text.strip_prefix(PACKAGES).is_some_and(|rest| rest.is_empty() || rest.starts_with(['/', ':', '"', '\'']))
}
