use crate::project::effective::{EffectiveService, System};
use crate::project::links::BuildLink;
use crate::rules::check::Reporter;

pub fn check<'s>(_: &System<'s>, service: &EffectiveService<'s>, out: &mut Reporter<'_>) {
    let link = service.links.and_then(|links| links.build.as_ref());
    let (Some(BuildLink::MissingContext(path)), Some(build)) = (link, service.service.build()) else { return };
    let place = build.get("context").map_or(build.origin, |context| context.origin).location();
    out.report_at(place).value("name", service.service.name).value("path", path.as_str()).emit();
}
