use crate::compose::Ways;
use crate::project::effective::{EffectiveService, System};
use crate::project::links::BuildLink;
use crate::rules::check::Reporter;
use crate::source::sources::{folder, join};

pub fn check<'s>(system: &System<'s>, service: &EffectiveService<'s>, out: &mut Reporter<'_>) {
    let link = service.links.and_then(|links| links.build.as_ref());
    let (Some(BuildLink::MissingDockerfile(path)), Some(build)) = (link, service.service.build()) else { return };
    let context = build.get("context").and_then(crate::compose::Node::as_str).unwrap_or(".");
    let named = build.get("dockerfile").filter(|node| !node.origin.ways.has(Ways::IMPLIED));
    let place = named.or_else(|| build.get("context")).unwrap_or(build).origin.location();
    let draft = out.report_at(place).value("name", service.service.name).value("path", path.as_str());
    // `dockerfile` counts from the context, which is easily forgotten.
    let elsewhere = named.and_then(crate::compose::Node::as_str).and_then(|named| {
        let root = folder(&system.project.document(system.compose.root).source.path);
        let from_root = join(root, named);
        (from_root != *path).then(|| system.project.file_at(&from_root)).flatten().map(|_| (named, from_root))
    });
    let (Some((named_as, found)), Some(node)) = (elsewhere, named) else { return draft.emit() };
    let inside = join(".", context);
    let rest = found.strip_prefix(&inside).and_then(|rest| rest.strip_prefix('/'));
    let draft = draft.variant("beside").value("named", named_as).value("found", found.as_str());
    let edit = rest.filter(|_| node.origin.is_own()).and_then(|rest| {
        let source = system.project.document(node.origin.file).source.clone();
        let span = crate::project::hosts::find_path(source.text(), node.origin.span, named_as)?;
        Some((span, rest.to_owned()))
    });
    match edit {
        Some((span, rest)) => draft.replace(span, rest).emit(),
        None => draft.emit(),
    }
}
