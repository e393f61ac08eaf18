//! Shell text as rules see it: commands with words, flags, pipes, conditions and spans in the file.
//!
//! This folder is the only place that names shuck.

use crate::source::Span;

/// A parsed shell text.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Script {
    /// In the order of the text, those inside functions, loops, substitutions and `sh -c '…'` included.
    pub commands: Vec<Command>,
    /// Pipes of two or more commands.
    pub pipelines: Vec<Pipeline>,
    /// The text parsed without a complaint (after the repair of a stray `}`).
    pub clean: bool,
    /// Where the joined text lies in the file.
    pub span: Span,
}

/// One simple command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Command {
    /// Name first; without assignments and redirections. Wrappers (`sudo`, `env X=1`, `exec`, `nice`, `time`, …) are taken off:
    /// the words start at the command that they run.
    pub words: Vec<Word>,
    /// The wrappers that were taken off, outermost first, with their own words.
    pub wrappers: Vec<Vec<Word>>,
    /// `NAME=value` in front.
    pub assignments: Vec<Assignment>,
    pub redirections: Vec<Redirection>,
    /// From the first word (or assignment) to the end of the last word or redirection.
    pub span: Span,
    /// Which list of commands it stands in: commands of one list are joined by `&&`, `||`, `;`, `&` or newlines.
    pub list: usize,
    /// How it follows the command before it in its list.
    pub connector: Connector,
    /// Index into [`Script::pipelines`].
    pub pipeline: Option<usize>,
    /// `!` in front of it.
    pub negated: bool,
    /// In the condition of `if`, `while` or `until`, or left of `||`: its failure does not fail the script.
    pub tested: bool,
    /// Depth of subshells, functions, loops, branches and substitutions around it; 0 at the top.
    pub depth: u16,
    /// Inside `$( )` or backticks.
    pub substitution: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Connector {
    /// First of its list.
    First,
    And,
    Or,
    /// `;` or a newline.
    Sequence,
    /// `&`
    Background,
    /// `|` or `|&`
    Pipe,
}

/// A word with its quotes removed.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Word {
    /// Static text; each expansion stands as it is written (`$X`, `${X:-y}`, `$(cmd)`).
    pub text: String,
    /// No expansion and no glob in it: `text` is what the command gets.
    pub literal: bool,
    /// Some part of it is quoted.
    pub quoted: bool,
    pub span: Span,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Assignment {
    pub name: String,
    pub value: Word,
    pub span: Span,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Redirection {
    /// `>`, `>>`, `<`, `2>`, `<<<`, `&>` …, without the target.
    pub operator: String,
    pub target: Word,
    pub span: Span,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pipeline {
    /// Indexes into [`Script::commands`], left to right; a compound command stands as the last simple command in it.
    pub commands: Vec<usize>,
    pub span: Span,
    /// The first `|`.
    pub operator: Span,
}
