use crate::catalog::end_of_life::{EndOfLife, Release};
use crate::dockerfile::instruction::Body;
use crate::dockerfile::model::{Base, Dockerfile, Stage};
use crate::rules::check::Reporter;

/// From this many days before the end on it is time to plan.
const WARNING_DAYS: i32 = 180;

/// One finding for the release that ends first: of `python:3.9-slim-buster` both have ended, and one move mends both.
pub fn check(dockerfile: &Dockerfile, stage: &Stage, out: &mut Reporter<'_>) {
    let Base::Image(image) = &stage.base else { return };
    let (true, Some(tag)) = (image.is_official(), image.tag.as_deref()) else { return };
    let Body::From { image: word, .. } = &dockerfile.instruction(stage.from).body else { return };
    let first = EndOfLife::table().releases_of(image.short_name(), tag).into_iter().min_by_key(|release| release.end);
    let Some(Release { product, version, end }) = first else { return };
    let days = (end - out.today()).get_days();
    if days > WARNING_DAYS {
        return;
    }
    let draft = out.report(word.span).value("product", product).value("version", version).value("end", end.to_string());
    if days < 0 { draft.emit() } else { draft.variant("soon").value("days", days.to_string()).emit() }
}
