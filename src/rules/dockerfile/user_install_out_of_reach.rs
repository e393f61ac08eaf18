use crate::dockerfile::instruction::{Body, Instruction};
use crate::dockerfile::model::{Dockerfile, Manager, Stage};
use crate::dockerfile::packages::{Action, invocation};
use crate::dockerfile::run_time_user::{Identity, run_time_user, stays_root};
use crate::dockerfile::users::{is_root, user_word};
use crate::rules::check::Reporter;
use crate::source::Span;

/// Variables that move the folder, or make Python look elsewhere.
const ELSEWHERE: &[&str] = &["HOME", "PYTHONPATH", "PYTHONUSERBASE"];

/// Only where nothing else touches the home of root, and the official base is known to start as root.
pub fn check(dockerfile: &Dockerfile, out: &mut Reporter<'_>) {
    let Some(stage) = dockerfile.final_stage() else { return };
    let Some(user) = stage.user.as_ref() else { return };
    let Identity::Account(name) = run_time_user(dockerfile, stage).identity else { return };
    let is_known = stage.image.as_deref().is_some_and(|image| image.is_official() && stays_root(image));
    if !is_known || dockerfile.variables_of(stage).iter().any(|variable| ELSEWHERE.contains(&variable.name.as_str())) {
        return;
    }
    let mut stages: Vec<&Stage> = dockerfile.lineage(stage).collect();
    stages.reverse();
    let (mut is_root_now, mut found): (bool, Option<(&str, Span)>) = (true, None);
    for (index, instruction) in stages.into_iter().flat_map(|stage| dockerfile.instructions_of(stage)) {
        if let Some(word) = user_word(instruction) {
            is_root_now = is_root(&word.text);
        }
        match &instruction.body {
            Body::Run { mounts, .. } if mounts.iter().any(|mount| mount.from.is_some()) => return,
            Body::Run { .. } => {
                for script in dockerfile.scripts_of(index) {
                    let commands = &script.script.commands;
                    let mentions = |text: &str| text.contains("/root") || text.contains(".local") || text.contains('~');
                    let moves = |assigned: &str| ELSEWHERE.contains(&assigned);
                    if !script.script.clean
                        || commands.iter().flat_map(|command| &command.words).any(|word| mentions(&word.text))
                        || commands.iter().flat_map(|command| &command.assignments).any(|assignment| moves(&assignment.name))
                    {
                        return;
                    }
                    let call = commands.iter().filter_map(invocation).find_map(|call| {
                        let is_install = call.manager == Manager::Pip && call.action == Action::Install;
                        call.flag(&["--user"]).filter(|_| is_install).map(|flag| flag.word.span)
                    });
                    if let Some(span) = call.filter(|_| is_root_now) {
                        found = found.or(Some(("installed", span)));
                    }
                }
            }
            Body::Copy(transfer) => {
                if is_copy_of_packages(instruction) {
                    found = found.or(Some(("copied", transfer.destination.span)));
                } else if transfer.sources.iter().any(|source| source.text.contains(".local")) {
                    return;
                }
            }
            _ => {}
        }
    }
    let Some((variant, span)) = found else { return };
    let given = dockerfile.instruction(user.instruction);
    out.report(span).variant(variant).value("user", name).related(given.span, "user").emit();
}

/// `COPY --from=build /root/.local /root/.local`
fn is_copy_of_packages(instruction: &Instruction) -> bool {
    let Body::Copy(transfer) = &instruction.body else { return false };
    let is_folder = |text: &str| text.trim_end_matches('/') == "/root/.local";
    instruction.flag("from").is_some()
        && matches!(transfer.sources.as_slice(), [source] if is_folder(&source.text))
        && is_folder(&transfer.destination.text)
}
