use crate::catalog::end_of_life::{EndOfLife, Release, Step};
use crate::dockerfile::model::{Base, Dockerfile, Stage};
use crate::dockerfile::retag::retag;
use crate::finding::{Applicability, Severity};
use crate::rules::check::Reporter;

pub fn check(dockerfile: &Dockerfile, stage: &Stage, out: &mut Reporter<'_>) {
    report(dockerfile, stage, false, out);
}

/// What has ended, or what is about to.
pub(super) fn report(dockerfile: &Dockerfile, stage: &Stage, soon: bool, out: &mut Reporter<'_>) {
    let (Base::Image(image), Some(word)) = (&stage.base, dockerfile.image_word(stage)) else { return };
    let Some(tag) = image.tag.as_deref() else { return };
    let (table, name, today) = (EndOfLife::table(), image.familiar_name(), out.today());
    let policy = out.policy();
    let Some(ending) = table.ending(&name, tag, today, |release| policy.warning_days(release)) else { return };
    if soon != ending.is_ahead() {
        return;
    }
    let Release { product, version, end } = ending.release;
    let successor = table.lasting_successor(&name, tag, today);
    let edit = successor.as_ref().and_then(|next| Some((next, retag(dockerfile, stage, out.text(), &next.tag)?)));
    let mut draft = out.report(word.span).value("product", product).value("version", version).value("end", end.to_string());
    draft = draft.value("days", ending.days.to_string());
    // What a stage that is thrown away is built with, ships in part at most.
    let of_stage = (!dockerfile.ships(stage.index)).then_some(Severity::Medium);
    if let Some(severity) = policy.end_of_life_severity(&ending.release).or(of_stage).filter(|_| !soon) {
        draft = draft.severity(severity);
    }
    if let Some((next, (span, text))) = edit {
        draft = draft.value("tag", next.tag.as_str()).replace(span, text);
        if next.step == Step::Data {
            draft = draft.applicability(Applicability::Manual);
        }
    }
    draft.emit();
}
