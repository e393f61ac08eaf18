use crate::dockerfile::instruction::{Body, Word};
use crate::dockerfile::model::Dockerfile;
use crate::dockerfile::port::Parts;
use crate::nginx::configuration::{Configuration, Kind};
use crate::nginx::listen::Port;
use crate::nginx::server::servers;
use crate::project::effective::copied_nginx;
use crate::project::web_server::is_official;
use crate::project::{Project, UnitContent};
use crate::rules::check::Reporter;
use crate::source::sources::folder;
use crate::source::{FileId, Span};

/// The servers that nginx has here are those that the Dockerfile copies.
pub fn check(dockerfile: &Dockerfile, out: &mut Reporter<'_>) {
    let Some(stage) = dockerfile.final_stage() else { return };
    if !stage.image.as_deref().is_some_and(is_official) {
        return;
    }
    let project = out.project();
    let files = copied_nginx(project, dockerfile, stage, folder(&out.document().source.path));
    let Some(ports) = served(project, &files).filter(|ports| !ports.is_empty()) else { return };
    let shown: Vec<String> = ports.iter().map(u16::to_string).collect();
    let instructions = dockerfile.instructions_of(stage);
    let lists: Vec<_> = instructions
        .filter_map(|(_, instruction)| match &instruction.body {
            Body::Expose(words) => Some(words),
            _ => None,
        })
        .collect();
    let number = |word: &Word| Parts::of(&word.text).port.parse::<u16>().ok();
    let exposed: Vec<u16> = lists.iter().copied().flatten().filter_map(number).collect();
    for (words, index) in lists.into_iter().flat_map(|words| (0..words.len()).map(move |index| (words, index))) {
        let word = &words[index];
        let Some(number) = number(word) else { continue };
        if !ports.contains(&number) {
            let place = word.part(out.text(), 0..word.text.len());
            let draft = out.report(place).value("exposed", number.to_string()).value("ports", shown.join(", "));
            match ports.as_slice() {
                // The right one is there already; the blank in front goes with the wrong one, or that behind it.
                [port] if exposed.contains(port) => match (index.checked_sub(1), words.get(index + 1)) {
                    (Some(before), _) => draft.delete(Span::new(words[before].span.end(), place.end())).emit(),
                    (None, Some(after)) => draft.delete(Span::new(place.start(), after.span.start())).emit(),
                    (None, None) => draft.emit(),
                },
                [port] => draft.replace(place, word.text.replacen(&number.to_string(), &port.to_string(), 1)).emit(),
                _ => draft.emit(),
            }
        }
    }
}

/// The ports of all servers of these files, in order; `None` where some are not known, or the image brings others.
fn served(project: &Project, files: &[FileId]) -> Option<Vec<u16>> {
    let units = project.units.iter().filter(|unit| unit.files.iter().any(|file| files.contains(file)));
    let configurations: Vec<&Configuration> = units
        .filter_map(|unit| match &unit.content {
            UnitContent::Nginx(configuration) => Some(&**configuration),
            UnitContent::Compose(_) => None,
        })
        .collect();
    let is_default = |configuration: &&Configuration| {
        let path = &project.document(configuration.main).source.path;
        configuration.kind == Kind::Main || path.ends_with("default.conf") || path.ends_with("default.conf.template")
    };
    // Beside files of other names the server that greets, on the port of the image, is still there.
    if !configurations.iter().any(is_default) || !configurations.iter().all(|one| one.is_readable()) {
        return None;
    }
    let mut ports = Vec::new();
    for configuration in &configurations {
        let is_hidden = configuration.kind == Kind::Main && !configuration.is_complete() && files.len() == 1;
        if is_hidden || configuration.named("stream").next().is_some() {
            return None;
        }
        for listen in servers(configuration).iter().flat_map(|server| &server.listens) {
            match listen.socket.port {
                Port::Number(port) => ports.push(port),
                Port::None => {}
                Port::Range(..) | Port::Unknown => return None,
            }
        }
    }
    ports.sort_unstable();
    ports.dedup();
    Some(ports)
}
