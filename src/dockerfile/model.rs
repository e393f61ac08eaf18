//! What a Dockerfile means: stages and what they inherit, images, variables, the shell of each command.

use std::ops::Range;
use std::sync::{Arc, OnceLock};

use rustc_hash::FxHashMap;

use super::caches::Survey;
use super::expand::{self, ExpandError, Expanded, Lookup};
pub use super::image::{ImageReference, InvalidReference};
use super::instruction::{Body, CommandLine, Instruction, Mount};
pub use super::packages::Manager;
use super::syntax::Tree;
pub use super::system::System;
pub use super::understand::{understand, working_directory};
use super::variables::{Variables, is_platform_argument, is_proxy_argument};
use crate::shell::Script;
use crate::shell::lint::Lint;
use crate::source::Span;

/// What `PATH` holds in a stage built from scratch (`system.DefaultPathEnv`).
const SCRATCH_PATH: &str = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/// One Dockerfile, parsed and understood.
#[derive(Debug, Default)]
pub struct Dockerfile {
    pub tree: Tree,
    pub stages: Vec<Stage>,
    /// The shell text of RUN, CMD, ENTRYPOINT and HEALTHCHECK, in the order of the file; ONBUILD triggers included.
    pub scripts: Vec<InstructionScript>,
    /// What lies beside the file and belongs into no image: `.git`, `.env`. Looked for only where a COPY takes the whole folder.
    pub private_beside: Vec<&'static str>,
    /// ARGs before the first FROM, as if they were those of one stage.
    pub(super) global: Variables,
    pub(super) variables: Variables,
    /// The stages of each name, in order.
    pub(super) stage_names: FxHashMap<String, Vec<usize>>,
    /// What its calls mean for the caches of package managers, once a rule has asked; see [`super::caches`].
    pub(super) caches: OnceLock<Survey>,
}

/// A shell text and where it stands.
#[derive(Debug)]
pub struct InstructionScript {
    /// Index into [`Tree::instructions`].
    pub instruction: usize,
    /// Index into [`Dockerfile::stages`]; `None` in a fragment before any FROM.
    pub stage: Option<usize>,
    pub shell: ShellKind,
    /// Whether a failing command in a pipe fails the pipe: `-o pipefail` of SHELL, or `set -o pipefail` before the first pipe.
    /// [`Script::has_pipefail`] knows about texts inside the text.
    pub pipefail: bool,
    /// Whether a failing command ends the text: `-e` of SHELL or of the interpreter. [`Script::sets_errexit`] knows about `set -e`.
    pub errexit: bool,
    /// A heredoc body rather than the text of the instruction.
    pub heredoc: bool,
    /// Of an ONBUILD trigger: it runs when another build starts from this image.
    pub onbuild: bool,
    /// Empty, and `clean`, when the shell is none that can be read.
    pub script: Arc<Script>,
    /// What the linter says of it, once a rule has asked; see [`super::shell_text`].
    pub(super) lints: OnceLock<Box<[Lint]>>,
}

/// Which shell reads the text of an instruction.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ShellKind {
    Sh,
    /// Also ksh and zsh, which have `pipefail` too.
    Bash,
    Ash,
    PowerShell,
    Cmd,
    /// A JSON array that runs its program without a shell; the script is that one command.
    None,
    /// An interpreter that is no shell, such as `RUN <<EOF python3` or a custom SHELL.
    Other,
}

impl ShellKind {
    /// Whether the text is parsed as shell.
    pub const fn is_posix(self) -> bool {
        matches!(self, Self::Sh | Self::Bash | Self::Ash)
    }

    /// The name in documents.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Sh => "sh",
            Self::Bash => "bash",
            Self::Ash => "ash",
            Self::PowerShell => "powershell",
            Self::Cmd => "cmd",
            Self::None => "none",
            Self::Other => "other",
        }
    }
}

/// From one FROM to the next.
#[derive(Debug)]
pub struct Stage {
    pub index: usize,
    /// Index of the FROM in [`Tree::instructions`].
    pub from: usize,
    /// In lower case, as BuildKit keeps it.
    pub name: Option<String>,
    pub base: Base,
    /// The stage that the lineage starts from: this one unless `base` is a stage.
    pub root: usize,
    /// `--platform`, raw.
    pub platform: Option<String>,
    /// Instructions after the FROM.
    pub instructions: Range<usize>,
    /// At the end of the stage, inherited where the stage itself says nothing. The value is `None` when it cannot be known: it
    /// hangs on a variable without one, or (a relative WORKDIR) on the base image.
    pub user: Option<Inherited<Option<Arc<str>>>>,
    pub working_directory: Option<Inherited<Option<Arc<str>>>>,
    pub shell: Option<Inherited<Arc<[String]>>>,
    /// An ENTRYPOINT takes back an inherited CMD.
    pub command: Option<Inherited<()>>,
    pub entrypoint: Option<Inherited<()>>,
    /// `false` for `HEALTHCHECK NONE`.
    pub healthcheck: Option<Inherited<bool>>,
    /// The image that the lineage of stages starts from; `None` for scratch or when it cannot be known.
    pub image: Option<Arc<ImageReference>>,
    /// The base is an image of Windows: its shell is `cmd`.
    pub windows: bool,
    /// The family of systems, as the package managers in RUN or the image say it.
    pub system: Option<System>,
    /// What the RUNs of this stage itself install and leave in place, by name; for the stages that it is built on see
    /// [`Dockerfile::lineage`].
    pub packages: Vec<InstalledPackage>,
    /// Programs that COPY and ADD of this stage itself put into a `bin` folder.
    pub tools: Vec<Tool>,
}

/// A property of a stage and the instruction that gave it, perhaps in a parent stage.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Inherited<T> {
    pub value: T,
    /// Index into [`Tree::instructions`]; that of the ONBUILD when a trigger of the parent stage gave it.
    pub instruction: usize,
}

/// What a stage starts from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Base {
    Scratch,
    /// An earlier stage, by index.
    Stage(usize),
    Image(ImageReference),
    /// Known, but no reference.
    Invalid(InvalidReference),
    /// The reference hangs on a variable that has no value here.
    Unknown,
}

/// ARG or ENV with its value, as far as it can be known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Variable {
    pub name: String,
    /// Expanded; `None` for an ARG without default, or a value built on one.
    pub value: Option<String>,
    pub environment: bool,
    /// Its value must not be shown: the name says so, or what it is built on.
    pub secret: bool,
    /// Index into [`Tree::instructions`].
    pub instruction: usize,
    pub span: Span,
    /// As written, quotes included.
    pub value_span: Option<Span>,
}

/// A package that a RUN asks for by name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InstalledPackage {
    pub manager: Manager,
    pub name: String,
    /// What stands between name and version: `=`, `==`, `>=`, `@`.
    pub operator: String,
    /// As asked for, variables expanded where they are known.
    pub version: Option<String>,
    pub span: Span,
    /// Index into [`Tree::instructions`].
    pub instruction: usize,
}

/// A program that was copied into a `bin` folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tool {
    pub name: String,
    pub span: Span,
    /// Index into [`Tree::instructions`].
    pub instruction: usize,
}

impl Dockerfile {
    /// Whether a COPY or ADD takes the whole build context.
    pub fn copies_context(&self) -> bool {
        self.tree.instructions.iter().any(|instruction| instruction.copies_context().is_some())
    }

    /// Parses and understands a text; never fails.
    pub fn parse(text: &str) -> Self {
        understand(text, super::syntax::parse(text))
    }

    /// The instruction of an index that this model gave out.
    pub fn instruction(&self, index: usize) -> &Instruction {
        &self.tree.instructions[index]
    }

    /// The instruction that a place of the file belongs to.
    pub fn instruction_at(&self, offset: usize) -> Option<usize> {
        let after = self.tree.instructions.partition_point(|instruction| instruction.span.start() <= offset);
        let index = after.checked_sub(1)?;
        (offset <= self.tree.instructions[index].span.end()).then_some(index)
    }

    /// Whether an instruction that a check was given with an index is not the one of that index, but the trigger in it.
    pub fn is_trigger(&self, index: usize, instruction: &Instruction) -> bool {
        !self.tree.instructions.get(index).is_some_and(|outer| std::ptr::eq(outer, instruction))
    }

    /// The shell texts of an instruction.
    pub fn scripts_of(&self, instruction: usize) -> &[InstructionScript] {
        let start = self.scripts.partition_point(|script| script.instruction < instruction);
        let end = self.scripts.partition_point(|script| script.instruction <= instruction);
        &self.scripts[start..end]
    }

    /// The stage that an instruction (its FROM too) belongs to; `None` before the first FROM.
    pub fn stage_of(&self, instruction: usize) -> Option<&Stage> {
        let after = self.stages.partition_point(|stage| stage.from <= instruction);
        self.stages.get(after.checked_sub(1)?).filter(|stage| instruction < stage.instructions.end)
    }

    /// The instructions of a stage behind its FROM, with their indexes.
    pub fn instructions_of(&self, stage: &Stage) -> impl DoubleEndedIterator<Item = (usize, &Instruction)> {
        let instructions = self.tree.instructions.get(stage.instructions.clone()).unwrap_or_default();
        stage.instructions.clone().zip(instructions)
    }

    /// The stage and, one after the other, the stages that it is built on.
    pub fn lineage<'a>(&'a self, stage: &'a Stage) -> impl Iterator<Item = &'a Stage> {
        std::iter::successors(Some(stage), |stage| match stage.base {
            Base::Stage(parent) => self.stages.get(parent),
            _ => None,
        })
    }

    /// The stage that is built unless a target says otherwise.
    pub fn final_stage(&self) -> Option<&Stage> {
        self.stages.last()
    }

    /// Whether a stage is part of the image that is built unless a target says otherwise: the last one, and those that it is built on.
    pub fn ships(&self, stage: usize) -> bool {
        self.final_stage().is_some_and(|last| self.is_built_on(last.index, stage))
    }

    /// Whether a stage is the other one or is built on it.
    pub fn is_built_on(&self, stage: usize, ancestor: usize) -> bool {
        self.variables.is_built_on(stage, ancestor)
    }

    /// The stages that a build up to a target makes, the last one without a target: those that it is built on, and those that it copies or
    /// mounts from. `None` where some stage is not known.
    pub fn needed_for(&self, target: Option<&str>) -> Option<Vec<usize>> {
        let last = match target {
            Some(target) => self.stage_by_name(target, self.stages.len())?,
            None => self.final_stage()?,
        };
        let mut needed: Vec<usize> = Vec::new();
        let mut waiting = vec![last.index];
        while let Some(index) = waiting.pop() {
            if needed.contains(&index) {
                continue;
            }
            needed.push(index);
            let stage = self.stages.get(index)?;
            if let Base::Stage(parent) = stage.base {
                waiting.push(parent);
            }
            for (at, instruction) in self.instructions_of(stage) {
                let mounts = self.run_of(at).map_or(&[][..], |(_, mounts)| mounts);
                let mounted = mounts.iter().filter_map(|mount| mount.from.as_ref().map(|from| from.text.as_str()));
                for from in instruction.flag("from").and_then(|flag| flag.value.as_deref()).into_iter().chain(mounted) {
                    // The name of a stage, or of an image.
                    if from.contains('$') {
                        return None;
                    }
                    waiting.extend(self.stage_by_reference(from, index).map(|stage| stage.index));
                }
            }
        }
        Some(needed)
    }

    /// Whether another stage is built on it.
    pub fn is_base(&self, stage: usize) -> bool {
        self.variables.is_base(stage)
    }

    /// The command and the mounts of a RUN, also of one that an ONBUILD triggers; `None` for any other instruction.
    pub fn run_of(&self, instruction: usize) -> Option<(&CommandLine, &[Mount])> {
        let body = match &self.tree.instructions.get(instruction)?.body {
            Body::Onbuild(trigger) => &trigger.body,
            body => body,
        };
        match body {
            Body::Run { command, mounts } => Some((command, mounts)),
            _ => None,
        }
    }

    /// What `--from=` means in a stage: an earlier stage by name (the last of that name) or by index. Names of images and of
    /// other build contexts give `None`.
    pub fn stage_by_reference(&self, reference: &str, before: usize) -> Option<&Stage> {
        if let Ok(index) = reference.parse::<usize>() {
            return self.stages.get(index).filter(|stage| stage.index < before);
        }
        self.stage_by_name(reference, before)
    }

    /// The last of the earlier stages of a name, whatever its casing.
    pub fn stage_by_name(&self, name: &str, before: usize) -> Option<&Stage> {
        let named = self.stage_names.get(&name.to_lowercase())?;
        let earlier = named.partition_point(|stage| *stage < before);
        named[..earlier].last().map(|stage| &self.stages[*stage])
    }

    /// The ARGs before the first FROM, in order, with defaults expanded.
    pub fn global_arguments(&self) -> &[Variable] {
        self.global.declared_in(0)
    }

    /// The ARG and ENV that a stage itself declares, in order.
    pub fn declared_in(&self, stage: &Stage) -> &[Variable] {
        self.variables.declared_in(stage.index)
    }

    /// ARG and ENV at the end of a stage, inherited ones included, one for each name: the last counts. In the order of the file.
    pub fn variables_of(&self, stage: &Stage) -> Vec<&Variable> {
        let mut seen = rustc_hash::FxHashSet::default();
        let declared = self.lineage(stage).flat_map(|stage| self.declared_in(stage).iter().rev());
        let mut variables: Vec<_> = declared.filter(|variable| seen.insert(variable.name.as_str())).collect();
        variables.reverse();
        variables
    }

    /// The declaration of a variable that is in force in front of an instruction. In a FROM, and before the first one, these are
    /// the ARGs before the first FROM; in a stage, those of the stage and of the stages that it is built on.
    pub fn variable(&self, instruction: usize, name: &str) -> Option<&Variable> {
        match self.stage_of(instruction).filter(|stage| stage.from != instruction) {
            Some(stage) => self.variables.before_instruction(stage.index, instruction, name),
            None => self.global.before_instruction(0, instruction, name),
        }
    }

    /// What a variable holds in front of an instruction, when nobody passes a build argument. `Unknown` is also what a base image
    /// may have set; [`Dockerfile::variable`] says whether this file declares the name.
    pub fn lookup(&self, instruction: usize, name: &str) -> Lookup {
        match self.variable(instruction, name) {
            Some(variable) => variable.value.clone().map_or(Lookup::Unknown, Lookup::Value),
            None => match self.stage_of(instruction).filter(|stage| stage.from != instruction) {
                Some(stage) => undeclared_in_stage(&self.stages[stage.root].base, name),
                None => undeclared_outside(name),
            },
        }
    }

    /// A word of an instruction with its variables, as BuildKit expands it. An ARG that has no value counts as unset where the
    /// word says what to do then (`${USER_ID:-1000}`).
    pub fn expand(&self, instruction: usize, word: &str) -> Result<Expanded, ExpandError> {
        let declared = |name: &str| self.variable(instruction, name).is_some();
        expand_with_defaults(word, self.tree.escape, &declared, &mut |name| self.lookup(instruction, name))
    }
}

/// A name that no instruction of a stage or of its lineage declares.
pub(super) fn undeclared_in_stage(root: &Base, name: &str) -> Lookup {
    match root {
        Base::Scratch if name == "PATH" => Lookup::Value(SCRATCH_PATH.to_owned()),
        Base::Scratch if !is_proxy_argument(name) => Lookup::Unset,
        _ => Lookup::Unknown,
    }
}

/// A name that no ARG before the first FROM declares.
pub(super) fn undeclared_outside(name: &str) -> Lookup {
    if is_platform_argument(name) { Lookup::Unknown } else { Lookup::Unset }
}

/// Expands a word; when its value hangs only on names that this file declares without a value, and the word has a default for
/// each, then with them unset.
pub(super) fn expand_with_defaults(
    word: &str,
    escape: char,
    declared: &dyn Fn(&str) -> bool,
    lookup: &mut dyn FnMut(&str) -> Lookup,
) -> Result<Expanded, ExpandError> {
    let expanded = expand::expand(word, escape, lookup)?;
    if expanded.text.is_some() || !expanded.uses.iter().any(|usage| usage.defaulted) {
        return Ok(expanded);
    }
    let mut defaulted = |name: &str| {
        let found = lookup(name);
        let has_default = || expanded.uses.iter().all(|usage| usage.name != name || usage.defaulted);
        // The platform arguments always have a value, whichever it is.
        let may_be_unset = found == Lookup::Unknown && declared(name) && !is_platform_argument(name);
        if may_be_unset && has_default() { Lookup::Unset } else { found }
    };
    let text = expand::expand(word, escape, &mut defaulted).ok().and_then(|expanded| expanded.text);
    Ok(Expanded { text, ..expanded })
}
