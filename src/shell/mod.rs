//! Shell text as rules see it: commands with words, flags, pipes, conditions and spans in the file.
//!
//! This folder is the only place that names shuck. Text of any shell is read as Bash, the most lenient dialect; see
//! [`Script::clean`] for what that does and does not promise.

mod command;
mod descend;
mod embedded;
mod exec;
mod expansion;
mod extent;
mod held;
mod known;
pub mod lint;
mod repair;
mod script;
mod walk;
mod words;
mod wrappers;

#[cfg(test)]
mod tests;

pub use command::removal;
pub use held::{Held, mentions};

use compact_str::CompactString;
use std::sync::Arc;

use crate::source::{Mapped, Span};

/// A parsed shell text.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Script {
    /// In the order of the text, those inside functions, loops, substitutions and `sh -c '…'` included.
    pub commands: Vec<Command>,
    /// Pipes of two or more commands.
    pub pipelines: Vec<Pipeline>,
    /// Runs of commands joined by connectors; [`Command::list`] is an index into it.
    pub lists: Vec<List>,
    /// What the shell expands or does not expand in a way that is worth a look; see [`Expansion`]. Not those of texts inside
    /// the text.
    pub expansions: Vec<Expansion>,
    /// From a `!` to the end of what it negates, where the status of that counts for nothing: neither a condition nor in a chain nor
    /// the last of its text. Not those of texts inside the text.
    pub negations: Vec<Span>,
    /// The text parsed without a complaint (after the repair of a stray `}`). The parser is lenient: `true` does not prove that
    /// a shell accepts the text; `false` says that commands may be missing or cut short.
    pub clean: bool,
    /// Where the joined text lies in the file.
    pub span: Span,
}

/// One simple command. `[[ … ]]` and `(( … ))` are commands too, named `[[` and `((`. A bare assignment or redirection is a
/// command without words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Command {
    /// Name first; without assignments and redirections. Wrappers (`sudo`, `env X=1`, `exec`, `nice`, `time`, …) are taken off:
    /// the words start at the command that they run.
    pub words: Vec<Word>,
    /// Where the name begins in the first of the words, behind its folders.
    base: u32,
    /// The wrappers that were taken off, outermost first, with their own words.
    pub wrappers: Vec<Vec<Word>>,
    /// `NAME=value` in front.
    pub assignments: Vec<Assignment>,
    pub redirections: Vec<Redirection>,
    /// From the first word, assignment or redirection (that of a wrapper included, `!` not) to the end of the last one. The body
    /// of a here-document lies outside.
    pub span: Span,
    /// Which list of commands it stands in: commands of one list are joined by `&&`, `||`, `;`, `&`, `|` or newlines.
    pub list: usize,
    /// How it follows the command, simple or compound, before it in its list.
    pub connector: Connector,
    /// The operator before it: `&&`, `||`, `|`, `;`, `&` or a newline. Empty, at the start of the command, for the first of a list.
    pub connector_span: Span,
    /// From the end of the command before it in its list, simple or compound, to its start: the connector with the blanks around
    /// it. Empty for the first of a list.
    pub joint: Span,
    /// The connector behind it, whatever follows; `None` for the last of a list.
    pub next: Option<Connector>,
    /// Index into [`Script::pipelines`]; only for a direct member, not for a command inside a compound member.
    pub pipeline: Option<usize>,
    /// `!` in front of it or of its pipe.
    pub negated: bool,
    /// In the condition of `if`, `while` or `until`, or left of `||`: its failure does not fail the script.
    pub tested: bool,
    /// `&` after it, or after its pipe or `&&` chain.
    pub background: bool,
    /// Depth of groups, subshells, functions, loops, branches, substitutions and `sh -c` texts around it; 0 at the top.
    pub depth: u16,
    /// Inside `$( )`, `<( )` or backticks.
    pub substitution: bool,
    /// In the body of a function: it runs when that is called.
    pub function: bool,
    /// The command whose argument holds it: `sh -c '…'`, `eval '…'`, `su -c '…'`. Index into [`Script::commands`].
    pub embedded: Option<usize>,
}

/// How a command hangs on the one before it in its list.
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

/// Commands joined by connectors: a whole text, or the inside of a group, a branch, a loop, a substitution.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct List {
    /// The simple commands that stand directly in it, in order; those inside its compound commands have lists of their own.
    pub commands: Vec<usize>,
    /// From the start of its first command to the end of its last one, compound commands included; no operator at either end.
    /// Its end is where ` && …` can be appended, unless a here-document is open there.
    pub span: Span,
    /// As [`Command::depth`].
    pub depth: u16,
    /// Every connector in it is `&&` or `|`, and nothing runs in the background.
    pub and_only: bool,
    /// The list that it stands inside of.
    pub parent: Option<usize>,
}

/// A word with its quotes removed.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Word {
    /// Static text; each expansion stands as it is written (`$X`, `${X:-y}`, `$(cmd)`).
    pub text: CompactString,
    /// No expansion and no glob in it: `text` is what the command gets.
    pub literal: bool,
    /// Some part of it is quoted.
    pub quoted: bool,
    /// Where the first `$` or backtick expansion begins in `text`; the text before it is certain.
    pub expansion: Option<u32>,
    pub span: Span,
}

/// `NAME=value`, before a command or alone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Assignment {
    pub name: CompactString,
    pub value: Word,
    pub span: Span,
}

/// A place where the shell splits an expansion into words, or where it is written in a way that deceives.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Expansion {
    pub kind: ExpansionKind,
    /// Of a variable; `@` and `*` for the arguments. Empty for others.
    pub name: String,
    pub span: Span,
    /// Index into [`Script::commands`]: the command that it is an argument of. For [`ExpansionKind::Backticks`] it means nothing.
    pub command: usize,
}

/// See [`Expansion`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ExpansionKind {
    /// `$name` or `${name}`, unquoted in an argument or in the target of a redirection.
    Variable,
    /// `${name…}` with an operator, unquoted in the same places.
    Operation,
    /// As `Variable`, in the value of `export NAME=…` and its like: Bash does not split it there, other shells do.
    Declared,
    /// `$( )` or backticks, unquoted in an argument or in the target of a redirection.
    Command,
    /// As `Command`, in the value of `export NAME=…`.
    DeclaredCommand,
    /// Backticks, quoted or not, wherever they stand.
    Backticks,
    /// A string in single quotes that looks as if it were to be expanded.
    SingleQuoted,
}

/// Where input comes from, or where output goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Redirection {
    /// `>`, `>>`, `<`, `2>`, `2>&`, `<<`, `<<<`, `&>` …, without the target.
    pub operator: String,
    /// The file, the descriptor, or the delimiter of a here-document.
    pub target: Word,
    /// Operator and target.
    pub span: Span,
    /// The lines of a here-document.
    pub body: Option<Span>,
}

/// Commands joined by `|`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pipeline {
    /// Indexes into [`Script::commands`], left to right; a compound command stands as the last simple command in it.
    pub commands: Vec<usize>,
    pub span: Span,
    /// The first `|`.
    pub operator: Span,
}

/// Reads a shell text. Never fails and never panics: what cannot be read makes [`Script::clean`] false.
pub fn parse(text: &Mapped) -> Arc<Script> {
    known::script(text, read)
}

fn read(text: &Mapped) -> Script {
    let mut script = Script { clean: true, span: text.whole(), ..Script::default() };
    script.clean = walk::read(&mut script, text);
    script.settle();
    script.shrink();
    script
}

/// A script of one command from the strings of a JSON array and their spans in the file, with or without the quotes. Wrappers
/// are taken off as in [`parse`]; the text of `sh -c` is read when its string holds no escapes, so that spans stay exact.
pub fn exec(words: &[(String, Span)]) -> Script {
    exec::read(None, words)
}

/// As [`exec`], with the file that the spans lie in: the text of `sh -c` is read with escapes, too.
pub fn exec_in(file: &str, words: &[(String, Span)]) -> Script {
    exec::read(Some(file), words)
}
