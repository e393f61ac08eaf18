use crate::dockerfile::image::ImageReference;
use crate::dockerfile::instruction::{Body, CommandForm};
use crate::dockerfile::model::Dockerfile;
use crate::dockerfile::tools::Tools;
use crate::rules::check::Reporter;
use crate::shell::Command;

/// Only a definite no: the base is known not to have the program, and nothing in the stages that ship may bring it.
pub fn check(dockerfile: &Dockerfile, out: &mut Reporter<'_>) {
    let Some(stage) = dockerfile.final_stage() else { return };
    let (Some(image), Some(probe)) = (stage.image.as_deref(), stage.healthcheck.as_ref()) else { return };
    let tag = image.tag.as_deref().unwrap_or_default();
    let Body::From { image: from, .. } = &dockerfile.instruction(stage.from).body else { return };
    let tools = Tools::of(dockerfile, stage);
    for script in dockerfile.scripts_of(probe.instruction) {
        for command in &script.script.commands {
            let tool = command.name();
            if !tools.lacks(tool) {
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
