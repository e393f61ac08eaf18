use crate::dockerfile::probe::writes;
use crate::project::effective::{EffectiveService, System};
use crate::project::written_probe::WrittenProbe;
use crate::rules::check::Reporter;

/// Probes of compose alone: those of a Dockerfile are judged there.
pub fn check<'s>(system: &System<'s>, service: &EffectiveService<'s>, out: &mut Reporter<'_>) {
    let Some(probe) = WrittenProbe::of(system.project, service.service) else { return };
    let found = probe.commands.iter().find_map(|command| Some((command, writes(command)?)));
    let Some((command, what)) = found else { return };
    let draft = out.report_at(probe.place_of(what.span)).variant(what.variant);
    draft.value("name", service.service.name).value("tool", command.name()).value("what", what.what).emit();
}
