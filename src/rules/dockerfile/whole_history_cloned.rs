use crate::dockerfile::insertion;
use crate::dockerfile::model::{Dockerfile, InstructionScript};
use crate::rules::check::Reporter;
use crate::shell::Command;

/// Subcommands that may need the history.
const NEED_HISTORY: &[&str] = &[
    "checkout",
    "reset",
    "describe",
    "log",
    "rev-parse",
    "rev-list",
    "fetch",
    "pull",
    "merge",
    "cherry-pick",
    "switch",
    "submodule",
    "tag",
    "verify-commit",
    "verify-tag",
];

/// Flags that say how much is cloned, or for whom.
const CHOSEN: &[&str] = &["--depth", "--shallow-since", "--shallow-exclude", "--filter", "--mirror", "--bare", "--reference"];

/// Only where nothing else in the RUN asks Git for more.
pub fn check(dockerfile: &Dockerfile, script: &InstructionScript, command: &Command, out: &mut Reporter<'_>) {
    if command.name() != "git" || dockerfile.run_of(script.instruction).is_none() {
        return;
    }
    let Some(clone) = command.subcommand().filter(|word| word.text == "clone") else { return };
    let chooses = |text: &str| CHOSEN.iter().any(|flag| text.split('=').next() == Some(flag));
    if command.arguments().iter().any(|word| chooses(&word.text)) {
        return;
    }
    let needs = |other: &Command| {
        other.name() == "git" && other.arguments().iter().any(|word| NEED_HISTORY.contains(&word.text.as_str()))
    };
    if script.script.commands.iter().any(needs) {
        return;
    }
    let insertion = insertion::argument(dockerfile, script, command, clone, "--depth 1");
    let draft = out.report(clone.span);
    if insertion::is_json(dockerfile, script, command) {
        return draft.emit();
    }
    draft.insert(insertion.at, insertion.text).emit();
}
