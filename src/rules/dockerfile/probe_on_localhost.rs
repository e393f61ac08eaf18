use crate::dockerfile::instruction::{Body, Instruction};
use crate::dockerfile::model::{Dockerfile, InstructionScript, Stage, System};
use crate::rules::check::Reporter;
use crate::shell::{Command, Word};
use crate::source::Span;

const NAME: &str = "localhost";

/// Official images of Alpine with a wget of their own, and those whose server is known to listen on both addresses.
const OTHERWISE: &[&str] = &["caddy", "consul", "gradle", "registry", "traefik", "vault"];

/// Only official images of Alpine: what others install is not known.
pub fn check(dockerfile: &Dockerfile, script: &InstructionScript, command: &Command, out: &mut Reporter<'_>) {
    let is_probe = |instruction: &Instruction| matches!(instruction.body, Body::Healthcheck(_));
    if command.name() != "wget" || !is_probe(dockerfile.instruction(script.instruction)) {
        return;
    }
    let Some(stage) = script.stage.and_then(|stage| dockerfile.stages.get(stage)) else { return };
    if !has_wget_of_busybox(dockerfile, stage) || command.has_flag(&["-4", "--inet4-only"]) {
        return;
    }
    let tries_other = |word: &Word| word.text.contains("127.0.0.1") || word.text.contains("0.0.0.0");
    if script.script.commands.iter().flat_map(|command| &command.words).any(tries_other) {
        return;
    }
    let hosts = command.arguments().iter().filter_map(|word| host(word, out.text()));
    let Some(span) = hosts.into_iter().next() else { return };
    out.report(span).replace(span, "127.0.0.1").emit();
}

fn has_wget_of_busybox(dockerfile: &Dockerfile, stage: &Stage) -> bool {
    let is_known = |name: &str| !OTHERWISE.contains(&name) && (name != "nginx" || configures_nginx(dockerfile, stage));
    stage.system == Some(System::Alpine)
        && stage.image.as_deref().is_some_and(|image| image.is_official() && is_known(image.short_name()))
        && !dockerfile.lineage(stage).any(|stage| {
            stage.packages.iter().any(|package| package.name == "wget") || stage.tools.iter().any(|tool| tool.name == "wget")
        })
}

/// The entrypoint of the image adds `listen [::]:80` to its own configuration, as long as nobody else wrote that.
fn configures_nginx(dockerfile: &Dockerfile, stage: &Stage) -> bool {
    dockerfile.lineage(stage).flat_map(|stage| dockerfile.instructions_of(stage)).any(|(_, instruction)| {
        matches!(&instruction.body, Body::Copy(transfer) | Body::Add(transfer) if transfer.destination.text.starts_with("/etc/nginx"))
    })
}

/// Where `localhost` stands in an address.
fn host(word: &Word, file: &str) -> Option<Span> {
    let prefix = word.prefix();
    let scheme = ["http://", "https://"].into_iter().find(|scheme| prefix.starts_with(scheme)).map_or(0, str::len);
    let behind = prefix[scheme..].strip_prefix(NAME)?;
    let is_whole = behind.starts_with([':', '/', '?']) || behind.is_empty() && (word.expansion.is_none() || scheme > 0);
    let at = word.span.slice(file).find(NAME)?;
    let start = word.span.start() + at;
    is_whole.then(|| Span::new(start, start + NAME.len()))
}
