use crate::dockerfile::probe::{asked_on_localhost, gives_up_on_localhost};
use crate::project::effective::{EffectiveService, System};
use crate::project::written_probe::WrittenProbe;
use crate::rules::check::Reporter;

/// Probes of compose alone: those of a Dockerfile are judged there.
pub fn check<'s>(system: &System<'s>, service: &EffectiveService<'s>, out: &mut Reporter<'_>) {
    let Some(probe) = WrittenProbe::of(system.project, service.service) else { return };
    let Some(container) = &service.container else { return };
    let Some(stage) = container.stage().filter(|stage| gives_up_on_localhost(container.dockerfile(), stage)) else { return };
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
