use crate::dockerfile::instruction::Body;
use crate::project::effective::{Container, EffectiveService, System};
use crate::rules::check::Reporter;
use crate::shell::Command;
use crate::source::sources::join;
use crate::source::{Location, Span};

/// Dependencies that a build puts into the folder of the application.
pub fn check<'s>(system: &System<'s>, service: &EffectiveService<'s>, out: &mut Reporter<'_>) {
    let (Some(container), Some(build)) = (&service.container, service.service.build()) else { return };
    let Some((folder, place)) = installed(container) else { return };
    let Some(stage) = container.stage() else { return };
    let directory = stage.working_directory.as_ref().and_then(|directory| directory.value.as_deref());
    let Some(directory) = directory.filter(|directory| directory.starts_with('/') && *directory != "/") else { return };
    let hidden = format!("{}/{folder}", directory.trim_end_matches('/'));
    let context = build.get("context").and_then(crate::compose::Node::as_str).unwrap_or(".");
    let covers = |target: &str, path: &str| path == target || path.starts_with(&format!("{}/", target.trim_end_matches('/')));
    // Another mount gives the dependencies back.
    let keeps = |target: &str| target.trim_end_matches('/') == hidden || target.starts_with(&format!("{hidden}/"));
    if service.service.volumes().any(|mount| keeps(mount.target)) || installs_at_start(service) {
        return;
    }
    for mount in service.service.volumes().filter(|mount| mount.kind == "bind" && !mount.is_unknown()) {
        let is_source = mount.source.is_some_and(|source| join(".", source) == join(".", context));
        let target = mount.target.trim_end_matches('/');
        if target.is_empty() || !is_source || !covers(target, directory) {
            continue;
        }
        let draft = out
            .report_at(mount.node.origin.location())
            .value("name", service.service.name)
            .value("target", mount.target)
            .value("folder", hidden.as_str());
        let draft = match place {
            Some(place) => draft.related_at(place, "installed"),
            None => draft,
        };
        let text = system.project.document(mount.node.origin.file).source.text();
        match next_item(text, mount.node.origin.span).filter(|_| mount.is_short() && mount.node.origin.without_forms().is_own()) {
            Some((end, before)) => draft.insert(end, format!("{before}{hidden}")).emit(),
            None => draft.emit(),
        }
    }
}

/// The folder that an install fills, and where that is written.
fn installed(container: &Container) -> Option<(&'static str, Option<Location>)> {
    let dockerfile = container.dockerfile();
    let stages = dockerfile.lineage(container.stage()?);
    let instructions = stages.flat_map(|stage| dockerfile.instructions_of(stage));
    let runs = instructions.filter(|(_, instruction)| matches!(instruction.body, Body::Run { .. }));
    let commands = runs.flat_map(|(index, _)| dockerfile.scripts_of(index)).flat_map(|script| &script.script.commands);
    commands.into_iter().find_map(|command| Some((fills(command)?, container.location(command.span))))
}

fn fills(command: &Command) -> Option<&'static str> {
    let first = command.non_flag_words().next().map(|word| word.text.as_str());
    let is_global = command.has_flag(&["-g", "--global", "--location=global"]);
    match (command.name(), first) {
        ("npm", Some("install" | "i" | "ci" | "clean-install")) if !is_global => Some("node_modules"),
        ("yarn", None | Some("install")) | ("pnpm" | "bun", Some("install" | "i")) if !is_global => Some("node_modules"),
        ("composer", Some("install")) => Some("vendor"),
        _ => None,
    }
}

/// What starts the service may well install by itself.
fn installs_at_start(service: &EffectiveService<'_>) -> bool {
    let words = ["entrypoint", "command"].into_iter().filter_map(|key| service.service.words(key)).flatten();
    words
        .filter_map(crate::compose::Node::as_str)
        .any(|word| word.contains("install") || word.contains("npm ci") || word.ends_with(".sh"))
        || service.built.is_some() && starts_a_script(service)
}

fn starts_a_script(service: &EffectiveService<'_>) -> bool {
    let Some(container) = &service.container else { return false };
    let Some(stage) = container.stage() else { return false };
    let commands = crate::dockerfile::startup::started(container.dockerfile(), stage);
    let is_script = |text: &str| text.ends_with(".sh") || text.contains("entrypoint");
    commands.iter().any(|command| command.words.iter().any(|word| is_script(&word.text)) || fills(command).is_some())
}

/// Where the next item of a list in block style goes, and what begins it.
fn next_item(text: &str, item: Span) -> Option<(usize, String)> {
    let line = text[..item.start()].rfind('\n').map_or(0, |newline| newline + 1);
    let before = &text[line..item.start()];
    let is_item = before.trim_start().starts_with('-') && before.trim_start()[1..].trim().is_empty();
    let end = text[item.end()..].find('\n').map_or(text.len(), |end| item.end() + end);
    let newline = if text[..end].ends_with('\r') { "\r\n" } else { "\n" };
    let end = if newline == "\r\n" { end - 1 } else { end };
    is_item.then(|| (end, format!("{newline}{before}")))
}
