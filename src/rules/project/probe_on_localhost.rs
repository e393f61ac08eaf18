use crate::dockerfile::probe::{asked_on_localhost, gives_up_on_localhost};
use crate::project::effective::{EffectiveService, System};
use crate::project::written_probe::WrittenProbe;
use crate::rules::check::Reporter;

/// Probes of compose alone: those of a Dockerfile are judged there.
pub fn check<'s>(system: &System<'s>, service: &EffectiveService<'s>, out: &mut Reporter<'_>) {
    let Some(probe) = WrittenProbe::of(system.project, service.service) else { return };
    let Some(container) = &service.container else { return };
    let Some(stage) = container.stage() else { return };
    if !gives_up_on_localhost(container.dockerfile(), stage, replaces_default(system, service)) {
        return;
    }
    let listens_on_both = |file| system.project.document(file).source.text().contains("[::]");
    let mut configurations = system.nginx(service).into_iter().flat_map(|configuration| &configuration.files);
    if configurations.any(|read| listens_on_both(read.file)) {
        return;
    }
    let image = stage.image.as_deref().map_or("", |image| &image.text);
    let test = service.service.healthcheck().and_then(|check| check.node.get("test"));
    let Some(text) = test.map(|test| system.project.document(test.origin.file).source.text()) else { return };
    for span in asked_on_localhost(&probe.commands, text) {
        let draft = out.report_at(probe.place_of(span)).value("name", service.service.name).value("image", image);
        let edit = probe.replace(span, "127.0.0.1");
        edit.into_iter().fold(draft, |draft, edit| draft.edit(edit)).emit();
    }
}

/// Whether a mount takes the place of the configuration that the image of nginx brings, and to which its entrypoint adds `listen [::]:80`.
fn replaces_default<'s>(system: &System<'s>, service: &EffectiveService<'s>) -> bool {
    let folder = |target: &str| matches!(target.trim_end_matches('/'), "/etc/nginx" | "/etc/nginx/conf.d");
    let mounted = service.links.map_or(&[][..], |links| &links.nginx);
    let text = |file| system.project.document(file).source.text();
    !mounted.is_empty() && service.service.volumes().any(|mount| folder(mount.target))
        || mounted.iter().any(|file| match file.target.as_str() {
            "/etc/nginx/nginx.conf" => !text(file.file).contains("conf.d"),
            target => matches!(target, "/etc/nginx/conf.d/default.conf" | "/etc/nginx/templates/default.conf.template"),
        })
}
