//! Where a fix puts what it adds to the command of a RUN, in the form and layout that the RUN has.

use super::instruction::CommandForm;
use super::model::{Dockerfile, InstructionScript};
use crate::shell::{Command, Word};

/// Text to insert into the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Insertion {
    pub at: usize,
    pub text: String,
}

/// Whether the words of a command are strings of a JSON array.
pub fn is_json(dockerfile: &Dockerfile, script: &InstructionScript, command: &Command) -> bool {
    let run = dockerfile.run_of(script.instruction);
    command.embedded.is_none() && run.is_some_and(|(line, _)| matches!(line.form, CommandForm::Exec(_)))
}

/// A further argument behind a word of a command: ` -y`, or `, "-y"` in a JSON array.
pub fn argument(
    dockerfile: &Dockerfile,
    script: &InstructionScript,
    command: &Command,
    behind: &Word,
    argument: &str,
) -> Insertion {
    let text = if is_json(dockerfile, script, command) { format!(", \"{argument}\"") } else { format!(" {argument}") };
    Insertion { at: behind.span.end(), text }
}
