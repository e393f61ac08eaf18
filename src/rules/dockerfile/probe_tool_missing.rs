use crate::catalog::base_images::BaseImages;
use crate::dockerfile::image::ImageReference;
use crate::dockerfile::instruction::{Body, CommandForm, Transfer};
use crate::dockerfile::model::{Dockerfile, Stage};
use crate::rules::check::Reporter;
use crate::shell::Command;

/// Only a definite no: the base is known not to have the program, and nothing in the stages that ship may bring it.
pub fn check(dockerfile: &Dockerfile, out: &mut Reporter<'_>) {
    let Some(stage) = dockerfile.final_stage() else { return };
    let (Some(image), Some(probe)) = (stage.image.as_deref(), stage.healthcheck.as_ref()) else { return };
    let (true, Some(tag)) = (image.is_official(), image.tag.as_deref()) else { return };
    let Body::From { image: from, .. } = &dockerfile.instruction(stage.from).body else { return };
    if may_bring_anything(dockerfile, stage) {
        return;
    }
    for script in dockerfile.scripts_of(probe.instruction) {
        for command in &script.script.commands {
            let tool = command.name();
            if !BaseImages::table().lacks(image.short_name(), tag, tool) || brings(dockerfile, stage, tool) {
                continue;
            }
            let Some(word) = command.words.first() else { continue };
            let draft = out.report(word.span).value("tool", tool).value("image", image.text.as_str()).related(from.span, "base");
            let is_text = !is_json(dockerfile, probe.instruction);
            match url(command).filter(|_| is_text).and_then(|url| replacement(image, tag, url)) {
                Some((variant, text)) => draft.variant(variant).replace(command.span, text).emit(),
                None => draft.emit(),
            }
        }
    }
}

/// Whether the probe is a JSON array, whose strings a shell command does not fit.
fn is_json(dockerfile: &Dockerfile, instruction: usize) -> bool {
    match &dockerfile.instruction(instruction).body {
        Body::Healthcheck(probe) => probe.command.as_ref().is_some_and(|line| matches!(line.form, CommandForm::Exec(_))),
        _ => true,
    }
}

/// Scripts that a RUN calls, and whole folders of programs that a COPY brings: we cannot see what is in them.
fn may_bring_anything(dockerfile: &Dockerfile, stage: &Stage) -> bool {
    let calls_script = |command: &Command| {
        let interpreter = matches!(command.name(), "sh" | "bash" | "ash" | "source" | "." | "make" | "eval");
        let is_local = command.words.first().is_some_and(|word| word.text.starts_with("./"));
        interpreter || is_local || command.name().ends_with(".sh")
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
    matches!(destination, "" | "/usr" | "/usr/local" | "/bin" | "/usr/bin" | "/usr/local/bin" | "/sbin" | "/usr/sbin")
        || destination.contains('$')
}

fn brings(dockerfile: &Dockerfile, stage: &Stage, tool: &str) -> bool {
    dockerfile.lineage(stage).any(|stage| {
        let packages = stage.packages.iter().map(|package| package.name.as_str());
        packages.chain(stage.tools.iter().map(|copied| copied.name.as_str())).any(|name| name == tool)
    })
}

/// The address that a plain `curl` asks, without anything that a rewrite would lose.
fn url(command: &Command) -> Option<&str> {
    const PLAIN: &[&str] =
        &["-f", "--fail", "-s", "--silent", "-S", "--show-error", "-fs", "-sf", "-fsS", "-fSs", "-sfS", "-sSf", "-Ssf"];
    if command.name() != "curl"
        || !command.redirections.is_empty()
        || !command.wrappers.is_empty()
        || !command.assignments.is_empty()
    {
        return None;
    }
    let mut addresses = command.arguments().iter().filter(|word| !PLAIN.contains(&word.text.as_str()));
    let address = addresses.next().filter(|word| word.literal && word.text.starts_with("http"))?;
    let is_plain = |text: &str| !text.contains(['\'', '"', '\\', '`', '$', ' ']);
    addresses.next().is_none().then_some(address.text.as_str()).filter(|text| is_plain(text))
}

fn replacement(image: &ImageReference, tag: &str, url: &str) -> Option<(&'static str, String)> {
    match image.short_name() {
        "python" => Some(("python", format!("python -c \"import urllib.request as r; r.urlopen('{url}', timeout=5)\""))),
        // `fetch` is there since Node.js 18.
        "node" if tag.split(['.', '-']).next().and_then(|major| major.parse::<u32>().ok()).is_some_and(|major| major >= 18) => {
            Some(("node", format!("node -e \"fetch('{url}').then(r => process.exit(r.ok ? 0 : 1), () => process.exit(1))\"")))
        }
        // With musl `localhost` is ::1 first, and this wget does not try the other.
        "alpine" => Some(("busybox", format!("wget -q -O /dev/null {}", url.replacen("//localhost", "//127.0.0.1", 1)))),
        _ => None,
    }
}
