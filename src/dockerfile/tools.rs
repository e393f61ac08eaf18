//! Which programs a stage certainly does not have: only a definite no counts.

use super::instruction::{Body, Transfer};
use super::model::{Base, Dockerfile, Stage};
use crate::catalog::package_commands::PackageCommands;
use crate::shell::Command;

/// Programs that run what some other text says.
const INTERPRETERS: &[&str] = &["sh", "bash", "ash", "dash", "source", ".", "make", "eval"];

/// Folders that `PATH` leads to; an empty text is the root.
const PROGRAM_FOLDERS: &[&str] =
    &["", "/usr", "/usr/local", "/bin", "/usr/bin", "/usr/local/bin", "/sbin", "/usr/sbin", "/usr/local/sbin", "/opt"];

/// What may have brought programs into a stage. Asked of each program in turn.
#[derive(Debug)]
pub struct Tools<'d> {
    dockerfile: &'d Dockerfile,
    stage: &'d Stage,
    /// Scripts that cannot be read, or whole folders of programs, from who knows where.
    may_bring_anything: bool,
}

impl<'d> Tools<'d> {
    /// Of a stage and those that it is built on.
    pub fn of(dockerfile: &'d Dockerfile, stage: &'d Stage) -> Self {
        Self { dockerfile, stage, may_bring_anything: may_bring_anything(dockerfile, stage) }
    }

    /// Whether a program is certainly not there: the image is known not to have it, and nothing in the stages may bring it.
    pub fn lacks(&self, tool: &str) -> bool {
        !self.may_bring_anything && !tool.is_empty() && self.base_lacks(tool) && !self.is_brought(tool)
    }

    fn base_lacks(&self, tool: &str) -> bool {
        match &self.stage.image {
            Some(image) => image.known().and_then(|known| known.has(tool)) == Some(false),
            None => self.dockerfile.stages.get(self.stage.root).is_some_and(|root| root.base == Base::Scratch),
        }
    }

    fn is_brought(&self, tool: &str) -> bool {
        let table = PackageCommands::table();
        self.dockerfile.lineage(self.stage).any(|stage| {
            let by_package = stage.packages.iter().any(|package| table.may_bring(&package.name, tool));
            let by_copy = stage.tools.iter().any(|copied| copied.name == tool);
            by_package || by_copy || self.is_named(stage, tool)
        })
    }

    /// Whether an instruction names the program: a download, a link, a copy.
    fn is_named(&self, stage: &Stage, tool: &str) -> bool {
        let names = |text: &str| text.contains(tool);
        let in_command = |command: &Command| {
            // What packages bring is known; a download of the program, or with the program, is not.
            let is_install = super::packages::invocation(command).is_some();
            !is_install && command.arguments().iter().any(|word| names(&word.text))
        };
        self.dockerfile.instructions_of(stage).any(|(index, instruction)| match &instruction.body {
            Body::Run { .. } => {
                let mut commands = self.dockerfile.scripts_of(index).iter().flat_map(|script| &script.script.commands);
                commands.any(in_command)
            }
            Body::Copy(transfer) | Body::Add(transfer) => {
                transfer.sources.iter().chain([&transfer.destination]).any(|word| names(&word.text))
            }
            _ => false,
        })
    }
}

fn may_bring_anything(dockerfile: &Dockerfile, stage: &Stage) -> bool {
    let calls_script = |command: &Command| {
        let is_local = command.words.first().is_some_and(|word| word.text.starts_with("./"));
        INTERPRETERS.contains(&command.name()) || is_local || command.name().ends_with(".sh")
    };
    let runs_script = |index: usize| {
        let mut scripts = dockerfile.scripts_of(index).iter();
        scripts.any(|script| !script.script.clean || script.script.commands.iter().any(calls_script))
    };
    let mut instructions = dockerfile.lineage(stage).flat_map(|stage| dockerfile.instructions_of(stage));
    instructions.any(|(index, instruction)| match &instruction.body {
        Body::Run { .. } => runs_script(index),
        Body::Copy(transfer) | Body::Add(transfer) => is_into_program_folders(transfer),
        _ => false,
    })
}

fn is_into_program_folders(transfer: &Transfer) -> bool {
    let destination = transfer.destination.text.trim_matches('"').trim_end_matches('/');
    PROGRAM_FOLDERS.contains(&destination) || destination.contains('$')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lacks(text: &str, tool: &str) -> bool {
        let dockerfile = Dockerfile::parse(text);
        Tools::of(&dockerfile, dockerfile.final_stage().unwrap()).lacks(tool)
    }

    #[test]
    fn what_nothing_brings_is_not_there() {
        assert!(lacks("FROM python:3.13-slim\nRUN apt-get install -y libcurl4 gcc\n", "curl"));
        assert!(lacks(
            "FROM node:24 AS a\nRUN apt-get install -y dumb-init\nFROM node:24-slim\nCOPY --from=a /app /app\n",
            "dumb-init"
        ));
        assert!(lacks("FROM gcr.io/distroless/static-debian12\nCOPY app /app/run\n", "sh"));
        assert!(lacks("FROM scratch\nCOPY app /app/run\n", "sh"));
        assert!(lacks("FROM alpine:3.22\nRUN apk add --no-cache ca-certificates tzdata\n", "bash"));
    }

    #[test]
    fn what_may_be_there_is_not_lacking() {
        for (text, tool) in [
            ("FROM python:3.13\n", "curl"),
            ("FROM example/python:3.13-slim\n", "curl"),
            ("FROM python:3.13-slim\nRUN apt-get install -y curl\n", "curl"),
            ("FROM python:3.13-slim\nRUN ./install.sh\n", "curl"),
            ("FROM debian:12\nADD https://example.com/tini /tini\n", "tini"),
            ("FROM node:24-slim\nRUN wget -O /sbin/tini https://example.com/x\n", "tini"),
            ("FROM alpine:3.22\nRUN apk add --no-cache mystery\n", "bash"),
            ("FROM scratch\nCOPY --from=build / /\n", "sh"),
            ("FROM scratch\nADD rootfs.tar.xz /\n", "sh"),
            ("FROM $BASE\n", "curl"),
        ] {
            assert!(!lacks(text, tool), "{text}");
        }
    }
}
