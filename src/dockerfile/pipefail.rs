//! Pipes whose failures nobody sees, and the SHELL that would show them.

use super::instruction::{Body, CommandForm, Keyword, Word};
use super::model::{Dockerfile, InstructionScript, ShellKind, System};
use crate::shell::Command;
use crate::source::Span;

/// A RUN with pipes in which only the last command counts.
#[derive(Debug, Clone)]
pub struct UnguardedPipe<'d> {
    pub script: &'d InstructionScript,
    /// The pipe that matters most: a download if there is one, else the first that nothing tests.
    pub pipeline: usize,
    /// It hides that a download failed.
    pub hides_download: bool,
    /// SHELL asks `sh` for `pipefail`, which only some have.
    pub asked_of_sh: bool,
    pub remedy: Option<Remedy>,
}

/// An edit that guards the pipe, and those behind it in the stage.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Remedy {
    pub span: Span,
    pub replacement: String,
}

impl<'d> UnguardedPipe<'d> {
    /// Its first `|`.
    pub fn operator(&self) -> Span {
        self.script.script.pipelines[self.pipeline].operator
    }

    /// The command at its start: for a download, the one that fetches.
    pub fn first(&self) -> &'d Command {
        let commands =
            self.script.script.pipelines[self.pipeline].commands.iter().map(|index| &self.script.script.commands[*index]);
        let mut commands = commands.peekable();
        let first = commands.peek().copied();
        let fetches = commands.find(|command| self.hides_download && DOWNLOADERS.contains(&command.name()));
        fetches.or(first).unwrap_or(&self.script.script.commands[0])
    }

    /// The command at its end.
    pub fn last(&self) -> &'d Command {
        let last = self.script.script.pipelines[self.pipeline].commands.last();
        last.map_or(&self.script.script.commands[0], |index| &self.script.script.commands[*index])
    }

    /// The peers, of those that judge pipes, that say nothing here. hadolint reads no text inside the text, but joins the strings of a
    /// JSON array; KICS wants the name of a shell in front of the pipe.
    pub fn silent_peers(&self, dockerfile: &Dockerfile) -> impl Iterator<Item = &'static str> {
        let shell = self.first().embedded.map(|shell| self.script.script.commands[shell].name());
        let run = dockerfile.run_of(self.script.instruction);
        let is_json = run.is_some_and(|(line, _)| matches!(line.form, CommandForm::Exec(_)));
        let hadolint = (shell.is_none() || is_json) && !self.script.onbuild;
        let kics = matches!(shell, Some("bash" | "zsh" | "ash"));
        [("hadolint", hadolint), ("kics", kics)].into_iter().filter(|(_, speaks)| !speaks).map(|(peer, _)| peer)
    }
}

/// Programs that fetch what they print.
const DOWNLOADERS: &[&str] = &["aria2c", "curl", "wget"];

/// Programs that fail on an input that is empty or ends too early.
const CRITICAL_READERS: &[&str] = &[
    "apt-key",
    "bsdtar",
    "bunzip2",
    "bzip2",
    "cpio",
    "dpkg",
    "egrep",
    "fgrep",
    "gpg",
    "grep",
    "gunzip",
    "gzip",
    "md5sum",
    "rpm",
    "sha1sum",
    "sha256sum",
    "sha512sum",
    "shasum",
    "tar",
    "unxz",
    "unzip",
    "unzstd",
    "xz",
    "zcat",
    "zstd",
];

/// The RUNs with unguarded pipes, in the order of the file; one entry for each text.
pub fn unguarded<'d>(dockerfile: &'d Dockerfile, text: &str) -> Vec<UnguardedPipe<'d>> {
    let mut found = Vec::new();
    let mut shell = OwnShell::default();
    // One edit guards all that follows until the next SHELL or FROM.
    let mut remedy: Option<(Place, Remedy)> = None;
    for script in &dockerfile.scripts {
        let Some((line, _)) = dockerfile.run_of(script.instruction) else { continue };
        shell.advance(dockerfile, script.instruction);
        let asked_of_sh = script.pipefail && shell.asks_sh(dockerfile, script) && !script.script.pipelines.is_empty();
        let pipes = script.script.pipes_without_pipefail(script.pipefail && !asked_of_sh);
        let commands = &script.script.commands;
        let first = |pipe: usize| script.script.pipelines[pipe].commands.first().map(|index| &commands[*index]);
        let download = pipes.iter().copied().find(|pipe| hides_download(script, *pipe));
        let untested = pipes.iter().copied().find(|pipe| first(*pipe).is_some_and(|command| !command.tested));
        let Some(pipeline) = download.or(untested).or(pipes.first().copied()) else { continue };
        let key = (script.stage, shell.instruction);
        let can_be_guarded = !asked_of_sh
            && !script.onbuild
            && !script.heredoc
            && matches!(line.form, CommandForm::Shell(_))
            && first(pipeline).is_some_and(|command| command.embedded.is_none());
        if can_be_guarded && remedy.as_ref().is_none_or(|(known, _)| *known != key) {
            remedy = shell.remedy(dockerfile, text, script).map(|edit| (key, edit));
        }
        found.push(UnguardedPipe {
            script,
            pipeline,
            hides_download: download.is_some(),
            asked_of_sh,
            remedy: remedy.as_ref().filter(|(known, _)| can_be_guarded && *known == key).map(|(_, edit)| edit.clone()),
        });
    }
    found
}

/// Whether a program that fetches something stands in front of one that is content with nothing.
fn hides_download(script: &InstructionScript, pipeline: usize) -> bool {
    let commands = &script.script.commands;
    let Some((last, before)) = script.script.pipelines[pipeline].commands.split_last() else { return false };
    let last = &commands[*last];
    let fetches = |index: &usize| {
        let command = &commands[*index];
        DOWNLOADERS.contains(&command.name()) && !command.substitution
    };
    let shows = CRITICAL_READERS.contains(&last.name()) || last.negated || last.tested;
    !shows && before.iter().any(fetches)
}

/// What a remedy reaches: a stage (none in a fragment), from one SHELL of its own to the next.
type Place = (Option<usize>, Option<usize>);

/// The SHELL that the stage itself has given so far.
#[derive(Debug, Default)]
struct OwnShell {
    instruction: Option<usize>,
    /// Instructions from this one on are not seen yet.
    next: usize,
}

impl OwnShell {
    fn advance(&mut self, dockerfile: &Dockerfile, instruction: usize) {
        for index in self.next..instruction {
            match dockerfile.instruction(index).keyword {
                Keyword::From => self.instruction = None,
                Keyword::Shell => self.instruction = Some(index),
                _ => {}
            }
        }
        self.next = self.next.max(instruction);
    }

    fn words<'d>(&self, dockerfile: &'d Dockerfile) -> Option<&'d [Word]> {
        match &dockerfile.instruction(self.instruction?).body {
            Body::Shell(words) => Some(words),
            _ => None,
        }
    }

    /// The `sh` of Debian is no shell that knows `pipefail`; that of Alpine and Red Hat is one under another name.
    fn asks_sh(&self, dockerfile: &Dockerfile, script: &InstructionScript) -> bool {
        script.shell == ShellKind::Sh
            && matches!(system(dockerfile, script), None | Some(System::Debian))
            && self.words(dockerfile).is_some_and(|words| words.iter().any(|word| word.text == "pipefail"))
    }

    fn remedy(&self, dockerfile: &Dockerfile, text: &str, script: &InstructionScript) -> Option<Remedy> {
        let system = system(dockerfile, script);
        if let Some(words) = self.words(dockerfile) {
            let last = words.last().filter(|word| word.text.starts_with('-') && word.text.ends_with('c'))?;
            let knows = match script.shell {
                ShellKind::Bash | ShellKind::Ash => true,
                ShellKind::Sh => matches!(system, Some(System::Alpine | System::BusyBox | System::RedHat)),
                _ => false,
            };
            let edit = Remedy { span: Span::empty(last.span.start()), replacement: "\"-o\", \"pipefail\", ".to_owned() };
            return knows.then_some(edit);
        }
        if script.shell != ShellKind::Sh {
            return None;
        }
        let shell = match system? {
            System::Debian | System::RedHat | System::Suse => "bash",
            System::Alpine | System::BusyBox => "ash",
        };
        let replacement = format!("SHELL [\"/bin/{shell}\", \"-o\", \"pipefail\", \"-c\"]\n");
        Some(Remedy { span: Span::empty(dockerfile.instruction(script.instruction).head(text)), replacement })
    }
}

fn system(dockerfile: &Dockerfile, script: &InstructionScript) -> Option<System> {
    script.stage.and_then(|stage| dockerfile.stages[stage].system)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The lines of RUNs with unguarded pipes, whether they hide a download, and what the remedy writes.
    fn found(text: &str) -> Vec<(usize, bool, Option<String>)> {
        let dockerfile = Dockerfile::parse(text);
        let edited = |remedy: &Remedy| {
            let mut text = text.to_owned();
            text.replace_range(remedy.span.range(), &remedy.replacement);
            text.lines().find(|line| line.starts_with("SHELL")).unwrap_or_default().to_owned()
        };
        let entry = |pipe: &UnguardedPipe<'_>| {
            let line = dockerfile.instruction(pipe.script.instruction).line;
            (line, pipe.hides_download, pipe.remedy.as_ref().map(edited))
        };
        unguarded(&dockerfile, text).iter().map(entry).collect()
    }

    #[test]
    fn a_shell_with_the_option_guards_its_pipes() {
        assert_eq!(found("FROM x\nSHELL [\"bash\", \"-o\", \"pipefail\", \"-c\"]\nRUN a | b"), []);
        assert_eq!(found("FROM x AS a\nSHELL [\"/bin/ash\", \"-eo\", \"pipefail\", \"-c\"]\nFROM a\nRUN a | b"), []);
        assert_eq!(found("FROM x\nRUN set -eo pipefail && a | b"), []);
        assert_eq!(found("FROM x\nRUN <<EOF\n#!/bin/bash -e\nset -o pipefail\na | b\nEOF"), []);
        assert_eq!(found("FROM x\nRUN [\"bash\", \"-o\", \"pipefail\", \"-c\", \"a | b\"]"), []);
        assert_eq!(found("FROM alpine\nSHELL [\"/bin/sh\", \"-o\", \"pipefail\", \"-c\"]\nRUN a | b"), []);
        assert_eq!(found("FROM x\nCMD a | b"), []);
        assert_eq!(found("FROM x\nSHELL [\"/bin/sh\", \"-o\", \"pipefail\", \"-c\"]\nRUN a | b"), [(3, false, None)]);
        assert_eq!(found("FROM x\nSHELL [\"bash\", \"-o\", \"pipefail\", \"-c\"]\nRUN sh -c 'a | b'"), [(3, false, None)]);
    }

    #[test]
    fn one_edit_guards_all_that_follows() {
        let bash = || Some("SHELL [\"/bin/bash\", \"-o\", \"pipefail\", \"-c\"]".to_owned());
        let ash = || Some("SHELL [\"/bin/ash\", \"-o\", \"pipefail\", \"-c\"]".to_owned());
        assert_eq!(found("FROM debian\nRUN a | b\nRUN c | d"), [(2, false, bash()), (3, false, bash())]);
        assert_eq!(found("FROM alpine\nRUN a | b"), [(2, false, ash())]);
        assert_eq!(found("FROM x\nRUN a | b"), [(2, false, None)]);
        assert_eq!(found("FROM x\nSHELL [\"/bin/bash\", \"-c\"]\nRUN a | b"), [(3, false, bash())]);
        assert_eq!(found("FROM debian\nRUN [\"sh\", \"-c\", \"a | b\"]"), [(2, false, None)]);
    }

    #[test]
    fn downloads_into_programs_that_take_nothing_for_something() {
        let hides = |run: &str| found(&format!("FROM x\nRUN {run}")).iter().any(|(_, hides, _)| *hides);
        for run in [
            "curl -fsSL https://x.example | sh",
            "wget -qO- x | jq . > y",
            "a | b && curl x | tee y",
            "curl x | sudo bash -",
            "curl x | gpg --dearmor | tee y",
        ] {
            assert!(hides(run), "{run}");
        }
        for run in ["curl x | tar xz", "echo x | sh", "if curl x | grep -q y; then z; fi", "V=$(curl x | jq .)"] {
            assert!(!hides(run), "{run}");
        }
    }
}
