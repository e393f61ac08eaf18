use crate::dockerfile::insertion;
use crate::dockerfile::model::{Dockerfile, InstructionScript, System};
use crate::finding::Applicability;
use crate::rules::check::Reporter;
use crate::shell::Command;

/// Flags that choose what is printed, or where to.
const LONG: &[&str] = &["--append-output", "--no-verbose", "--output-file", "--progress", "--quiet"];

/// Letters with a value: what follows in the same word is that value.
const VALUED: &str = "ABDeIiIlOoPQRtTUwX";

/// Each `wget` of a RUN that prints its progress into the log.
pub fn check(dockerfile: &Dockerfile, out: &mut Reporter<'_>) {
    // For each stage, whether its `wget` is the one of GNU; None when that cannot be known.
    let mut gnu: Vec<Option<Option<bool>>> = vec![None; dockerfile.stages.len()];
    for script in dockerfile.scripts.iter().filter(|script| dockerfile.run_of(script.instruction).is_some()) {
        for command in script.script.commands.iter().filter(|command| command.name() == "wget" && prints(command)) {
            let is_gnu = script.stage.and_then(|stage| *gnu[stage].get_or_insert_with(|| has_gnu_wget(dockerfile, stage)));
            report(dockerfile, script, command, is_gnu, out);
        }
    }
}

fn report(dockerfile: &Dockerfile, script: &InstructionScript, command: &Command, is_gnu: Option<bool>, out: &mut Reporter<'_>) {
    let name = &command.words[0];
    let flag = if is_gnu == Some(false) { "-q" } else { "--progress=dot:giga" };
    let insertion = insertion::argument(dockerfile, script, command, name, flag);
    let mut draft = out.report(name.span);
    if is_gnu == Some(false) {
        draft = draft.variant("busybox");
    } else if is_gnu.is_none() {
        draft = draft.applicability(Applicability::Unsafe);
    }
    // hadolint takes every letter of a cluster for a flag, those of values too.
    let letters = command.arguments().iter().filter(|word| word.text.starts_with('-') && !word.text.starts_with("--"));
    if !command.is_called_plainly() || letters.into_iter().any(|word| word.text.contains(['q', 'o', 'a'])) {
        draft = draft.without("hadolint");
    }
    draft.insert(insertion.at, insertion.text).emit();
}

fn prints(command: &Command) -> bool {
    let chooses = |text: &str| {
        let letters = text.strip_prefix('-').filter(|letters| !letters.starts_with('-'));
        match letters {
            Some("nv") => true,
            Some(letters) => {
                let flags = letters.split_inclusive(|letter| VALUED.contains(letter)).next().unwrap_or_default();
                flags.contains(['q', 'o', 'a'])
            }
            None => LONG.iter().any(|flag| text.split('=').next() == Some(flag)),
        }
    };
    let is_elsewhere = command.redirections.iter().any(|redirection| {
        let to_file = matches!(redirection.operator.as_str(), "2>" | "2>>" | "&>" | "&>>" | ">&");
        to_file && !matches!(redirection.target.text.as_str(), "1" | "/dev/stdout" | "/dev/stderr")
    });
    !is_elsewhere && !command.arguments().iter().any(|word| chooses(&word.text))
}

/// Alpine and BusyBox have one of their own, until the package of that name replaces it.
fn has_gnu_wget(dockerfile: &Dockerfile, stage: usize) -> Option<bool> {
    let stage = &dockerfile.stages[stage];
    match stage.system? {
        System::Alpine | System::BusyBox => {
            let packages = dockerfile.lineage(stage).flat_map(|stage| &stage.packages);
            Some(packages.into_iter().any(|package| package.name == "wget"))
        }
        _ => Some(true),
    }
}
