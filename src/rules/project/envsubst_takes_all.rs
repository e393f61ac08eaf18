use crate::project::effective::{EffectiveService, System};
use crate::project::web_server::WebServer;
use crate::rules::check::Reporter;

/// `envsubst` without a list of names, on a file that has variables of nginx.
pub fn check<'s>(system: &System<'s>, service: &EffectiveService<'s>, out: &mut Reporter<'_>) {
    let Some(container) = service.container.as_ref() else { return };
    let Some(stage) = container.stage() else { return };
    let dockerfile = container.dockerfile();
    let given = [stage.command.as_ref(), stage.entrypoint.as_ref()].into_iter().flatten();
    let scripts = given.flat_map(|given| dockerfile.scripts_of(given.instruction));
    let commands = scripts.flat_map(|script| script.script.commands.iter().map(move |command| (script, command)));
    for (script, command) in commands.filter(|(_, command)| command.name() == "envsubst" && command.words.len() == 1) {
        out.project();
        let web = WebServer { service, configurations: service.nginx.clone() };
        let text = container.text();
        let line = dockerfile.instruction(script.instruction).span.slice(text);
        let Some((path, names)) = eaten(system, &web, line) else { continue };
        let Some(place) = container.location(command.words[0].span) else { continue };
        out.report_at(place).value("names", names).value("path", path).emit();
    }
}

/// A file that the line names, and the variables of nginx in it.
fn eaten(system: &System<'_>, web: &WebServer<'_, '_>, line: &str) -> Option<(String, String)> {
    let links = web.service.links?;
    web.service.service.volumes().filter(|mount| mount.kind == "bind" && line.contains(mount.target)).find_map(|mount| {
        let bind = links.binds.iter().find(|bind| bind.index == mount.index)?;
        let file = system.project.file_at(&bind.path)?;
        let source = &system.project.document(file).source;
        let names = variables(source.text());
        (!names.is_empty()).then(|| (source.path.clone(), names.join(", ")))
    })
}

/// The first few variables of nginx, which are written in small letters.
fn variables(text: &str) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for (at, _) in text.match_indices('$') {
        let name: String = text[at + 1..].chars().take_while(|char| char.is_ascii_lowercase() || *char == '_').collect();
        let name = format!("`${name}`");
        if name.len() > 5 && !found.contains(&name) && found.len() < 3 {
            found.push(name);
        }
    }
    found
}
