//! The shell texts of a Dockerfile: which text, which shell, with or without `pipefail`.
//!
//! Behaviour: `dispatchRun` and `withShell` of BuildKit's `convert.go`.

use std::borrow::Cow;
use std::sync::{Arc, OnceLock};

use super::instruction::{Body, CommandForm, CommandLine, Heredoc, Instruction};
use super::model::{Dockerfile, InstructionScript, ShellKind, Stage};
use super::packages::base_name;
use crate::shell::{self, Script};
use crate::source::{Mapped, Span};

/// Programs that run another one, in front of a shell: `SHELL ["conda", "run", "-n", "x", "/bin/bash", "-c"]`.
const PREFIXES: &[&str] = &["conda", "env", "mamba", "micromamba", "nice", "sudo", "tini", "time"];

/// Reads every shell text, in the order of the file.
pub(super) fn read(text: &str, dockerfile: &Dockerfile) -> Vec<InstructionScript> {
    let mut reader = Reader { text, scripts: Vec::new() };
    let instructions = &dockerfile.tree.instructions;
    let outside = dockerfile.stages.first().map_or(instructions.len(), |stage| stage.from);
    let default = Shell::default_of(None, dockerfile.tree.escape);
    for (index, instruction) in instructions[..outside].iter().enumerate() {
        reader.instruction(Place { instruction: index, stage: None, onbuild: false }, instruction, &default);
    }
    for stage in &dockerfile.stages {
        let mut shell = inherited(dockerfile, stage);
        for (index, instruction) in dockerfile.instructions_of(stage) {
            if let Body::Shell(words) = &instruction.body {
                shell = Shell::of(words.iter().map(|word| word.text.as_str()));
            }
            reader.instruction(Place { instruction: index, stage: Some(stage.index), onbuild: false }, instruction, &shell);
        }
    }
    reader.scripts
}

/// The shell at the start of a stage: that of its parent, else the default of its system.
fn inherited(dockerfile: &Dockerfile, stage: &Stage) -> Shell {
    match dockerfile.lineage(stage).nth(1).and_then(|parent| parent.shell.as_ref()) {
        Some(shell) => Shell::of(shell.value.iter().map(String::as_str)),
        None => Shell::default_of(Some(stage), dockerfile.tree.escape),
    }
}

/// What reads a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Shell {
    kind: ShellKind,
    pipefail: bool,
    errexit: bool,
    windows: bool,
}

impl Shell {
    /// `defaultShell`. The escape character of a file is only ever changed for the paths of Windows.
    fn default_of(stage: Option<&Stage>, escape: char) -> Self {
        let windows = stage.is_some_and(|stage| stage.windows) || escape == '`';
        Self { kind: if windows { ShellKind::Cmd } else { ShellKind::Sh }, pipefail: false, errexit: false, windows }
    }

    /// The shell that these words start.
    fn of<'w>(words: impl Iterator<Item = &'w str> + Clone) -> Self {
        let kind = kind_of(words.clone());
        let windows = matches!(kind, ShellKind::Cmd | ShellKind::PowerShell);
        Self {
            kind,
            pipefail: names_option(words.clone(), '\0', "pipefail"),
            errexit: names_option(words, 'e', "errexit"),
            windows,
        }
    }
}

/// The first word that is a shell; after a program that is none, only when that runs others.
fn kind_of<'w>(words: impl Iterator<Item = &'w str>) -> ShellKind {
    let mut words = words.map(base_name).skip_while(|word| word.starts_with('-'));
    let Some(program) = words.next() else { return ShellKind::Other };
    match (shell_of(program), program) {
        (Some(kind), _) => kind,
        (None, "busybox") => words.next().and_then(shell_of).map_or(ShellKind::Other, |_| ShellKind::Ash),
        (None, prefix) if PREFIXES.contains(&prefix) => words.find_map(shell_of).unwrap_or(ShellKind::Other),
        _ => ShellKind::Other,
    }
}

fn shell_of(program: &str) -> Option<ShellKind> {
    Some(match program.to_ascii_lowercase().as_str() {
        "sh" | "dash" | "posh" => ShellKind::Sh,
        "ash" => ShellKind::Ash,
        "bash" | "rbash" | "ksh" | "ksh93" | "mksh" | "zsh" => ShellKind::Bash,
        "powershell" | "pwsh" => ShellKind::PowerShell,
        "cmd" => ShellKind::Cmd,
        _ => return None,
    })
}

/// Whether the options of a shell turn on one that has this name, and perhaps this letter: `-o pipefail`, `-euxo pipefail`, `-ec`.
fn names_option<'w>(words: impl Iterator<Item = &'w str> + Clone, letter: char, name: &str) -> bool {
    let letters = |word: &'w str| word.strip_prefix('-').filter(|rest| !rest.starts_with('-')).unwrap_or_default();
    let has_letter = words.clone().skip(1).any(|word| letters(word).contains(letter));
    has_letter || words.clone().zip(words.skip(1)).any(|(flag, value)| letters(flag).contains('o') && value == name)
}

/// Where a text stands.
#[derive(Debug, Clone, Copy)]
struct Place {
    instruction: usize,
    stage: Option<usize>,
    onbuild: bool,
}

struct Reader<'a> {
    text: &'a str,
    scripts: Vec<InstructionScript>,
}

impl Reader<'_> {
    fn instruction(&mut self, mut place: Place, instruction: &Instruction, shell: &Shell) {
        let mut instruction = instruction;
        while let Body::Onbuild(trigger) = &instruction.body {
            instruction = trigger;
            place.onbuild = true;
        }
        let command = match &instruction.body {
            Body::Run { command, .. } | Body::Cmd(command) | Body::Entrypoint(command) => command,
            Body::Healthcheck(check) => match &check.command {
                Some(command) => command,
                None => return,
            },
            _ => return,
        };
        self.command(place, command, shell);
    }

    fn command(&mut self, place: Place, command: &CommandLine, shell: &Shell) {
        match (&command.form, command.heredocs.as_slice()) {
            (CommandForm::Exec(words), _) => {
                let words: Vec<_> = words.iter().map(|word| (word.text.clone(), word.span)).collect();
                let script = shell::exec_in(self.text, &words);
                let words = words.iter().map(|(text, _)| text.as_str());
                let shell = match script.commands.iter().find(|command| command.embedded.is_none() && !command.words.is_empty()) {
                    Some(command) if is_shell(command.name()) => Shell::of(words),
                    _ => Shell { kind: ShellKind::None, pipefail: false, errexit: false, ..*shell },
                };
                let pipefail = shell.pipefail;
                self.push(place, Shell { pipefail, ..shell }, false, Arc::new(script));
            }
            (CommandForm::Shell(line), []) => self.parse(place, *shell, false, line),
            (CommandForm::Shell(line), [heredoc]) if line.text().trim() == heredoc.word_span.slice(self.text) => {
                self.sole_heredoc(place, heredoc, shell);
            }
            (CommandForm::Shell(line), heredocs) => self.with_heredocs(place, line, heredocs, shell),
        }
    }

    /// The body is the script: for the shell in force, or for the interpreter that it names.
    fn sole_heredoc(&mut self, place: Place, heredoc: &Heredoc, shell: &Shell) {
        let body = text_of_heredoc(self.text, heredoc);
        let interpreter = body.text().lines().next().and_then(|line| line.strip_prefix("#!")).filter(|_| !shell.windows);
        let shell = interpreter.map_or(*shell, |interpreter| Shell::of(interpreter.split_ascii_whitespace()));
        self.parse(place, shell, true, &body);
    }

    /// The shell in force gets the text with its heredocs as it stands; a body that another shell reads from its standard input is
    /// a script of its own.
    fn with_heredocs(&mut self, place: Place, line: &Mapped, heredocs: &[Heredoc], shell: &Shell) {
        let whole = text_with_heredocs(self.text, line, heredocs);
        self.parse(place, *shell, false, &whole);
        if !shell.kind.is_posix() {
            return;
        }
        let Some(script) = self.scripts.last().map(|script| &script.script) else { return };
        let readers: Vec<_> = heredocs.iter().filter_map(|heredoc| Some((heredoc, reader_of(script, heredoc)?))).collect();
        for (heredoc, shell) in readers {
            self.parse(place, shell, true, &text_of_heredoc(self.text, heredoc));
        }
    }

    fn parse(&mut self, place: Place, shell: Shell, heredoc: bool, text: &Mapped) {
        let script = if shell.kind.is_posix() {
            shell::parse(text)
        } else {
            Arc::new(Script { clean: true, span: text.whole(), ..Script::default() })
        };
        self.push(place, shell, heredoc, script);
    }

    fn push(&mut self, place: Place, shell: Shell, heredoc: bool, script: Arc<Script>) {
        let first_pipe = script.pipelines.iter().filter_map(|pipeline| pipeline.commands.first()).min();
        let set = script.sets_pipefail().is_some_and(|set| first_pipe.is_none_or(|pipe| set < *pipe));
        self.scripts.push(InstructionScript {
            instruction: place.instruction,
            stage: place.stage,
            shell: shell.kind,
            pipefail: shell.pipefail || set,
            errexit: shell.errexit,
            heredoc,
            onbuild: place.onbuild,
            script,
            lints: OnceLock::new(),
        });
    }
}

/// The text of a script in the shell form, as it was read; `None` for the words of a JSON array.
pub fn text_of<'a>(text: &str, dockerfile: &'a Dockerfile, script: &InstructionScript) -> Option<Cow<'a, Mapped>> {
    let mut instruction = dockerfile.instruction(script.instruction);
    while let Body::Onbuild(trigger) = &instruction.body {
        instruction = trigger;
    }
    let command = match &instruction.body {
        Body::Run { command, .. } | Body::Cmd(command) | Body::Entrypoint(command) => command,
        Body::Healthcheck(check) => check.command.as_ref()?,
        _ => return None,
    };
    let CommandForm::Shell(line) = &command.form else { return None };
    let heredocs = command.heredocs.as_slice();
    if script.heredoc {
        let own = heredocs.iter().find(|heredoc| heredoc.body.contains(script.script.span))?;
        return Some(Cow::Owned(text_of_heredoc(text, own)));
    }
    Some(if heredocs.is_empty() { Cow::Borrowed(line) } else { Cow::Owned(text_with_heredocs(text, line, heredocs)) })
}

/// The line of the instruction and, as a shell gets them, the lines of its heredocs.
fn text_with_heredocs(text: &str, line: &Mapped, heredocs: &[Heredoc]) -> Mapped {
    let mut whole = Mapped::empty(line.whole().start());
    whole.push_part(line, 0, line.text().len());
    for heredoc in heredocs {
        let newline = heredoc.body.start().saturating_sub(1);
        whole.push(text, Span::new(newline, heredoc.body.start()));
        push_lines(&mut whole, text, heredoc.body, false);
        whole.push(text, line_at(text, heredoc.body.end()));
    }
    whole
}

fn text_of_heredoc(text: &str, heredoc: &Heredoc) -> Mapped {
    let mut body = Mapped::empty(heredoc.body.start());
    push_lines(&mut body, text, heredoc.body, heredoc.strip_tabs);
    body
}

/// From a place to the end of its line, without the newline.
fn line_at(text: &str, start: usize) -> Span {
    let rest = text.get(start..).unwrap_or_default();
    let line = rest.split('\n').next().unwrap_or_default();
    Span::new(start, start + line.strip_suffix('\r').unwrap_or(line).len())
}

/// Appends whole lines, without the carriage returns of their ends and, if asked, without leading tabs.
fn push_lines(mapped: &mut Mapped, text: &str, lines: Span, strip_tabs: bool) {
    let body = lines.slice(text);
    if !strip_tabs && !body.contains('\r') {
        mapped.push(text, lines);
        return;
    }
    let mut start = lines.start();
    for line in body.split_inclusive('\n') {
        let tabs = if strip_tabs { line.len() - line.trim_start_matches('\t').len() } else { 0 };
        let bare = line.trim_end_matches('\n');
        let content = bare.strip_suffix('\r').unwrap_or(bare).len().max(tabs);
        mapped.push(text, Span::new(start + tabs, start + content));
        mapped.push(text, Span::new(start + bare.len(), start + line.len()));
        start += line.len();
    }
}

/// The shell that reads a heredoc as its script: `bash <<EOF`, `<<EOF sh -s`. None when its script is elsewhere.
fn reader_of(script: &Script, heredoc: &Heredoc) -> Option<Shell> {
    let is_it = |span: Span| heredoc.word_span.contains(span) || span.contains(heredoc.word_span);
    let command = script.commands.iter().find(|command| {
        command.redirections.iter().any(|redirection| redirection.operator.contains("<<") && is_it(redirection.span))
    })?;
    let words = command.words.iter().map(|word| word.text.as_str());
    let shell = Shell::of(words.clone());
    let mut takes_value = false;
    let mut reads_input = true;
    for word in words.skip(1) {
        if std::mem::take(&mut takes_value) {
            continue;
        }
        match word.strip_prefix(['-', '+']) {
            Some(letters) if !letters.starts_with('-') => {
                takes_value = letters.contains('o');
                reads_input &= !letters.contains('c');
                // What follows `-s` are arguments, not a file.
                if letters.contains('s') {
                    break;
                }
            }
            Some(_) => {}
            None => reads_input = matches!(word, "/dev/stdin"),
        }
    }
    (is_shell(command.name()) && reads_input && shell.kind.is_posix()).then_some(shell)
}

fn is_shell(program: &str) -> bool {
    shell_of(base_name(program)).is_some()
}

#[cfg(test)]
mod tests;
