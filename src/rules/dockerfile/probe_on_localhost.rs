use crate::dockerfile::instruction::Body;
use crate::dockerfile::model::{Base, Dockerfile, InstructionScript, Stage, System};
use crate::rules::check::Reporter;
use crate::shell::Word;
use crate::source::Span;

const NAME: &str = "localhost";

/// Official images of Alpine with a wget of their own, and those whose server is known to listen on both addresses.
const OTHERWISE: &[&str] = &["caddy", "consul", "gradle", "registry", "traefik", "vault"];

/// Only official images of Alpine: what others install is not known.
pub fn check(dockerfile: &Dockerfile, out: &mut Reporter<'_>) {
    let is_probe = |script: &&InstructionScript| {
        matches!(dockerfile.instruction(script.instruction).body, Body::Healthcheck(_))
            && script.script.commands.iter().any(|command| command.name() == "wget")
    };
    let mut probes = dockerfile.scripts.iter().filter(is_probe).peekable();
    if probes.peek().is_none() {
        return;
    }
    let changes = changes(dockerfile);
    for script in probes {
        let Some(stage) = script.stage.and_then(|stage| dockerfile.stages.get(stage)) else { continue };
        if has_wget_of_busybox(stage, changes[stage.index]) {
            check_probe(script, out);
        }
    }
}

fn check_probe(script: &InstructionScript, out: &mut Reporter<'_>) {
    let tries_other = |word: &Word| word.text.contains("127.0.0.1") || word.text.contains("0.0.0.0");
    if script.script.commands.iter().flat_map(|command| &command.words).any(tries_other) {
        return;
    }
    for command in script.script.commands.iter().filter(|command| command.name() == "wget") {
        let file = out.text();
        let host = command.arguments().iter().find_map(|word| host(word, file));
        if let Some(span) = host.filter(|_| !command.has_flag(&["-4", "--inet4-only"])) {
            out.report(span).replace(span, "127.0.0.1").emit();
        }
    }
}

/// What a stage, or one that it is built on, changes of its image.
#[derive(Clone, Copy, Default)]
struct Changes {
    brings_wget: bool,
    configures_nginx: bool,
}

fn changes(dockerfile: &Dockerfile) -> Vec<Changes> {
    let mut all: Vec<Changes> = Vec::with_capacity(dockerfile.stages.len());
    for stage in &dockerfile.stages {
        let mut own = match stage.base {
            Base::Stage(parent) => all.get(parent).copied().unwrap_or_default(),
            _ => Changes::default(),
        };
        own.brings_wget |= stage.packages.iter().any(|package| package.name == "wget");
        own.brings_wget |= stage.tools.iter().any(|tool| tool.name == "wget");
        own.configures_nginx |= dockerfile.instructions_of(stage).any(|(_, instruction)| {
            matches!(&instruction.body, Body::Copy(transfer) | Body::Add(transfer) if transfer.destination.text.starts_with("/etc/nginx"))
        });
        all.push(own);
    }
    all
}

/// The entrypoint of the nginx image adds `listen [::]:80` to its own configuration, as long as nobody else wrote that.
fn has_wget_of_busybox(stage: &Stage, changes: Changes) -> bool {
    let is_known = |name: &str| !OTHERWISE.contains(&name) && (name != "nginx" || changes.configures_nginx);
    stage.system == Some(System::Alpine)
        && !changes.brings_wget
        && stage.image.as_deref().is_some_and(|image| image.is_official() && is_known(image.short_name()))
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
