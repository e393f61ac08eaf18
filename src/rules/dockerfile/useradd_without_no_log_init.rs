use crate::dockerfile::insertion;
use crate::dockerfile::model::{Dockerfile, InstructionScript};
use crate::rules::check::Reporter;
use crate::shell::Command;

/// Accounts below this number make no file that anybody would notice.
const HIGH: u64 = 100_000;

pub fn check(dockerfile: &Dockerfile, script: &InstructionScript, command: &Command, out: &mut Reporter<'_>) {
    if command.name() != "useradd"
        || command.has_flag(&["-l", "--no-log-init"])
        || dockerfile.run_of(script.instruction).is_none()
    {
        return;
    }
    let short = command.flag_value("-u");
    let Some(number) = short.or_else(|| command.flag_value("--uid")) else { return };
    let known = dockerfile.expand(script.instruction, number).ok().and_then(|expanded| expanded.text);
    let is_high = known.as_deref().and_then(|text| text.parse().ok()).map(|number: u64| number >= HIGH);
    let from_variable = is_high != Some(true) && is_passed(dockerfile, script, number);
    if is_high != Some(true) && !from_variable {
        return;
    }
    let insertion = insertion::argument(dockerfile, script, command, &command.words[0], "-l");
    let mut draft = out.report(command.words[0].span).value("number", number);
    if from_variable {
        draft = draft.variant("from-variable");
    }
    // hadolint knows the short flag, and measures the text of the next word.
    let is_next = command.words.iter().any(|word| word.text == number);
    if !command.is_called_plainly() || short.is_none() || !is_next || number.len() < 6 {
        draft = draft.without("hadolint");
    }
    draft.insert(insertion.at, insertion.text).emit();
}

/// An argument that the caller of the build may give another value.
fn is_passed(dockerfile: &Dockerfile, script: &InstructionScript, number: &str) -> bool {
    let Some(rest) = number.strip_prefix('$') else { return false };
    let rest = rest.strip_prefix('{').unwrap_or(rest);
    let end = rest.find(|char: char| !char.is_ascii_alphanumeric() && char != '_').unwrap_or(rest.len());
    dockerfile.variable(script.instruction, &rest[..end]).is_some_and(|variable| !variable.environment)
}
