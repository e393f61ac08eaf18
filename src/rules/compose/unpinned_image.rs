use crate::catalog::end_of_life::EndOfLife;
use crate::compose::written::{pulled_image, retag};
use crate::compose::{ComposeProject, Service, image};
use crate::rules::check::Reporter;

/// Databases are worse and have a rule of their own.
pub fn check(_: &ComposeProject, service: Service<'_>, out: &mut Reporter<'_>) {
    let Some((reference, origin)) = pulled_image(&service) else { return };
    if !image::is_unpinned(&reference) || image::is_database(&reference) {
        return;
    }
    let tag = reference.tag.as_deref();
    // `alpine` is a flavour and not a release: the tag of a release would lose it.
    let current = EndOfLife::table().current(&reference.familiar_name()).filter(|_| tag.is_none_or(|tag| tag == "latest"));
    let edit = current.and_then(|current| Some((current, retag(out.text_of(origin.file), &origin, &reference, current)?)));
    let draft = out.report_at(origin.location());
    let draft = if tag.is_some() { draft.variant("moving") } else { draft };
    let draft = draft.value("image", &reference.text).without_if("dclint", matches!(tag, Some("alpine" | "slim")));
    match edit {
        Some((current, (span, text))) => draft.value("tag", current).replace(span, text).emit(),
        None => draft.value("tag", tag.unwrap_or_default()).emit(),
    }
}
