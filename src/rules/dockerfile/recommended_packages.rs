use crate::dockerfile::insertion;
use crate::dockerfile::model::Dockerfile;
use crate::dockerfile::packages::{Action, Invocation, Manager, invocation};
use crate::rules::check::Reporter;
use crate::shell::{Command, Word};

/// Goes over the file in order, for a RUN may configure apt for all that come after it.
pub fn check(dockerfile: &Dockerfile, out: &mut Reporter<'_>) {
    let mut configured = Configured { fragment: false, stages: vec![None; dockerfile.stages.len()] };
    for script in &dockerfile.scripts {
        if dockerfile.run_of(script.instruction).is_none() {
            continue;
        }
        for command in &script.script.commands {
            if command.words.iter().any(|word| word.text.contains("APT::Install-Recommends")) && invocation(command).is_none() {
                *configured.of(dockerfile, script.stage) = true;
            }
            let Some(call) = invocation(command) else { continue };
            let is_apt = matches!(call.manager, Manager::AptGet | Manager::Apt | Manager::Aptitude);
            let Some(subcommand) = call.subcommand.filter(|_| is_apt && call.action == Action::Install && !call.opaque) else {
                continue;
            };
            if call.skips_recommended() || *configured.of(dockerfile, script.stage) {
                continue;
            }
            let case = if call.manager == Manager::AptGet { "apt-get" } else { "other" };
            let behind = last_flag(&call, command, subcommand);
            let flag = if call.manager == Manager::Aptitude { "--without-recommends" } else { "--no-install-recommends" };
            let addition = insertion::argument(dockerfile, script, command, behind, flag);
            let draft = out.report(call.span()).variant(case).value("command", call.title());
            let draft = draft.value("packages", packages(&call)).insert(addition.at, addition.text);
            if call.is_plain() { draft.emit() } else { draft.without("hadolint").emit() }
        }
    }
}

/// Whether apt has been told once and for all, for each stage.
struct Configured {
    fragment: bool,
    stages: Vec<Option<bool>>,
}

impl Configured {
    fn of(&mut self, dockerfile: &Dockerfile, stage: Option<usize>) -> &mut bool {
        let Some(stage) = stage else { return &mut self.fragment };
        if self.stages[stage].is_none() {
            let mut parents = dockerfile.lineage(&dockerfile.stages[stage]).skip(1);
            self.stages[stage] = Some(parents.find_map(|parent| self.stages[parent.index]).unwrap_or(false));
        }
        self.stages[stage].get_or_insert(false)
    }
}

/// The last of the flags that follow the subcommand without a gap: where people put the next one.
fn last_flag<'a>(call: &Invocation<'a>, command: &'a Command, subcommand: &'a Word) -> &'a Word {
    let start = command.words.iter().position(|word| std::ptr::eq(word, subcommand)).map_or(0, |at| at + 1);
    let is_plain_flag = |word: &Word| call.flags.iter().any(|flag| std::ptr::eq(flag.word, word) && flag.value_word.is_none());
    let flags = command.words[start.min(command.words.len())..].iter().take_while(|word| is_plain_flag(word));
    flags.last().unwrap_or(subcommand)
}

fn packages(call: &Invocation<'_>) -> String {
    match call.packages.as_slice() {
        [] => "its packages".to_owned(),
        [one] => format!("`{}`", one.text),
        [first, ..] => format!("`{}` and others", first.text),
    }
}
