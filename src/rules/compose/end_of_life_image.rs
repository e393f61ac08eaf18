use crate::catalog::end_of_life::{EndOfLife, Release, Step};
use crate::compose::written::{pulled_image, retag};
use crate::compose::{ComposeProject, Service};
use crate::finding::Applicability;
use crate::rules::check::Reporter;

/// As for the base image of a Dockerfile.
const WARNING_DAYS: i32 = 180;

pub fn check(_: &ComposeProject, service: Service<'_>, out: &mut Reporter<'_>) {
    report(service, false, out);
}

/// One finding for the release that ends first: what has ended, or what is about to.
pub(super) fn report(service: Service<'_>, soon: bool, out: &mut Reporter<'_>) {
    let Some((reference, origin)) = pulled_image(&service) else { return };
    let Some(tag) = reference.tag.as_deref() else { return };
    let (table, name) = (EndOfLife::table(), reference.familiar_name());
    let first = table.releases_of(&name, tag).into_iter().min_by_key(|release| release.end);
    let Some(Release { product, version, end }) = first else { return };
    let days = (end - out.today()).get_days();
    if days > WARNING_DAYS || soon != (days >= 0) {
        return;
    }
    let today = out.today();
    let lasting = |days: i32| table.successor(&name, tag, today.checked_add(jiff::Span::new().days(days)).unwrap_or(today));
    // A year from now on nobody wants to do it again, where there is a choice.
    let successor = lasting(365).or_else(|| lasting(WARNING_DAYS + 1));
    let text = out.text_of(origin.file);
    let edit = successor.as_ref().and_then(|next| Some((next, retag(text, &origin, &reference, &next.tag)?)));
    let draft = out.report_at(origin.location()).value("product", product).value("version", version);
    let draft = draft.value("end", end.to_string()).value("days", days.to_string()).value("name", service.name);
    match edit {
        Some((next, (span, text))) => {
            let draft = draft.value("tag", next.tag.as_str()).replace(span, text);
            if next.step == Step::Data { draft.applicability(Applicability::Manual).emit() } else { draft.emit() }
        }
        None => draft.emit(),
    }
}
