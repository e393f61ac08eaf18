use crate::dockerfile::startup::program;
use crate::project::effective::{EffectiveService, System};
use crate::project::web_server::{WebServer, is_nginx, is_official};
use crate::rules::check::Reporter;
use crate::shell::Command;
use crate::source::Location;

/// Flags with which nginx does something else than to serve.
const OTHER_WORK: [&str; 6] = ["-t", "-T", "-s", "-v", "-V", "-h"];

pub fn check<'s>(system: &System<'s>, service: &EffectiveService<'s>, out: &mut Reporter<'_>) {
    let Some(container) = service.container.as_ref() else { return };
    let Some(stage) = container.stage() else { return };
    let web = WebServer { service, configurations: service.nginx.clone() };
    let commands = web.started();
    let started = commands.last().filter(|command| runs_nginx(command));
    let is_of_image = stage.command.is_none() && stage.entrypoint.is_none() && web.image().is_some_and(is_official);
    let is_said = is_of_image || started.is_some_and(|command| command.words.iter().any(|word| word.text.contains("daemon off")));
    let written = web.main().and_then(|main| main.top().find(|directive| directive.is("daemon")));
    match written {
        Some(daemon) if is_said => {
            out.project();
            let place = started.and_then(|command| container.location(command.span)).unwrap_or_else(|| service.place());
            out.report_at(daemon.location())
                .variant("twice")
                .value("name", service.service.name)
                .related_at(place, "command")
                .edit(crate::nginx::write::remove(daemon))
                .emit();
        }
        None if !is_said && (web.is_settled() && !service.nginx.is_empty() || web.is_official()) => {
            let Some(command) = started.filter(|_| web.main().is_none_or(|_| web.is_settled())) else { return };
            let word = &program(command)[0];
            let Some(place) = container.location(word.span) else { return };
            let fixed = in_foreground(system, place);
            let draft = out.report_at(place).value("name", service.service.name);
            match fixed {
                Some(text) => draft.replace(place.span, text).emit(),
                None => draft.by_hand().emit(),
            }
        }
        _ => {}
    }
}

/// Serves, and nothing else goes on beside it.
fn runs_nginx(command: &Command) -> bool {
    let words = program(command);
    words.first().is_some_and(|word| is_nginx(&word.text))
        && !command.background
        && !words.iter().any(|word| OTHER_WORK.contains(&word.text.as_str()) || word.text == "-c" || !word.literal)
}

/// The word, or the short command, with what keeps nginx in the foreground.
fn in_foreground(system: &System<'_>, place: Location) -> Option<String> {
    let written = place.span.slice(system.project.document(place.file).source.text());
    match written {
        "nginx" => Some("nginx -g 'daemon off;'".to_owned()),
        "[\"nginx\"]" => Some("[\"nginx\", \"-g\", \"daemon off;\"]".to_owned()),
        _ if written.starts_with('"') && written.ends_with('"') => Some(format!("{written}, \"-g\", \"daemon off;\"")),
        _ => None,
    }
}
