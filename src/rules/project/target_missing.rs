use crate::compose::Node;
use crate::dockerfile::nearest_of;
use crate::project::Content;
use crate::project::effective::{EffectiveService, System};
use crate::project::hosts::find_word;
use crate::rules::check::Reporter;

pub fn check<'s>(system: &System<'s>, service: &EffectiveService<'s>, out: &mut Reporter<'_>) {
    let (Some(build), Some(document)) = (service.service.build(), service.built) else { return };
    let Some(target) = build.get("target").filter(|target| !target.origin.is_unknown()) else { return };
    let (Some(name), Some(dockerfile)) = (target.as_str(), document.dockerfile()) else { return };
    // BuildKit takes the number of a stage too.
    let is_number = name.parse::<usize>().is_ok_and(|number| number < dockerfile.stages.len());
    if name.is_empty() || is_number || dockerfile.stage_by_name(name, dockerfile.stages.len()).is_some() {
        return;
    }
    let path = document.source.path.as_str();
    let draft = out.report_at(target.origin.location()).value("target", name).value("path", path);
    let nearest = nearest_of(name, dockerfile.stages.iter().filter_map(|stage| stage.name.as_deref()));
    let text = system.project.document(target.origin.file).source.text();
    let own = Some(target).filter(|node: &&Node| node.origin.is_own());
    let span = own.and_then(|node| find_word(text, node.origin.span, name));
    match (nearest, span) {
        (Some(stage), Some(span)) => draft.variant("nearest").value("stage", stage).replace(span, stage).emit(),
        _ => draft.emit(),
    }
}
