use crate::dockerfile::insertion;
use crate::dockerfile::model::{Dockerfile, InstructionScript};
use crate::dockerfile::packages::{Manager, invocation};
use crate::rules::check::Reporter;

/// `apt-get clean` in the official images of Debian and Ubuntu, and those that are built on them.
pub fn check(dockerfile: &Dockerfile, script: &InstructionScript, out: &mut Reporter<'_>) {
    let Some(stage) = script.stage.and_then(|stage| dockerfile.stages.get(stage)) else { return };
    let image = stage.image.as_deref().filter(|image| image.is_official());
    let is_debian = image.and_then(|image| image.known()).is_some_and(|known| known.manager() == Some("apt-get"));
    if !is_debian || dockerfile.run_of(script.instruction).is_none() {
        return;
    }
    for (index, command) in script.script.commands.iter().enumerate() {
        let Some(call) = invocation(command) else { continue };
        let is_clean = call.subcommand.is_some_and(|word| word.text == "clean") && call.flags.is_empty();
        if !is_clean || !matches!(call.manager, Manager::AptGet | Manager::Apt) || !command.wrappers.is_empty() {
            continue;
        }
        let removal = insertion::removal(&script.script, index, out.text());
        let draft = out.report(call.span()).value("command", call.title());
        match removal {
            Some(span) => draft.delete(span).emit(),
            None => draft.emit(),
        }
    }
}
