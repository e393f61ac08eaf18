use crate::catalog::end_of_life::{EndOfLife, Release, Step};
use crate::dockerfile::model::{Base, Dockerfile, Stage};
use crate::dockerfile::retag::retag;
use crate::finding::{Applicability, Severity};
use crate::rules::check::Reporter;

/// From this many days before the end on it is time to plan, and no fix moves to such a release.
pub(super) const WARNING_DAYS: i32 = 180;

/// One finding for the release that ends first: of `python:3.9-slim-buster` both have ended, and one move mends both.
pub fn check(dockerfile: &Dockerfile, stage: &Stage, out: &mut Reporter<'_>) {
    report(dockerfile, stage, false, out);
}

/// What has ended, or what is about to.
pub(super) fn report(dockerfile: &Dockerfile, stage: &Stage, soon: bool, out: &mut Reporter<'_>) {
    let (Base::Image(image), Some(word)) = (&stage.base, dockerfile.image_word(stage)) else { return };
    let Some(tag) = image.tag.as_deref() else { return };
    let (table, name) = (EndOfLife::table(), image.familiar_name());
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
    let edit = successor.as_ref().and_then(|next| Some((next, retag(dockerfile, stage, out.text(), &next.tag)?)));
    let mut draft = out.report(word.span).value("product", product).value("version", version).value("end", end.to_string());
    draft = draft.value("days", days.to_string());
    // What a stage that is thrown away is built with, ships in part at most.
    if !soon && !dockerfile.ships(stage.index) {
        draft = draft.severity(Severity::Medium);
    }
    if let Some((next, (span, text))) = edit {
        draft = draft.value("tag", next.tag.as_str()).replace(span, text);
        if next.step == Step::Data {
            draft = draft.applicability(Applicability::Manual);
        }
    }
    draft.emit();
}
