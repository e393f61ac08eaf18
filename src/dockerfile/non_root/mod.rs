//! What makes a stage that runs as root run as an account without its rights: the account, what that has to own, and USER.
//!
//! Only where all of it is certain: the base is known, what is started is a program that needs nothing of root, and everything
//! below `/root` that the program uses can be moved to where it is found.

mod account;
mod folders;
mod home;
mod layout;
mod start;

use std::collections::BTreeSet;

use super::insertion::last_command;
use super::instruction::{Body, Instruction, Keyword};
use super::model::{Dockerfile, Stage};
use super::remote::is_url;
use super::run_time_user::{Identity, run_time_user};
use super::working_directory;
use crate::source::Span;
use account::Account;
use folders::{Folder, Origin};

/// The edits that make a stage run as another account than root.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    /// The account in words, for the title of a fix.
    pub account: String,
    pub edits: Vec<(Span, String)>,
}

/// What all parts of a plan look at.
struct Scene<'a> {
    dockerfile: &'a Dockerfile,
    text: &'a str,
    stage: &'a Stage,
    /// Those of the stage and of the stages that it is built on, in the order of the build.
    instructions: Vec<(usize, &'a Instruction)>,
    /// The working directory in front of each instruction of the file.
    directories: Vec<Option<String>>,
}

/// The plan for a stage; `None` when it does not stay root, or when no plan is known to be sound.
pub fn plan(dockerfile: &Dockerfile, text: &str, stage: &Stage) -> Option<Plan> {
    let runs_as = run_time_user(dockerfile, stage);
    if runs_as.identity != Identity::Root || runs_as.instruction.is_some() {
        return None;
    }
    let scene = Scene::new(dockerfile, text, stage)?;
    let start = start::understood(&scene)?;
    let account = account::choose(&scene)?;
    let user = account.user.clone();
    let home = home::moves(&scene, &account)?;
    let mut edits = home.edits;
    if account.is_authors {
        // Whoever made the account has thought about what it needs.
        if !home.owned.is_empty() {
            return None;
        }
        edits.push(layout::before_start(&scene, &[], &user));
        return Some(Plan { account: account.described, edits });
    }

    let folders = folders::written(&scene, &start)?;
    let mut owned = home.owned;
    owned.extend(copies_to_own(&scene, &start, &folders)?);
    for index in &owned {
        edits.push(with_owner(&scene, *index, &account)?);
    }

    // What the RUNs that make a folder can do about it themselves is done there.
    let mut needs: BTreeSet<usize> = owned;
    let mut open: Vec<&Folder> = Vec::new();
    for index in folders.iter().filter_map(Folder::made_by_run).collect::<BTreeSet<_>>() {
        let made: Vec<&Folder> = folders.iter().filter(|folder| folder.made_by_run() == Some(index)).collect();
        match chown_in_run(&scene, index, &made, &account) {
            Some(edit) => {
                edits.push(edit);
                needs.insert(index);
            }
            None => open.extend(made),
        }
    }
    open.extend(folders.iter().filter(|folder| folder.made_by_run().is_none()));
    if !open.is_empty() && !account.has_shell {
        return None;
    }

    // In front of the first instruction that needs the account, and of every VOLUME, which keeps what its folder is then.
    let volumes = open.iter().filter_map(|folder| folder.volume);
    let first = needs.iter().copied().chain(volumes.clone()).min();
    let setup = if account.create.is_empty() { volumes.min() } else { first };
    let is_early = |folder: &&&Folder| match (setup, &folder.origin) {
        (None, _) => false,
        (Some(_), Origin::Named) => true,
        (Some(setup), Origin::Instruction(index) | Origin::Run(index)) => *index < setup,
    };
    let early: Vec<&Folder> = open.iter().filter(is_early).copied().collect();
    let late: Vec<&Folder> = open.iter().filter(|folder| !is_early(folder)).copied().collect();
    // A volume that is declared before its folder is there.
    if late.iter().any(|folder| folder.volume.is_some()) {
        return None;
    }
    let mut last = Vec::new();
    match setup {
        Some(setup) => {
            let commands = [account.create.clone(), folders::commands(&early, &account.owner)].concat();
            edits.push(layout::before(&scene, setup, &commands));
        }
        None => last.extend(account.create.iter().cloned()),
    }
    last.extend(folders::commands(&late, &account.owner));
    edits.push(layout::before_start(&scene, &last, &user));
    Some(Plan { account: account.described, edits })
}

impl<'a> Scene<'a> {
    fn new(dockerfile: &'a Dockerfile, text: &'a str, stage: &'a Stage) -> Option<Self> {
        let mut directories = vec![None; dockerfile.tree.instructions.len()];
        working_directory::visit(dockerfile, &mut |index, instruction, directory| {
            if !dockerfile.is_trigger(index, instruction) {
                directories[index] = directory.path.clone();
            }
        });
        let mut stages: Vec<&Stage> = dockerfile.lineage(stage).collect();
        stages.reverse();
        let instructions: Vec<_> = stages.into_iter().flat_map(|stage| dockerfile.instructions_of(stage)).collect();
        // An image with triggers is the base of others, whose steps may need root.
        let is_base = instructions.iter().any(|(_, instruction)| instruction.keyword == Keyword::Onbuild);
        let is_usual = |shell: &[String]| {
            shell.first().is_some_and(|shell| matches!(super::startup::base_name(shell), "sh" | "bash" | "ash" | "dash"))
        };
        let has_usual_shell = stage.shell.as_ref().is_none_or(|shell| is_usual(&shell.value));
        // Between two accounts nothing is as simple as it looks.
        let switches = instructions.iter().any(|(_, instruction)| instruction.keyword == Keyword::User);
        (!is_base && has_usual_shell && !switches).then_some(Self { dockerfile, text, stage, instructions, directories })
    }

    /// The folder that a container starts in.
    fn work(&self) -> Option<&str> {
        self.stage.working_directory.as_ref()?.value.as_deref()
    }

    /// A word of an instruction with its variables.
    fn expanded(&self, index: usize, word: &str) -> Option<String> {
        self.dockerfile.expand(index, word).ok()?.text
    }

    /// The absolute path that a word of an instruction means.
    fn path(&self, index: usize, word: &str) -> Option<String> {
        let directory = self.directories.get(index)?.as_deref();
        super::model::working_directory(directory, &self.expanded(index, word)?, false)
    }

    fn stage_of_copy(&self, index: usize, instruction: &Instruction) -> Option<&'a Stage> {
        let from = instruction.flag("from")?.value.as_deref()?;
        let here = self.dockerfile.stage_of(index)?;
        self.dockerfile.stage_by_reference(from, here.index)
    }
}

/// The copies whose files the account has to own: those of the whole application, where it is one that writes beside its code, what
/// lands in folders that are written to, and what nobody else could read.
fn copies_to_own(scene: &Scene<'_>, start: &start::Start, folders: &[Folder]) -> Option<BTreeSet<usize>> {
    let mut owned = BTreeSet::new();
    for (index, instruction) in &scene.instructions {
        let (Body::Copy(transfer) | Body::Add(transfer)) = &instruction.body else { continue };
        if instruction.flag("chown").is_some() {
            continue;
        }
        let is_hidden = match instruction.flag("chmod").map(|flag| flag.value.as_deref().unwrap_or_default()) {
            None => false,
            Some(mode) => home::hides(mode)?,
        };
        // What ADD downloads is readable by its owner alone.
        let is_download =
            instruction.keyword == Keyword::Add && transfer.sources.iter().any(|source| is_url(&source.text.to_lowercase()));
        let destination = scene.path(*index, &transfer.destination.text);
        let is_data = destination
            .as_deref()
            .is_some_and(|path| folders.iter().any(|folder| folder.whole && folders::lies_in(path, &folder.path)));
        if is_hidden || is_download || is_data || folders::application(scene, start, *index, instruction).is_some() {
            owned.insert(*index);
        }
    }
    Some(owned)
}

/// The flag that gives the files of a COPY or ADD to the account.
fn with_owner(scene: &Scene<'_>, index: usize, account: &Account) -> Option<(Span, String)> {
    let instruction = scene.dockerfile.instruction(index);
    let at = instruction.flags.last().map_or(instruction.keyword_span.end(), |flag| flag.span.end());
    // A linked layer is made without the files below it: nothing there says which number a name has.
    let is_linked = instruction.flag("link").is_some_and(|flag| flag.value.as_deref() != Some("false"));
    let owner = if is_linked { account.numbers.as_ref()? } else { &account.owner };
    Some((Span::empty(at), format!(" --chown={owner}")))
}

/// `chown` behind the `mkdir` of a RUN.
fn chown_in_run(scene: &Scene<'_>, index: usize, made: &[&Folder], account: &Account) -> Option<(Span, String)> {
    let [script] = scene.dockerfile.scripts_of(index) else { return None };
    let command = format!("chown -R {} {}", account.owner, folders::as_written(made));
    let insertion = last_command(scene.dockerfile, scene.text, script, &command)?;
    Some((Span::empty(insertion.at), insertion.text))
}

#[cfg(test)]
mod tests;
