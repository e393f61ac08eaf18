use crate::dockerfile::model::{Dockerfile, InstructionScript};
use crate::dockerfile::shell_lint::{commands, is_known, is_looked_at, joined_text, lints, used_names};
use crate::rules::check::Reporter;

/// `RUN NAME=value`: the variable ends with the shell.
pub fn check(dockerfile: &Dockerfile, script: &InstructionScript, out: &mut Reporter<'_>) {
    if !is_looked_at(dockerfile, script) {
        return;
    }
    let text = out.text();
    let bare = commands(script).filter(|(_, command)| command.words.is_empty() && command.wrappers.is_empty());
    let mut set: Vec<&str> = bare.flat_map(|(_, command)| &command.assignments).map(|set| set.name.as_str()).collect();
    let declares = |name: &str| matches!(name, "declare" | "local" | "readonly" | "typeset");
    let declared =
        commands(script).filter(|(_, command)| declares(command.name())).flat_map(|(_, command)| command.non_flag_words());
    set.extend(declared.map(|word| word.text.split('=').next().unwrap_or_default()));
    if set.is_empty() {
        return;
    }
    let Some(joined) = joined_text(dockerfile, script, text) else { return };
    let is_unused = |name: &&str| !used_names(joined.text()).any(|used| used == *name);
    if !set.iter().any(is_unused) {
        return;
    }
    for lint in lints(dockerfile, script, text, &[2034]) {
        let name = lint.span.slice(text).split('=').next().unwrap_or_default();
        // The program behind it may see what ENV and ARG have put into the environment.
        // A loop that only counts needs no name for it.
        if set.contains(&name) && !is_known(dockerfile, script.instruction, name) {
            out.report(lint.span).value("name", name).emit();
        }
    }
}
