use crate::dockerfile::probe::replacement;
use crate::project::effective::{EffectiveService, System};
use crate::project::written_probe::WrittenProbe;
use crate::rules::check::Reporter;

/// Probes of compose alone: those of a Dockerfile are judged there.
pub fn check<'s>(system: &System<'s>, service: &EffectiveService<'s>, out: &mut Reporter<'_>) {
    let (Some(probe), Some(image)) = (WrittenProbe::of(system.project, service.service), service.image()) else { return };
    for command in probe.commands.iter().filter(|command| service.lacks(command.name())) {
        let Some(word) = command.words.first() else { continue };
        let draft = out
            .report_at(probe.place_of(word.span))
            .value("name", service.service.name)
            .value("tool", command.name())
            .value("image", image.text.as_str())
            .related_at(service.place(), "base");
        let draft = match service.container.as_ref().and_then(|container| container.location(container.from_span()?)) {
            Some(from) if from != service.place() => draft.related_at(from, "base"),
            _ => draft,
        };
        let replaced =
            replacement(image, command).and_then(|(variant, words)| Some((variant, probe.replace_command(command, &words)?)));
        match replaced {
            Some((variant, edit)) => draft.variant(variant).edit(edit).emit(),
            None => draft.emit(),
        }
    }
}
