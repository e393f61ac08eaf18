//! What a Dockerfile means: stages and what they inherit, images, variables, the shell of each command.

use std::ops::Range;

pub use super::image::{ImageReference, InvalidReference};
use super::syntax::Tree;
use crate::shell::Script;
use crate::source::Span;

/// One Dockerfile, parsed and understood.
#[derive(Debug)]
pub struct Dockerfile {
    pub tree: Tree,
    pub stages: Vec<Stage>,
    /// ARGs before the first FROM, in order, with defaults expanded.
    pub global_arguments: Vec<Variable>,
    /// The shell text of RUN, CMD, ENTRYPOINT and HEALTHCHECK, in the order of the file; ONBUILD triggers included.
    pub scripts: Vec<InstructionScript>,
}

/// A shell text and where it stands.
#[derive(Debug)]
pub struct InstructionScript {
    /// Index into [`Tree::instructions`].
    pub instruction: usize,
    /// Index into [`Dockerfile::stages`]; `None` in a fragment before any FROM.
    pub stage: Option<usize>,
    pub shell: ShellKind,
    /// Whether a failing command in a pipe fails the pipe: `-o pipefail` of SHELL, or `set -o pipefail` before it.
    pub pipefail: bool,
    /// A heredoc body rather than the text of the instruction.
    pub heredoc: bool,
    pub script: Script,
}

/// Which shell reads the text of an instruction.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ShellKind {
    Sh,
    Bash,
    Ash,
    PowerShell,
    Cmd,
    /// An interpreter that is no shell, such as `RUN <<EOF python3` or a custom SHELL.
    Other,
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
    /// `--platform`, raw.
    pub platform: Option<String>,
    /// Instructions after the FROM.
    pub instructions: Range<usize>,
    /// ARG and ENV at the end of the stage, inherited ones included; the last of a name counts.
    pub variables: Vec<Variable>,
    /// At the end of the stage, inherited where the stage itself says nothing.
    pub user: Option<Inherited<String>>,
    pub working_directory: Option<Inherited<String>>,
    pub shell: Option<Inherited<Vec<String>>>,
    pub command: Option<Inherited<()>>,
    pub entrypoint: Option<Inherited<()>>,
    pub healthcheck: Option<Inherited<bool>>,
    /// The image that the lineage of stages starts from; `None` for scratch or when it cannot be known.
    pub image: Option<ImageReference>,
}

/// A property of a stage and the instruction that gave it, perhaps in a parent stage.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Inherited<T> {
    pub value: T,
    /// Index into [`Tree::instructions`].
    pub instruction: usize,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Base {
    Scratch,
    /// An earlier stage, by index.
    Stage(usize),
    Image(ImageReference),
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
    /// Index into [`Tree::instructions`].
    pub instruction: usize,
    pub span: Span,
}
