use crate::dockerfile::instruction::{Body, CommandForm, Flag, Instruction};
use crate::dockerfile::model::{Dockerfile, InstructionScript, ShellKind};
use crate::rules::check::Reporter;
use crate::shell::Command;
use crate::source::Span;

/// Commands that change the shell itself: the next RUN would feel it.
const STICKY: &[&str] =
    &[".", "alias", "cd", "exec", "exit", "export", "set", "shopt", "source", "trap", "ulimit", "umask", "unset"];

/// A RUN as far as it decides what may be joined to it.
#[derive(PartialEq, Eq)]
struct Measure<'d> {
    flags: Vec<(&'d str, Option<&'d str>)>,
    is_short: bool,
}

/// RUNs with nothing but comments between them, with the same flags and at most one command each.
pub fn check(dockerfile: &Dockerfile, out: &mut Reporter<'_>) {
    let mut measure: Option<Measure<'_>> = None;
    for (index, instruction) in dockerfile.tree.instructions.iter().enumerate() {
        let script =
            dockerfile.scripts_of(index).first().filter(|script| script.shell.is_posix() || script.shell == ShellKind::None);
        let (Body::Run { .. }, Some(script)) = (&instruction.body, script) else {
            measure = None;
            continue;
        };
        let counted = script.script.commands.iter().filter(|command| is_counted(command));
        let own = Measure { flags: sorted(&instruction.flags), is_short: counted.count() < 2 };
        // One that is reported is measured itself as the one before it was, so that a row of them is reported to its end.
        if measure.as_ref() != Some(&own) || !own.is_short {
            measure = Some(own);
            continue;
        }
        let before = dockerfile.instruction(index - 1);
        let edit = dockerfile.scripts_of(index - 1).first().and_then(|first| {
            let together = first.shell == script.shell && first.stage == script.stage;
            let (start, end) = (end_of_only_command(out.text(), before, first)?, start_of_only_command(instruction, script)?);
            Some((Span::new(start, end), joint(out.text(), start, instruction, dockerfile.tree.escape)?)).filter(|_| together)
        });
        let mut draft = out.report(instruction.keyword_span).related(before.keyword_span, "before");
        if instruction.line != before.line + 1 {
            draft = draft.without("kics");
        }
        if let Some((gap, joint)) = edit {
            draft = draft.replace(gap, joint);
        }
        draft.emit();
    }
}

fn sorted(flags: &[Flag]) -> Vec<(&str, Option<&str>)> {
    let mut flags: Vec<_> = flags.iter().map(|flag| (flag.name.as_str(), flag.value.as_deref())).collect();
    flags.sort_unstable();
    flags
}

/// Commands as hadolint counts them: with a name that stands there, in this text; conditions are none.
fn is_counted(command: &Command) -> bool {
    let name = command.wrappers.first().and_then(|words| words.first()).or(command.words.first());
    let is_plain = |text: &str| !matches!(text, "[" | "[[" | "((");
    command.embedded.is_none() && name.is_some_and(|name| name.expansion.is_none() && is_plain(&name.text))
}

fn only_command<'s>(instruction: &Instruction, script: &'s InstructionScript) -> Option<&'s Command> {
    let Body::Run { command: line, .. } = &instruction.body else { return None };
    let is_text = matches!(line.form, CommandForm::Shell(_)) && line.heredocs.is_empty() && script.script.clean;
    let [command] = script.script.commands.as_slice() else { return None };
    (is_text && command.depth == 0 && !command.background && !command.negated).then_some(command)
}

/// Where ` && …` can go; nothing but the command may stand there, not even a comment of the shell.
fn end_of_only_command(text: &str, instruction: &Instruction, script: &InstructionScript) -> Option<usize> {
    let command = only_command(instruction, script)?;
    let end = command.span.end();
    let is_last = Span::new(end, instruction.span.end()).slice(text).trim().is_empty();
    (is_last && !STICKY.contains(&command.name()) && !command.words.is_empty()).then_some(end)
}

fn start_of_only_command(instruction: &Instruction, script: &InstructionScript) -> Option<usize> {
    let command = only_command(instruction, script)?;
    let is_first = instruction.rest.whole().start() == command.span.start();
    (is_first && !instruction.rest.text().contains('#')).then_some(command.span.start())
}

/// The end of one RUN and the start of the next as one, with the comments between them; None for comments that speak to a linter.
fn joint(text: &str, start: usize, next: &Instruction, escape: char) -> Option<String> {
    let between = Span::new(start, next.span.start()).slice(text);
    let mut joint = format!(" {escape}\n");
    for line in between.lines().filter(|line| !line.trim().is_empty()) {
        if ["ignore", "check="].iter().any(|word| line.contains(word)) {
            return None;
        }
        joint.push_str(line);
        joint.push('\n');
    }
    joint.push_str("    && ");
    Some(joint)
}
