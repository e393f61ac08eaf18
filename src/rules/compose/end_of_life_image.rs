use crate::catalog::end_of_life::{EndOfLife, Release, Step};
use crate::compose::written::{pulled_image, retag};
use crate::compose::{ComposeProject, Service};
use crate::finding::Applicability;
use crate::rules::check::Reporter;

pub fn check(_: &ComposeProject, service: Service<'_>, out: &mut Reporter<'_>) {
    report(service, false, out);
}

/// One finding for the release that ends first: what has ended, or what is about to.
pub(super) fn report(service: Service<'_>, soon: bool, out: &mut Reporter<'_>) {
    let Some((reference, origin)) = pulled_image(&service) else { return };
    let Some(tag) = reference.tag.as_deref() else { return };
    let (table, name, today) = (EndOfLife::table(), reference.familiar_name(), out.today());
    let policy = out.policy();
    let Some(ending) = table.ending(&name, tag, today, |release| policy.warning_days(release)) else { return };
    if soon != ending.is_ahead() {
        return;
    }
    let Release { product, version, end } = ending.release;
    let text = out.text_of(origin.file);
    let successor = table.lasting_successor(&name, tag, today);
    let edit = successor.as_ref().and_then(|next| Some((next, retag(text, &origin, &reference, &next.tag)?)));
    let draft = out.report_at(origin.location()).value("product", product).value("version", version);
    let mut draft = draft.value("end", end.to_string()).value("days", ending.days.to_string()).value("name", service.name);
    if let Some(severity) = policy.end_of_life_severity(&ending.release).filter(|_| !soon) {
        draft = draft.severity(severity);
    }
    match edit {
        Some((next, (span, text))) => {
            let draft = draft.value("tag", next.tag.as_str()).replace(span, text);
            if next.step == Step::Data { draft.applicability(Applicability::Manual).emit() } else { draft.emit() }
        }
        None => draft.emit(),
    }
}
